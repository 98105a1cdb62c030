import pytest

from adapters.partner_clock import PartnerClock
from tests.builders import NOON

OURS = NOON.timestamp() + 3600


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 2026 12:00:00 -0000"]
)
def test_what_the_newest_answer_says_is_the_partners_time(date: str) -> None:
    clock = PartnerClock(lambda: OURS)
    clock.hear({"Date": "Thu, 01 Jan 2026 09:00:00 GMT"})
    clock.hear({"Date": date})

    assert clock.at_newest_answer() == NOON.timestamp()


@pytest.mark.parametrize(
    "date", ["", "soon", "Thu, 32 Jan 2026 12:00:00 GMT", "Thu, 01 Jan 999999 12:00:00 GMT"]
)
def test_a_partner_that_tells_no_time_has_ours(date: str) -> None:
    clock = PartnerClock(lambda: OURS)
    clock.hear({"Date": "Thu, 01 Jan 2026 09:00:00 GMT"})
    clock.hear({"Date": date})

    assert clock.at_newest_answer() == OURS
