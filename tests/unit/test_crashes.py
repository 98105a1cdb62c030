"""Crashes and warnings of Python and asyncio, in a process whose log is masked."""

import subprocess
import sys

import pytest

PATIENCE = 20.0
START = """
from entrypoints.crashes import net_crashes
from entrypoints.logs import configure_logs
configure_logs("debug", {form!r})
net_crashes()
word = "whis" + "per"
{crash}
"""
CRASHES = {
    "process.crashed": [
        "raise ValueError(word)",
        "import threading; t = threading.Thread(target=int, args=(word,)); t.start(); t.join()",
        "A = type('A', (), {'__del__': lambda self: int(word)}); A()",
    ],
    "python.warning": ["import warnings; warnings.warn(word)"],
    "Task exception was never retrieved": [
        "import asyncio, gc\n"
        "async def fails(): raise ValueError(word)\n"
        "async def main(): asyncio.create_task(fails()); await asyncio.sleep(0); gc.collect()\n"
        "asyncio.run(main())"
    ],
    "Exception in callback int": [
        "import asyncio\n"
        "async def main(): asyncio.get_running_loop().call_soon(int, word)\n"
        "asyncio.run(main())"
    ],
}


@pytest.mark.processes
@pytest.mark.parametrize(
    ("told", "crash"), [(told, crash) for told, crashes in CRASHES.items() for crash in crashes]
)
def test_an_uncaught_exception_is_logged_without_its_message(told: str, crash: str) -> None:
    for form in ("json", "console"):
        program = START.format(form=form, crash=crash)
        ran = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

        assert told in ran.stderr
        assert "whisper" not in ran.stderr + ran.stdout
