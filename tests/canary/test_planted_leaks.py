"""Were there a leak, the search would find it: a service that is careless on purpose."""

import json
import sys

import aiohttp
import pytest

from entrypoints.redaction import MASK
from tests.canary.canaries import Canaries, Kind
from tests.canary.story import Keys, People, Story
from tests.canary.surfaces import Heard, Surface
from tests.e2e.processes import free_port, running
from tests.identity import a_token

PROGRAM = (sys.executable, "-m", "tests.canary.careless")


@pytest.fixture
async def lines(
    canaries: Canaries, heard: Heard, people: People, keys: Keys
) -> list[dict[str, object]]:
    """What the service wrote while people with ids of several kinds joined."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    key = canaries.plant(Kind.SECRET, "a key for an id", "vck_{}")
    token = canaries.token(Kind.SECRET, "a token for an id", a_token())
    async with (
        running(str(port), until="then", program=PROGRAM, SWEEP="false") as service,
        aiohttp.ClientSession(url) as client,
    ):
        story = Story(client, port, canaries, heard, people, keys, "enc-1")
        for person in (people.requester, people.specialist, key, people.stranger):
            await story.join("m-1", person, keys.service)
        await story.join("m-1", "anyone", token)
        finished = await service.stop()
    heard.add(Surface.LOG, "careless", finished.errors)
    assert story.statuses == {502: 5}
    return [json.loads(line) for line in finished.errors.splitlines()]


async def test_the_net_catches_what_it_knows_by_its_form_or_by_its_name(
    heard: Heard, lines: list[dict[str, object]]
) -> None:
    reasons = [str(line["reason"]) for line in lines if line["event"] == "request.failed"]
    named = [line for line in lines if line["event"] == "admitting" and "name" in line]
    leaks = [leak for leak in heard.leaks() if leak.startswith("LOG: ")]

    assert [MASK in reason for reason in reasons] == [True, True, True, False, False]
    assert [(line["name"], line["token"]) for line in named] == [(MASK, MASK)] * 5
    for caught in ("the requester", "the specialist", "a key for an id", "a token for an id"):
        assert not [leak for leak in leaks if caught in leak]


async def test_the_search_finds_what_the_net_cannot_know(
    heard: Heard, lines: list[dict[str, object]]
) -> None:
    leaks = heard.leaks()

    assert "LOG: careless: PERSON: a stranger" in leaks
    assert len([leak for leak in leaks if leak.startswith("LOG: careless: CALLER: name ")]) == 5
    beyond = [
        leak for leak in leaks if leak.startswith("ERROR: 502 to POST /api/dyte/participants")
    ]
    assert {leak.rpartition(": ")[2] for leak in beyond} == {
        "key of a",
        "a token for an id, claims",
        "a token for an id, signature",
    }


async def test_what_a_library_or_asyncio_would_say_of_a_name_is_no_leak(
    heard: Heard, lines: list[dict[str, object]]
) -> None:
    texts = [line.get("text") for line in lines if line["event"] == "log"]

    assert texts.count("admitting %s") == texts.count("Exception in callback int") == 5
    told = json.dumps([line for line in lines if line["event"] == "log"])
    assert not heard.canaries.found(told, allowed={Kind.REQUEST})
