"""Times as operators write them."""

import time
from collections.abc import Iterator

import pytest

from adapters.system import epoch
from domain.meeting import MeetingId
from domain.referral import ReferralId
from domain.visit import Visit
from entrypoints.cli.inbox_texts import in_local_time
from entrypoints.cli.visits import spelt
from entrypoints.operators.times import read_since
from entrypoints.operators.visits import VisitRow


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("30m", 1800), ("2h", 7200), ("3d", 259_200)]
)
def test_an_age_is_counted_back_from_now(text: str, seconds: int) -> None:
    assert epoch() - seconds - read_since(text) == pytest.approx(0, abs=5)


@pytest.mark.parametrize(
    "text", ["2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "2025-12-31T21:00-03:00"]
)
def test_an_iso_time_without_a_zone_is_utc(text: str) -> None:
    assert read_since(text) == 1_767_225_600


@pytest.mark.parametrize("text", ["", "yesterday", "2w", "-2h", "٢h", "2026-02-30", "1767225600"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it is what argparse and pydantic go by
        read_since(text)


@pytest.fixture
def _three_hours_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "BRT+3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_three_hours_behind")
def test_a_table_has_local_time_with_its_offset_and_none_where_there_is_none() -> None:
    row: dict[str, object] = {"id": 7, "received": "2026-01-01T00:00:00+00:00", "due": None}

    assert in_local_time(row) == {"id": 7, "received": "2025-12-31T21:00:00-03:00", "due": None}


@pytest.mark.usefixtures("_three_hours_behind")
def test_a_table_of_visits_has_it_too() -> None:
    opened, first_in = 1_767_225_600.0, 1_767_225_660.0
    which = ReferralId("enc-1"), MeetingId("m-1")
    visit = Visit(*which, opened, first_in, None, 0.0, 1, None, corrected=False, estimated=False)

    shown = spelt(VisitRow.of(visit))

    assert shown["opened"] == "2025-12-31T21:00:00-03:00"
    assert shown["first in"] == "2025-12-31T21:01:00-03:00"
    assert shown["last out"] is None
