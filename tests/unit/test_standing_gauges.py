"""What waits is shown under its own name."""

from adapters.standing_gauges import StandingGauges
from domain.standing import Queue, Standing


def test_each_number_is_shown_as_what_it_is() -> None:
    one, two, three, four = (Queue(number, number * 10.0) for number in (1, 2, 3, 4))
    gauges = StandingGauges()
    gauges.found = Standing(one, two, three, four, dead=5, refused=6)

    shown = {
        (sample.name.removeprefix("videochamadas_"), sample.labels.get("kind")): sample.value
        for family in gauges.collect()
        for sample in family.samples
    }

    assert shown == {
        ("storage_up", None): 0,
        ("waiting", "delivery"): 1,
        ("waiting", "update"): 2,
        ("waiting", "closing"): 3,
        ("waiting_oldest_seconds", "delivery"): 10,
        ("waiting_oldest_seconds", "update"): 20,
        ("waiting_oldest_seconds", "closing"): 30,
        ("dead", "delivery"): 5,
        ("dead", "update"): 6,
        ("shown_unconnected", "seat"): 4,
        ("shown_unconnected_oldest_seconds", "seat"): 40,
    }
