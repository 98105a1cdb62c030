"""The list of live sessions on the wire: what is asked, and what any page makes of it."""

import pytest
from aioresponses import aioresponses

from adapters.provider.rooms import ProviderRooms
from domain.errors import (
    DomainError,
    PartnerBrokenError,
    PartnerMisconfiguredError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)
from domain.live_list import LivePage, LiveSession
from domain.meeting import MeetingId
from tests.adapters.conftest import BASE
from tests.adapters.sent import sent


def page(number: int) -> str:
    query = f"page_no={number}&per_page=100&sort_by=createdAt&sort_order=ASC&status=LIVE"
    return f"{BASE}/sessions?{query}"


def answer(total: int | None, *rows: object, inside: bool = False) -> dict[str, object]:
    paging = {"paging": {} if total is None else {"total_count": total}}
    data: dict[str, object] = {"sessions": list(rows), **(paging if inside else {})}
    return {"success": True, "data": data, **({} if inside else paging)}


def row(number: int, **more: object) -> dict[str, object]:
    told = {"id": f"s-{number}", "associated_id": f"m-{number}", "live_participants": 2}
    return {**told, "status": "LIVE", "ended_at": "null", **more}


def session(number: int, inside: int | None = 2) -> LiveSession:
    return LiveSession(f"s-{number}", MeetingId(f"m-{number}"), inside)


async def pages_of(rooms: ProviderRooms) -> list[LivePage]:
    return [one async for one in rooms.live_pages()]


@pytest.mark.parametrize("inside", [False, True])
async def test_pages_are_read_until_their_distinct_sessions_reach_the_total(
    wire: aioresponses, dyte: ProviderRooms, inside: bool
) -> None:
    for number, rows in enumerate([[row(1)], [row(1)], [row(2, live_participants=None)]]):
        wire.get(page(number), payload=answer(2, *rows, inside=inside))

    read = await pages_of(dyte)

    assert read == [
        LivePage([session(1)], 2),
        LivePage([session(1)], 2),
        LivePage([session(2, None)], 2),
    ]
    assert len(sent(wire)) == 3


async def test_without_a_total_an_empty_page_after_the_first_two_is_the_last(
    wire: aioresponses, realtimekit: ProviderRooms
) -> None:
    for number, rows in enumerate([[row(1)], [row(2)], []]):
        wire.get(page(number), payload=answer(None, *rows))

    read = await pages_of(realtimekit)

    assert [one.total for one in read] == [None, None, None]


@pytest.mark.parametrize("total", [None, 9])
async def test_from_the_third_page_on_a_page_that_repeats_others_is_the_last(
    wire: aioresponses, dyte: ProviderRooms, total: int | None
) -> None:
    """Such a provider takes no notice of the page's number, or counts what it does not list."""
    for number, rows in enumerate([[row(1)], [row(1)], [row(2)], [row(1), row(2)]]):
        wire.get(page(number), payload=answer(total, *rows))

    read = await pages_of(dyte)

    assert [list(one.sessions) for one in read][1:] == [
        [session(1)],
        [session(2)],
        [session(1), session(2)],
    ]
    assert len(sent(wire)) == 4


@pytest.mark.parametrize("lacking", ["id", "associated_id"])
async def test_a_row_that_names_no_session_or_no_meeting_makes_the_list_useless(
    wire: aioresponses, dyte: ProviderRooms, lacking: str
) -> None:
    wire.get(page(0), payload=answer(1, row(1, **{lacking: None})))

    with pytest.raises(PartnerBrokenError):
        await pages_of(dyte)


@pytest.mark.parametrize(
    ("failing", "error"),
    [
        ({"status": 404, "payload": {"error": {"code": 404}}}, PartnerMisconfiguredError),
        ({"status": 500, "payload": {}}, PartnerBrokenError),
        ({"payload": {"success": True}}, PartnerBrokenError),
        ({"exception": TimeoutError()}, PartnerTimeoutError),
    ],
)
async def test_a_later_page_that_fails_is_an_error(
    wire: aioresponses,
    dyte: ProviderRooms,
    failing: dict[str, object],
    error: type[DomainError],
) -> None:
    wire.get(page(0), payload=answer(2, row(1)))
    wire.get(page(1), **failing)

    with pytest.raises(error):
        await pages_of(dyte)


async def test_a_429_says_how_long_to_wait(wire: aioresponses, dyte: ProviderRooms) -> None:
    wire.get(page(0), status=429, headers={"Retry-After": "4"})

    with pytest.raises(PartnerUnavailableError) as refused:
        await pages_of(dyte)

    assert refused.value.retry_after == 4
