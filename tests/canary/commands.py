"""Many command lines in one process, to save their starts: ``python -m tests.canary.commands``.

Standard input has one JSON object a line, with ``arguments`` and ``env``; before what each command
writes, a mark goes to both outputs.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from entrypoints.cli.main import main
from tests.e2e.processes import ended

MARK = "\x1e"
PATIENCE = 30.0
ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """What one command wrote."""

    line: str
    output: str
    errors: str


async def said(commands: Sequence[tuple[Sequence[str], Mapping[str, str]]]) -> list[Said]:
    """What each command wrote, run one after the other in a process of their own."""
    asked = "\n".join(json.dumps({"arguments": line, "env": dict(env)}) for line, env in commands)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.canary.commands"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, output, errors = await ended(process, PATIENCE, asked.encode())
    outputs, complaints = (text.split(MARK)[1:] for text in (output, errors))
    assert len(outputs) == len(complaints) == len(commands), errors
    lines = [" ".join(line) for line, _ in commands]
    return [Said(*parts) for parts in zip(lines, outputs, complaints, strict=True)]


def _run_all() -> None:
    clean = dict(os.environ)
    for line in sys.stdin.read().splitlines():
        asked = json.loads(line)
        os.environ.clear()
        os.environ.update({**clean, **asked["env"]})
        for stream in (sys.stdout, sys.stderr):
            print(MARK, file=stream, flush=True)
        try:
            main(asked["arguments"])
        except SystemExit:
            pass
        except Exception:  # noqa: BLE001 - as if the process ended here
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    _run_all()
