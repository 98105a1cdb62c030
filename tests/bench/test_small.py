"""The benchmark in a small form: that it works from end to end. How fast is never asserted."""

from pathlib import Path

from tests.bench.compared import ratio
from tests.bench.contenders import LIMIT, OURS, limit, served
from tests.bench.figures import Figure, table_of
from tests.bench.kinds import KINDS
from tests.bench.partners import partners
from tests.bench.turns import Numbers, in_turns

FEW = 16


async def test_ours_and_the_limit_answer_each_request_and_make_the_same_partner_calls(
    tmp_path: Path,
) -> None:
    numbers = Numbers()
    async with (
        partners() as stub,
        served(stub, tmp_path) as mine,
        limit(stub, tmp_path) as bare,
    ):
        for kind in KINDS.values():
            told = await stub.told()
            found = await in_turns({OURS: mine, LIMIT: bare}, stub, kind, numbers, 1, FEW, 4)

            assert [turns.turns[0].answered for turns in found.values()] == [FEW, FEW]
            assert await stub.told() - told == 4 * FEW * kind.told  # two servers, warmed up too
            assert all(turns.least > 0 and turns.memory > 0 for turns in found.values())
            assert ratio(found) > 0


def test_a_figure_stands_beside_its_goal_and_whether_that_is_met() -> None:
    figures = {
        "start.seconds": Figure("start", 0.7, "s"),
        "open.ratio": Figure("open", 0.8),
        "loaded.memory": Figure("loaded", 72.0, "MB"),
    }

    assert table_of(figures).splitlines()[2:] == [
        "| start | 0.70 s | ≤ 0.6 | missed |",
        "| open | 0.80 | ≥ 0.75 | met |",
        "| loaded | 72.0 MB |  |  |",
    ]
