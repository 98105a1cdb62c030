"""Whatever a video provider does, its adapter tells it as what it is."""

from collections.abc import Awaitable, Callable

import pytest

from domain.errors import Partner
from domain.live_list import LivePage
from domain.meeting import MeetingId
from domain.ports.video import VideoProvider
from tests.builders import a_guest
from tests.contract.partners.faults import (
    FAILING,
    FAULTS,
    HANG,
    OVERLOADED,
    RESET,
    Fault,
    FaultServer,
)
from tests.contract.partners.promises import check, come_of


async def _pages(provider: VideoProvider) -> list[LivePage]:
    return [page async for page in provider.live_pages()]


Call = Callable[[VideoProvider], Awaitable[object]]
MEETING = MeetingId("meeting/1")
CALLS: dict[str, Call] = {
    "open": lambda provider: provider.open("enc-1"),
    "opened_within": lambda provider: provider.opened_within("enc-1", 60.0),
    "admit": lambda provider: provider.admit(a_guest(), MEETING),
    "active_session": lambda provider: provider.active_session(MEETING),
    "inside": lambda provider: provider.inside(MEETING),
    "live_pages": _pages,
    "close": lambda provider: provider.close(MEETING),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("method", CALLS)
async def test_each_fault_of_the_partner_becomes_the_right_error(
    video_provider: VideoProvider, partner: FaultServer, fault: Fault, method: str
) -> None:
    came = await come_of(lambda: CALLS[method](video_provider))

    assert partner.seen, f"{method} must ask the partner, at the URL of an ADAPTER_ variable"
    check(Partner.VIDEO, method, fault, came)


@pytest.mark.parametrize("fault", [FAILING, OVERLOADED, HANG, RESET], ids=str)
async def test_an_opening_that_failed_is_not_tried_again_inside(
    video_provider: VideoProvider, partner: FaultServer
) -> None:
    await come_of(lambda: CALLS["open"](video_provider))

    sent = [one for one in partner.seen if one.method != "GET"]
    assert len(set(sent)) == len(sent), "open must not be tried again inside: it may open two"


@pytest.mark.parametrize("method", ["admit", "active_session", "inside", "close"])
async def test_an_id_with_a_slash_stays_one_segment_of_a_path(
    video_provider: VideoProvider, partner: FaultServer, method: str
) -> None:
    await come_of(lambda: CALLS[method](video_provider))

    for one in partner.seen:
        assert MEETING not in one.target, "an id in a path must be percent-encoded"
