"""docs/swapping-adapters.md does what it says: the clinic's adapter stands outside of this
repository, in a test, in staging, and before the suite; a careless one does not pass there."""

import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from adapters.callers.api_keys import entry_of
from tests.contract.partners import careless
from tests.contract.partners.faults import FAULTS
from tests.documents.blocks import ROOT, Command, blocks, commands
from tests.documents.examples import write_examples
from tests.e2e.processes import Finished, free_port, run, running
from tests.identity import PORTAL_KEY

PAGE = "docs/swapping-adapters.md"
TOKEN = "canary-of-the-clinic"
REPORT = "/attendance-service/referrals/enc-1001/meetings/meeting-1/user"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The page's files in a folder of their own, which Python imports from."""
    files = write_examples(PAGE, tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield files
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


async def test_the_tests_that_the_page_shows_pass(outside: list[Path], tmp_path: Path) -> None:
    shown = [
        test
        for file in outside
        if file.name.startswith("test_")
        for name, test in vars(importlib.import_module(file.stem)).items()
        if name.startswith("test_") and inspect.iscoroutinefunction(test)
    ]

    assert len(shown) == 2
    for number, test in enumerate(shown):
        folder = tmp_path / str(number)
        folder.mkdir()
        await test(folder)


class Clinic(NamedTuple):
    """A server with the clinic's interface: what was changed there, and the page's variables with
    its address."""

    told: list[tuple[str, str, object]]
    env: dict[str, str]


@pytest.fixture
async def clinic(outside: list[Path], tmp_path: Path, aiohttp_server: AiohttpServer) -> Clinic:
    told: list[tuple[str, str, object]] = []

    async def encounter(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if request.match_info["id"] != "enc-1001":
            return web.json_response({"message": "no such encounter"}, status=404)
        return web.json_response({"requestedBy": "dra-ana", "specialist": "dr-bruno"})

    async def person(request: web.Request) -> web.Response:
        told.append((request.method, request.path, await request.json()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/v1/encounters/{id}", encounter)
    app.router.add_patch("/v1/encounters/{id}/people/{person}", person)
    server = await aiohttp_server(app)
    used = {
        "PYTHONPATH": str(tmp_path),
        "ADAPTER_URL": str(server.make_url("/v1")),
        "ADAPTER_TOKEN": TOKEN,
        "API_KEYS": entry_of(PORTAL_KEY, "portal"),
        "PORT": str(free_port()),
    }
    return Clinic(told, {**of_the_page("serve").env, **used})


def of_the_page(word: str) -> Command:
    """The page's command that ends with that word."""
    (found,) = [one for one in commands(PAGE) if one.words and one.words[-1] == word]
    return found


@pytest.mark.processes
async def test_staging_tells_the_clinic_of_a_report_by_patch(clinic: Clinic) -> None:
    async with (
        running("serve", until="then", **clinic.env) as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{clinic.env['PORT']}") as http,
    ):
        report = {"inMeeting": True, "userId": "dra-ana"}
        stranger = await http.post(REPORT, json=report)
        portal = {"Authorization": f"Bearer {PORTAL_KEY}"}
        answer = await http.post(REPORT, json=report, headers=portal)

        assert (stranger.status, answer.status) == (401, 200)
        assert "attendance service: clinic.attendance:adapter" in "\n".join(service.banner)
    path = "/v1/encounters/enc-1001/people/dra-ana"
    assert clinic.told == [("PATCH", path, {"call": "meeting-1", "present": True})]


@pytest.mark.processes
async def test_check_shows_what_the_clinics_probe_found_and_none_of_its_variables(
    clinic: Clinic,
) -> None:
    checked = of_the_page("check")
    assert checked.env == of_the_page("serve").env

    finished = await run("check", **clinic.env)

    assert finished.code == 0, finished.errors
    assert "ok       clinic: reachable, and accepts ADAPTER_TOKEN" in finished.output
    assert re.search(r"^ADAPTER_TOKEN +\*{8}$", finished.output, re.MULTILINE)
    assert re.search(r"^ADAPTER_URL +\*{8}$", finished.output, re.MULTILINE)
    assert TOKEN not in finished.output + finished.errors


@pytest.mark.processes
@pytest.mark.parametrize(("command", "code"), [("serve", 2), ("check", 1)])
async def test_a_variable_that_is_missing_is_named(clinic: Clinic, command: str, code: int) -> None:
    finished = await run(command, **{**clinic.env, "ADAPTER_TOKEN": ""})

    assert finished.code == code
    told = finished.errors + finished.output
    assert "clinic.attendance:adapter: needs the variable ADAPTER_TOKEN" in told
    assert "Traceback" not in finished.errors


def contract(folder: Path, *adapters: str) -> Finished:
    """What `make contract` runs for these adapters, with the variables that the page shows."""
    (shown,) = [one.text for one in blocks(PAGE) if "make contract" in one.text]
    (name,) = re.findall(r"make contract ADAPTER=(\S+)", shown)
    make = ("make", "--no-print-directory", "--dry-run", "contract")
    given = f"ADAPTER={' '.join(adapters) or name}"
    planned = subprocess.run((*make, given), cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = re.findall(r"^\S+/pytest (.*)$", planned.stdout, re.MULTILINE)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    env |= {key: value for key, value in re.findall(r"(\w+)=(\S+)", shown) if key != "ADAPTER"}
    env |= {"PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env |= {"PYTEST_PLUGINS": "pytest_asyncio.plugin,pytest_aiohttp.plugin,pytest_timeout"}
    judged = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *line.split(), "--tb=line"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    return Finished(judged.returncode, judged.stdout, judged.stderr)


@pytest.mark.processes
def test_the_suite_passes_the_clinics_adapter_and_runs_nothing_else(
    outside: list[Path], tmp_path: Path
) -> None:
    judged = contract(tmp_path)

    assert judged.code == 0, judged.output + judged.errors
    assert re.findall(r"(\d+) passed", judged.output) == [str(2 * len(FAULTS) + 3)]


@pytest.mark.processes
def test_the_suite_fails_careless_adapters_by_the_promises_they_break(tmp_path: Path) -> None:
    shutil.copy(careless.__file__, tmp_path / "careless.py")

    judged = contract(tmp_path, "careless:attendance", "careless:video")

    assert judged.code == 1, judged.output + judged.errors
    for promise in BROKEN:
        assert promise in judged.output, promise
    assert set(re.findall(r"careless:\w+", judged.output)) == {
        "careless:attendance",
        "careless:video",
    }


LATER = "must be raised as a PartnerError of a kind that later may help; it came to NoneType"
BROKEN = (
    f"set_in_meeting: a 500 {LATER}",
    "set_in_meeting: a 503 with Retry-After must be raised as a PartnerUnavailableError with",
    "set_in_meeting: a 429 must be raised as a PartnerUnavailableError",
    "set_in_meeting: a 401 must be raised as a PartnerMisconfiguredError",
    f"set_in_meeting: a 404 in HTML {LATER}",
    "set_in_meeting: a 404 in JSON must be raised as a UnknownReferralError",
    f"set_in_meeting: a 409 {LATER}",
    f"set_in_meeting: a 200 with broken JSON {LATER}",
    "no exception but a DomainError may leave an adapter, and TimeoutError did",
    "no exception but a DomainError may leave an adapter, and KeyError did",
    "no exception but a DomainError may leave an adapter, and ClientOSError did",
    "in and out of one seat must differ on the wire",
    "an id in a path must be percent-encoded",
    "open: an empty 200 must be raised as a PartnerBrokenError",
    "open must not be tried again inside",
    "opened_within: a 429 must name the video provider",
    "inside must ask the partner",
    "no exception but a DomainError may leave an adapter, and TypeError did",
    "a wrong signature must be raised as a BadSignatureError",
    "read must raise MalformedEventError",
    "an id of a delivery must be ASCII",
    "an id of a delivery must have at most 128 characters",
)
