"""Text that says nothing: common English words, invented ones, other scripts, numbers, and tokens of code."""

from random import Random

COMMON = str.split(
    "the of and to in is that for it was on are as with his they at be this from have or by one had not but what "
    "all were when we there can an your which their said if do will each about how up out them then she many some "
    "so these would other into has more her two like him see time could no make than first been its who now people "
    "my made over did down only way find use may water long little very after words called just where most know get "
    "through back much before go good new write our used me man too any day same right look think also around "
    "another came come work three word must because does part even place well such here take why things help put "
    "years different away again off went old number great tell men say small every found still between name should "
    "home big give air line set own under read last never us left end along while might next sound below saw "
    "something thought both few those always looked show large often together asked house world going want school "
    "important until form food keep children feet land side without boy once animals life enough took sometimes "
    "four head above kind began almost live page got earth need far hand high year mother light parts country "
    "father let night following picture being study second eyes soon times story boys since white days ever paper "
    "hard near sentence better best across during today others however sure means knew try told young miles sun "
    "ways thing whole hear example heard several change"
)
LABELS = str.split(
    "Open Save Cancel Edit View File Help Search Settings Profile Home Back Next Submit Delete Share Export Import "
    "Close Apply Reset Login Name Email Price Total Date Status Active Pending Done Error Warning Size Type Owner "
    "Folder Inbox Sent Drafts Trash Reports Users Orders Revenue Sales Average Speed Volume Network Memory Disk "
    "Cost Index Volume Rate"
)
KEYWORDS = str.split(
    "if else for while return def class import from in not and or try except int float void const static struct "
    "public let fn match async await lambda yield with as None True false null new this self"
)
NAMES = str.split(
    "i j k x y n data value index count buffer node item result size key path name total state config left"
)
OPERATORS = str.split("= == != < > <= >= + - * / % & | && || -> => += -= << >>")
SCRIPTS = {  # first and last letter, and one that a font of the script has
    "latin": (0x61, 0x7A, "g"),
    "greek": (0x3B1, 0x3C9, "λ"),
    "cyrillic": (0x430, 0x44F, "ж"),
    "hebrew": (0x5D0, 0x5EA, "ש"),
    "arabic": (0x627, 0x64A, "ع"),
    "devanagari": (0x905, 0x939, "क"),
    "thai": (0xE01, 0xE2E, "ก"),
    "han": (0x4E00, 0x9000, "中"),
    "kana": (0x3041, 0x3093, "の"),
}
_ONSETS = str.split("b c d f g h j k l m n p r s t v w z br ch cl cr dr fl gr pl pr sh sl st th tr")
_VOWELS = str.split("a e i o u ai ea ee io ou")
_CODAS = [*[""] * 16, *str.split("n r s t l m d x ck nd nt st")]


def word(random: Random, script: str = "latin") -> str:
    if script == "latin":
        return random.choice(COMMON) if random.random() < 0.7 else _invented(random)
    first, last, _ = SCRIPTS[script]
    return "".join(chr(random.randint(first, last)) for _ in range(random.randint(1, 9)))


def words(random: Random, count: int, script: str = "latin") -> list[str]:
    """Words with sentences' capitals and marks, some numbers among them."""
    found: list[str] = []
    begins = True
    for _ in range(count):
        text = number(random) if random.random() < 0.03 else word(random, script)
        text = text.capitalize() if begins or random.random() < 0.04 else text
        mark = random.choices(("", ",", ".", ";", "?", ":"), (80, 8, 9, 1, 1, 1))[0]
        begins = mark in (".", "?") and mark != ""
        found.append(text + mark)
    return found


def title(random: Random, longest: int = 5) -> str:
    return " ".join(word(random).capitalize() for _ in range(random.randint(1, longest)))


def label(random: Random) -> str:
    return random.choice(LABELS) if random.random() < 0.7 else title(random, 2)


def number(random: Random) -> str:
    whole = random.randrange(10 ** random.randint(1, 6))
    return random.choice((f"{whole}", f"{whole:,}", f"{whole / 100:.2f}", f"{whole % 101} %", f"-{whole / 10:.1f}"))


def code_line(random: Random) -> list[str]:
    """Tokens of a line, with the spaces between them."""
    if random.random() < 0.12:
        return [random.choice(("# ", "// ")) + " ".join(words(random, random.randint(2, 9)))]
    tokens: list[str] = []
    for _ in range(random.randint(1, 6)):
        tokens += [random.choice(_TOKENS)(random), random.choice((" ", "", "(", ", ", ") ", ".", ": ", ";"))]
        if random.random() < 0.4:
            tokens += [" " + random.choice(OPERATORS) + " "]
    return [*tokens, random.choice(("", ";", ":", " {", ")", "}", ");"))]


def _invented(random: Random) -> str:
    syllables = range(random.choice((1, 1, 2, 2, 3)))
    return "".join(random.choice(part) for _ in syllables for part in (_ONSETS, _VOWELS, _CODAS))


def _identifier(random: Random) -> str:
    parts = [random.choice(NAMES) if random.random() < 0.6 else word(random) for _ in range(random.randint(1, 3))]
    return "_".join(parts) if random.random() < 0.6 else parts[0] + "".join(part.capitalize() for part in parts[1:])


def _quoted(random: Random) -> str:
    return '"' + " ".join(word(random) for _ in range(random.randint(1, 4))) + '"'


_TOKENS = (
    lambda random: random.choice(KEYWORDS),
    _identifier,
    _identifier,
    _quoted,
    lambda random: random.choice((str(random.randrange(256)), hex(random.randrange(65536)), f"{random.random():.3f}")),
)
