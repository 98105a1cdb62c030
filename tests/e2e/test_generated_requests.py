"""Requests generated from the document: what it promises is what is answered."""

import asyncio
import sys
from pathlib import Path

from adapters.callers.api_keys import entry_of
from tests.documents.blocks import ROOT
from tests.e2e.processes import free_port, running

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
EXAMPLES = "25"
KEY = "vck_generated"


async def test_no_generated_request_is_answered_against_the_document() -> None:
    port = free_port()
    env = {
        "PORT": str(port),
        "LOG_LEVEL": "error",
        "AUTH": "api-key",
        "API_KEYS": entry_of(KEY, "plantao", operator=True),
        "SERVICE_CALLS_PER_MINUTE": "1000000",
    }
    async with running("serve", until="then", **env) as service:
        process = await asyncio.create_subprocess_exec(
            SCHEMATHESIS,
            "run",
            "docs/openapi.json",
            "--url",
            f"http://127.0.0.1:{port}",
            "--header",
            f"Authorization: Bearer {KEY}",
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
