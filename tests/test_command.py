"""docs/command.md: its commands run one after the other, and say what is shown."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
NUMBER = re.compile(r"\d[\d.,]*")


def test_commands_answer_as_shown(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    command = tmp_path / "bin" / "hourglass"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom hourglass.command import main\nmain()\n")
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    text = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    examples = [example for block in CONSOLE.findall(text) for example in EXAMPLE.findall(block)]
    assert len(examples) > 8
    for line, shown in examples:
        ran = subprocess.run(["sh", "-ec", line], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, f"{line}\n{ran.stderr}"
        said = ran.stderr + ran.stdout
        assert not shown or NUMBER.sub("#", shown.strip()) in NUMBER.sub("#", said), f"{line}\n{said}"
