"""Requests generated from the document: what it promises is what is answered."""

import asyncio
import sys
from pathlib import Path

from tests.documents.blocks import ROOT
from tests.e2e.processes import free_port, running

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
EXAMPLES = "25"


async def test_no_generated_request_is_answered_against_the_document() -> None:
    port = free_port()
    async with running("serve", until="then", PORT=str(port), LOG_LEVEL="error") as service:
        process = await asyncio.create_subprocess_exec(
            SCHEMATHESIS,
            "run",
            "docs/openapi.json",
            "--url",
            f"http://127.0.0.1:{port}",
            "--max-examples",
            EXAMPLES,
            "--seed",
            "7",
            "--phases",
            "examples,coverage,fuzzing",
            "--no-color",
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()

    assert process.returncode == 0, output.decode()
    assert "Traceback" not in service.errors
