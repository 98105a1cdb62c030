"""What is forgotten after which time, as the running service does it every hour."""

from application.prune import DAY, Pruned
from entrypoints.container import Container
from tests.application.conftest import Clock
from tests.application.test_engine import a_body, received, soon, worked_off
from tests.builders import PORTAL, a_seat


async def test_bodies_go_after_30_days_and_meetings_180_days_after_their_last_fact(
    wired: Container, clock: Clock
) -> None:
    prune = wired.prune()
    await received(wired, a_body())
    clock.pass_by(29 * DAY)
    early = await prune()
    clock.pass_by(2 * DAY)
    month = await prune()
    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
    clock.pass_by(179 * DAY)
    half_year = await prune()
    clock.pass_by(2 * DAY)

    assert (early, month, half_year) == (Pruned(), Pruned(bodies=1), Pruned())
    assert await prune() == Pruned(meetings=2)
    assert await prune() == Pruned()


async def test_however_many_meetings_are_over_all_go_at_once(
    wired: Container, clock: Clock
) -> None:
    for number in range(250):
        await wired.report_presence()(
            PORTAL, a_seat(meeting=f"m-{number}"), soon(), in_meeting=True
        )
    await worked_off(wired, clock)
    clock.pass_by(181 * DAY)

    assert await wired.prune()() == Pruned(meetings=500)
