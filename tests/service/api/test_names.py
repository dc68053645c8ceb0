"""File names of answers: sensible for sensible names, harmless for all others, and told as RFC 6266 says."""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.answers import BITSTREAM
from service.api.names import MOST_BYTES, disposition, stem
from tests.conftest import Serve

FASHION = {"model": "fashion-undercomplete"}
TOLD = re.compile(r"(inline|attachment); filename=\"([ !#-\[\]-~]+)\"(?:; filename\*=UTF-8''([\w.~%-]+))?", re.ASCII)


def told(value: str) -> tuple[str, str, str | None]:
    """What a header says: whether to show it, the plain name, and the full one if there is another."""
    match = TOLD.fullmatch(value)
    assert match, value
    return match[1], match[2], unquote(match[3], errors="strict") if match[3] else None


@pytest.mark.parametrize(
    ("sent", "stemmed"),
    [
        ("photo.jpg", "photo"),
        ("photo", "photo"),
        ("IMG 2024-05-01 (2).heic", "IMG 2024-05-01 (2)"),
        ("photo.tar.gz", "photo.tar"),
        ("Zoë's naïve café.png", "Zoë's naïve café"),
        ("写真.png", "写真"),
        ("cafe\u0301.png", "café"),
        ("", "image"),
        (".", "image"),
        ("..", "image"),
        (".png", "png"),
        ("C:\\Users\\me\\photo.jpg", "photo"),
        ("../../etc/passwd.png", "passwd"),
        ("..\\..\\boot.ini", "boot"),
        ("photo.jpg/", "image"),
        ("a/b\\c.png", "c"),
        ("pho\0to\r\nSet-Cookie: x=1.jpg", "photoSet-Cookie_ x=1"),
        ('a"b.png', "a_b"),
        ("a<b>|c?*.png", "a_b__c__"),
        ("gpj.\u202eexe.jpg", "gpj.exe"),
        ("\u2066photo\u2069.jpg", "photo"),
        ("photo\ud800.jpg", "photo"),
        ("a\u00a0\u3000 b.png", "a b"),
        ("a\u2028b.png", "a b"),
        (" .photo. .jpg. ", "photo"),
        ("-rf.png", "rf"),
        ("~root.png", "root"),
        ("CON.png", "_CON"),
        ("con", "_con"),
        ("nul.tar.gz", "_nul.tar"),
        ("LPT¹.png", "_LPT¹"),
        ("COM10.png", "COM10"),
        ("CONSTABLE.png", "CONSTABLE"),
        ("x" * 5000 + ".png", "x" * MOST_BYTES),
        ("写" * 5000 + ".png", "写" * (MOST_BYTES // 3)),
        ("x" * (MOST_BYTES - 1) + "é.png", "x" * (MOST_BYTES - 1)),
    ],
)
def test_name_is_made_safe(sent: str, stemmed: str) -> None:
    assert stem(sent) == stemmed


@pytest.mark.parametrize(
    ("sent", "media_type", "header"),
    [
        ("photo.jpg", BITSTREAM, 'attachment; filename="photo.hgls"'),
        ("photo.hgls", "image/png", 'inline; filename="photo.png"'),
        ("photo.hgls", "image/jpeg", 'inline; filename="photo.jpg"'),
        ("photo.hgls", "image/webp", 'inline; filename="photo.webp"'),
        ("photo.hgls", "image/avif", 'inline; filename="photo.avif"'),
        ("", BITSTREAM, 'attachment; filename="image.hgls"'),
        ("Zoë.png", BITSTREAM, "attachment; filename=\"Zoe.hgls\"; filename*=UTF-8''Zo%C3%AB.hgls"),
        ("写真.png", "image/png", "inline; filename=\"image.png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png"),
        ("100%.png", "image/png", "inline; filename=\"100_.png\"; filename*=UTF-8''100%25.png"),
        ("a／b＂c.png", "image/png", "inline; filename=\"a_b_c.png\"; filename*=UTF-8''a%EF%BC%8Fb%EF%BC%82c.png"),
        ("ＣＯＮ.png", "image/png", "inline; filename=\"_CON.png\"; filename*=UTF-8''%EF%BC%A3%EF%BC%AF%EF%BC%AE.png"),
    ],
)
def test_header_has_a_name_for_every_client(sent: str, media_type: str, header: str) -> None:
    assert disposition(stem(sent), media_type) == {"Content-Disposition": header}


@given(st.text(st.characters(exclude_categories=())) | st.text('./\\:-~ "%\0\r\n\u202eCONé写'))
def test_no_name_is_dangerous(sent: str) -> None:
    value = disposition(stem(sent, "-clean"), "image/png")["Content-Disposition"]
    _, plain, full = told(value)
    for name in (plain, full or plain):
        assert not set(name) & set('/\\:*?"<>|\0\r\n\u202e')
        assert name.endswith(".png")
        assert name[0] not in ".-~ "
        assert len(name.encode()) < 143
        assert not re.match(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]|con(in|out)\$) *(\.|$)", name, re.IGNORECASE)


def test_every_binary_answer_has_a_name(client: httpx.Client, png: bytes) -> None:
    def named(path: str, upload: bytes, name: str, accept: str = "*/*") -> tuple[str, str, str | None]:
        answer = client.post(path, files={"file": (name, upload)}, headers={"Accept": accept})
        assert answer.status_code == 200
        return told(answer.headers["Content-Disposition"])

    file = client.post("/encode", params=FASHION, content=png)
    assert told(file.headers["Content-Disposition"]) == ("attachment", "image.hgls", None)
    assert named("/encode", png, "photo.jpg") == ("attachment", "photo.hgls", None)
    assert named("/decode", file.content, "photo.hgls") == ("inline", "photo.png", None)
    assert named("/decode", file.content, "photo.hgls", "image/jpeg") == ("inline", "photo.jpg", None)
    assert named("/denoise", png, "photo.jpg") == ("inline", "photo-clean.png", None)
    assert named("/denoise", png, "Zoë.jpg") == ("inline", "Zoe-clean.png", "Zoë-clean.png")
    assert named("/anomaly-score", png, "photo.jpg", "image/png") == ("inline", "photo-heatmap.png", None)
    assert told(client.get("/sample").headers["Content-Disposition"]) == ("inline", "samples.png", None)


@pytest.mark.parametrize(
    "name", [b"C:\\fakepath\\a.png", b"..%2f..%2fa.png", b"a%0D%0AX: y.png", b"\xff\xfe.png", b'a\\"b.png', b"x" * 3000]
)
def test_hostile_name_harms_nothing(client: httpx.Client, png: bytes, name: bytes) -> None:
    part = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n' + png + b"\r\n--b--\r\n"
    )
    head = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/encode", params=FASHION, content=part, headers=head)
    assert answer.status_code == 200
    told(answer.headers["Content-Disposition"])


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_curl_saves_a_file_under_its_name(client: httpx.Client, png: bytes, tmp_path: Path) -> None:
    (tmp_path / "My photo.png").write_bytes(png)
    command = ["curl", "-fsSOJ", "-F", "file=@My photo.png", "-F", "quality=7", f"{client.base_url}/encode"]
    subprocess.run(command, cwd=tmp_path, check=True)
    file = (tmp_path / "My photo.hgls").read_bytes()
    assert file == client.post("/encode?quality=7", content=png).content


def test_json_and_problems_have_no_name(client: httpx.Client, png: bytes) -> None:
    files = {"file": ("photo.jpg", png)}
    for accept, status in (("application/json", 200), ("text/html", 406)):
        answer = client.post("/encode", files=files, headers={"Accept": accept})
        assert answer.status_code == status
        assert "Content-Disposition" not in answer.headers


def test_pages_of_other_sites_may_read_it(serve: Serve) -> None:
    client = serve(cors_origins=("https://shop.example",))
    exposed = client.get("/sample", headers={"Origin": "https://shop.example"}).headers["Access-Control-Expose-Headers"]
    assert exposed == "*"
