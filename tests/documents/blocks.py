"""The fenced blocks of a document, and running its shell blocks as one pasted session."""

import asyncio
import json
import re
import shlex
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.e2e.forked import asked_by
from tests.e2e.processes import ended

ROOT = Path(__file__).parents[2]
PATIENCE = 50.0
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SEPARATOR = "----8<----"
CURL = Path(__file__).with_name("bin") / "curl"
# Without its site packages Python starts three times as fast, and a session has dozens of calls.
LITTLE_CURL = f'curl() {{ "{sys.executable}" -SE "{CURL}" "$@"; }}\n'


class Block(NamedTuple):
    """A fenced block: the word after the fence, and what stands inside."""

    language: str
    text: str


class Step(NamedTuple):
    """A shell block, and the block right after it if that says what it prints."""

    script: str
    promised: Block | None

    def keeps(self, printed: str) -> bool:
        """Whether what was printed is what the document promised; true when it promised nothing."""
        if self.promised is None:
            return True
        if self.promised.language == "json":
            return matches(json.loads(self.promised.text), _json(printed))
        pattern = re.escape(self.promised.text.strip()).replace("…", ".*")
        return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def _json(text: str) -> object:
    """What a text says in JSON; a text that is none stands for itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


class Command(NamedTuple):
    """A ``console`` block: the variables before the command, and the command's words."""

    env: dict[str, str]
    words: list[str]


def read(document: str, section: str = "") -> str:
    """A document, or only what stands under one of its ``##`` headings."""
    text = (ROOT / document).read_text()
    if section:
        text = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return text


def blocks(document: str, section: str = "") -> list[Block]:
    found = BLOCK.findall(read(document, section))
    return [Block(language, textwrap.dedent(text)) for _, language, text in found]


def steps(document: str, section: str = "") -> list[Step]:
    """The ``sh`` blocks, each with the ``json`` or ``text`` block right after it."""
    found = blocks(document, section)
    following = [*found[1:], Block("", "")]
    return [
        Step(block.text, after if after.language in {"json", "text"} else None)
        for block, after in zip(found, following, strict=True)
        if block.language == "sh"
    ]


def commands(document: str, section: str = "") -> list[Command]:
    """The ``console`` blocks, one command each."""
    return [
        _command(block.text) for block in blocks(document, section) if block.language == "console"
    ]


def _command(text: str) -> Command:
    words = shlex.split(text.replace("\\\n", " "))
    named = [word for word in words if re.match(r"[A-Z_]+=", word)]
    return Command(dict(word.split("=", 1) for word in named), words[len(named) :])


async def paste(session: Sequence[Step], replaced: Mapping[str, str]) -> list[str]:
    """What each block prints when all are pasted into one shell, one after the other.

    ``replaced`` puts test ports where the document has its own.
    """
    script = f"printf %s '{SEPARATOR}'\n".join(step.script for step in session)
    for old, new in replaced.items():
        script = script.replace(old, new)
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", LITTLE_CURL + script),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=[asked_by()],
    )
    return (await ended(process, PATIENCE)).output.split(SEPARATOR)


async def assert_prints(session: Sequence[Step], replaced: Mapping[str, str]) -> None:
    """Paste a session and compare what each block prints with what the document promises."""
    assert any(step.promised for step in session)
    for step, printed in zip(session, await paste(session, replaced), strict=True):
        assert step.keeps(printed), (step.script, step.promised, printed)


def matches(promised: object, printed: object) -> bool:
    """Equal, but for what the document writes as an ellipsis: any text."""
    if promised == "…":
        return isinstance(printed, str)
    if isinstance(promised, dict) and isinstance(printed, dict):
        return promised.keys() == printed.keys() and all(
            matches(value, printed[name]) for name, value in promised.items()
        )
    if isinstance(promised, list) and isinstance(printed, list):
        return len(promised) == len(printed) and all(map(matches, promised, printed))
    return promised == printed
