"""The benchmark in a small form: that each measurement works from end to end. How fast is never
asserted."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.storage.needed_facts import needed_facts
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Rows, Transaction
from domain.meeting import MeetingId
from domain.referral import ReferralId
from tests.bench.away import away
from tests.bench.compared import HEAD, ratio, rows_of
from tests.bench.connections import connections
from tests.bench.contenders import CONTENDERS, FASTAPI, FASTIFY, LIMIT, NODE, OURS, limit, served
from tests.bench.country import COSTS, PARTS, country
from tests.bench.figures import Figure, table_of
from tests.bench.growth import growth
from tests.bench.history import history
from tests.bench.instances import instances
from tests.bench.kinds import KINDS, ON_POSTGRES
from tests.bench.partners import Partners, partners
from tests.bench.startup import startup
from tests.bench.storage import storage
from tests.bench.stored import joinings_of_one
from tests.bench.turns import Numbers, in_turns

FEW = 8
HERE = Path(__file__).parent
Weighed = list[tuple[int, int]]
ALL_WEIGHED = "SELECT seq, weighed FROM facts ORDER BY seq"


@pytest.fixture
async def stub() -> AsyncIterator[Partners]:
    async with partners() as both:
        yield both


@pytest.fixture(autouse=True)
def _in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many meetings are all that are asked about; and no figure is worth waiting for."""
    monkeypatch.setattr("tests.bench.contenders.MEETINGS", 1000)
    monkeypatch.setattr("tests.bench.turns.SETTLING", 0)
    monkeypatch.setattr("tests.bench.startup.IDLE", 0)


@pytest.fixture
def numbers() -> Numbers:
    return Numbers(most=FEW)


async def test_ours_and_the_limit_answer_each_request_and_make_the_same_partner_calls(
    stub: Partners, numbers: Numbers, tmp_path: Path
) -> None:
    async with served(stub, tmp_path) as mine, limit(stub, tmp_path) as bare:
        for kind in KINDS.values():
            told = await stub.told()
            found = await in_turns({OURS: mine, LIMIT: bare}, stub, kind, numbers, turns=1)

            assert [turns.turns[0].answered for turns in found.values()] == [FEW, FEW]
            assert await stub.told() - told == 4 * FEW * kind.told  # two servers, warmed up too
            assert all(turns.least > 0 and turns.memory > 0 for turns in found.values())
            assert ratio(found) > 0
            assert [len(row) for row in rows_of(kind.name, found)] == [len(HEAD), len(HEAD)]


async def test_requests_go_over_each_number_of_connections(
    stub: Partners, numbers: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = (1, 2)
    monkeypatch.setattr("tests.bench.connections.COUNTS", counts)

    _, _, *rows = (await connections(stub, numbers)).splitlines()

    assert [row.split(" | ")[0].strip("| ") for row in rows] == [
        f"{count} connections, {name}" for count in counts for name in (OURS, LIMIT)
    ]


async def test_growth_is_between_requests_that_were_answered(
    stub: Partners, numbers: Numbers
) -> None:
    figures = await growth(stub, numbers, 64)

    assert figures["loaded.memory"].what == "resident after 64 requests"
    assert figures["growth.memory"].what == "resident after 64 requests / after 16 of them"
    assert all(figure.value > 0 for figure in figures.values())


async def test_what_is_stored_while_the_attendance_service_is_away_is_drained(
    stub: Partners, numbers: Numbers
) -> None:
    figures = await away(stub, numbers, 2 * FEW)

    assert await stub.told() == 2 * FEW * KINDS["webhook"].told
    assert figures.keys() == {
        "away.rate",
        "away.p99",
        "away.processor",
        "drain.seconds",
        "drain.processor",
    }


async def test_a_request_is_compared_with_the_same_over_a_longer_history(
    stub: Partners, numbers: Numbers
) -> None:
    figures = await history(stub, numbers, FEW, 2 * FEW)

    kinds = ("leave", "webhook", "joined", "joined-one", "report")
    assert figures.keys() == {"joined.processor", *(f"{kind}.history" for kind in kinds)}
    assert all(figure.value > 0 for figure in figures.values())


async def test_joinings_of_one_meeting_are_stored_as_the_service_leaves_them(
    tmp_path: Path,
) -> None:
    store = await SqliteStore.open(tmp_path / "storage.db")
    await store.run(joinings_of_one(FEW, store.now()))

    stored, left = await store.run(_weighed_again())

    assert len(stored) == FEW
    assert stored == left
    await store.close()


async def test_each_storage_alone_takes_webhooks(tmp_path: Path, fresh_postgres: str) -> None:
    figures = await storage(tmp_path, fresh_postgres, 0.05)

    names = ("storage.sqlite", "storage.postgresql")
    assert figures.keys() == {*names, *(f"{name}.p99" for name in names)}
    assert all(figures[name].value > 0 for name in names)


async def test_several_processes_on_one_port_answer_over_one_postgresql(
    stub: Partners, numbers: Numbers, tmp_path: Path, postgres_url: str
) -> None:
    text, figures = await instances(stub, tmp_path, postgres_url, numbers, (2,), stored=FEW)

    assert len(text.splitlines()) == 2 + len(ON_POSTGRES)
    assert figures.keys() == {
        f"{kind.name}.{cost}"
        for kind in ON_POSTGRES
        for cost in ("postgres", "database", "commits")
    }
    assert figures["leave.commits"].value > 0


async def test_the_command_is_measured_from_its_start_to_its_first_answer(
    stub: Partners, tmp_path: Path
) -> None:
    figures = await startup(stub, tmp_path, times=1)

    assert figures.keys() == {"start.seconds", "start.imports", "start.memory", "start.own"}
    assert 0 < figures["start.own"].value < figures["start.memory"].value


def test_a_country_needs_what_a_consultation_takes_as_often_as_there_are_some() -> None:
    costs = dict(zip(COSTS, (100.0, 1000.0, 500.0, 1.0), strict=True))
    figures = {
        f"{part.costs_as}.{cost}": Figure("", costs[cost]) for part in PARTS for cost in COSTS
    }

    lines = country(figures).splitlines()

    assert "| one consultation |  | 1,100.0 | 11,000.0 | 5,500.0 | 11.0 |" in lines
    assert "| instances, each of a core | 1.2 |" in lines  # 55.6 a second, half of a core at most
    assert "| calls to the provider a second | 177 |" in lines  # three each, and two sweeps' five
    assert lines[-6:] == [
        "| one account of RealtimeKit | 40,000 |",
        "| one address at Dyte | 170,000 |",
        "| the list of live calls, which the sweep reads | 300,000 |",
        "| one process with PostgreSQL | 818,182 |",
        "| one core of PostgreSQL | 1,636,364 |",
        "| one process with SQLite | 8,181,818 |",
    ]


def test_what_a_team_would_write_otherwise_has_each_operation_and_can_be_read() -> None:
    """Only `make bench` installs what these need to run."""
    python, node = HERE / "fastapi_httpx.py", HERE / "fastify_undici.mjs"
    compile(python.read_text(), python, "exec")
    subprocess.run([NODE, "--check", node], check=True, timeout=30)

    assert list(CONTENDERS) == [OURS, LIMIT, FASTAPI, FASTIFY]
    for kind in KINDS.values():
        path = kind.made(1).split()[1].decode()
        assert f'app.post("{path}"' in python.read_text()
        assert f'app.post("{path}"' in node.read_text()


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


def _weighed_again() -> Transaction[tuple[Weighed, Weighed]]:
    """How the joinings are stored, and how they are once the service has weighed them."""
    stored = yield ALL_WEIGHED, ()
    yield "UPDATE facts SET weighed = 0", ()
    yield from needed_facts(ReferralId("enc-joined"), MeetingId("meeting-joined"), many=1)
    left = yield ALL_WEIGHED, ()
    return _pairs(stored), _pairs(left)


def _pairs(rows: Rows) -> Weighed:
    return [(row["seq"], row["weighed"]) for row in rows]
