"""The fenced blocks of a document, and running its shell blocks as one pasted session."""

import asyncio
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SEPARATOR = "----8<----"
CURL = Path(__file__).with_name("bin")


class Step(NamedTuple):
    """A shell block, and the JSON that the document says it prints, if it says so."""

    script: str
    promised: object


def steps(document: str) -> list[Step]:
    """The ``sh`` blocks of a document, each with the ``json`` block right after it."""
    blocks = BLOCK.findall((ROOT / document).read_text())
    following = [*blocks[1:], ("", "")]
    return [
        Step(text, json.loads(after) if after_language == "json" else None)
        for (language, text), (after_language, after) in zip(blocks, following, strict=True)
        if language == "sh"
    ]


async def paste(session: Sequence[Step], replaced: Mapping[str, str]) -> list[str]:
    """What each block prints when all are pasted into one shell, one after the other.

    ``replaced`` puts test ports where the document has its own.
    """
    script = f"printf %s '{SEPARATOR}'\n".join(step.script for step in session)
    for old, new in replaced.items():
        script = script.replace(old, new)
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        script,
        cwd=ROOT,
        env={**os.environ, "PATH": f"{CURL}:{os.environ['PATH']}"},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return output.decode().split(SEPARATOR)


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
