"""What is read of a meeting gives the same answers as all of it, whatever has happened there."""

import random
from typing import Any

from orjson import loads

from adapters.storage.append_facts import append_facts
from adapters.storage.facts import OVER
from adapters.storage.needed_facts import AT_ONCE, MANY, OLD_OF_CONNECTION, met_by_joinings
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Store, Transaction, one_statement
from domain.facts import (
    Fact,
    PeerJoined,
    PeerLeft,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    What,
)
from tests.histories import ABOUT, PEOPLE, History, all_facts, read_facts, seen

STEPS = 40
Json = dict[str, Any]
ANA = PEOPLE[0]


async def test_after_any_mixture_what_is_read_means_what_all_facts_mean(
    store: Store, seed: int
) -> None:
    """Weighed after few facts and in small parts, which finds more than the usual numbers do."""
    dice = random.Random(seed)
    history = History.of_some_kind(dice)
    many = dice.choice([1, 2, 4, 8])
    at_once = max(many, dice.choice([1, 3, 8, 50]))
    how_often = dice.choice([1.0, 0.3])
    for step in history.steps(STEPS):
        await store.run(step)
        if dice.random() <= how_often:
            everything = await store.run(all_facts())
            read = await store.run(read_facts(many, at_once))
            next_seq = max((fact.seq for fact in everything), default=0) + 1
            ended = SessionEnded(dice.choice(history.sessions), "R", empties=True)
            for news in ([], [StoredFact(next_seq, SessionActive("s2"))]):
                more = [*news, StoredFact(next_seq + 1, ended)] if news else []
                for person in PEOPLE:
                    assert seen(person, [*read, *more]) == seen(person, [*everything, *more])


def added(*whats: What) -> Transaction[int]:
    """The number of the newest of all facts."""
    (row,) = yield "SELECT coalesce(max(seq), 0) AS seq FROM facts", ()
    facts = [Fact(f"f-{row['seq']}-{place}", *ABOUT, what, 0.0) for place, what in enumerate(whats)]
    yield from append_facts(facts, [], now=0.0, due=0.0)
    (row,) = yield "SELECT max(seq) AS seq FROM facts", ()
    return int(row["seq"])


def statements_of(transaction: Transaction[object]) -> Transaction[int]:
    """How many it has."""
    count, statement = 1, next(transaction)
    try:
        while True:
            statement = transaction.send((yield statement))
            count += 1
    except StopIteration:
        return count


def a_joining(number: int) -> PeerJoined:
    return PeerJoined(ANA, f"p{number}", "s1", float(number))


async def test_a_read_has_as_many_statements_after_31_joinings_as_after_one(store: Store) -> None:
    counts = []
    for number in range(MANY - 1):
        await store.run(added(a_joining(number)))
        counts.append(await store.run(statements_of(read_facts(MANY, AT_ONCE))))

    assert counts == counts[:1] * (MANY - 1)


async def test_a_read_has_as_many_statements_after_five_rosters_as_after_one(store: Store) -> None:
    inside = frozenset((f"p{number}", person) for number, person in enumerate(PEOPLE))
    counts, upto = [], await store.run(added(a_joining(0)))
    for _ in range(5):
        upto = await store.run(added(Roster("s1", inside, upto, upto)))
        counts.append(await store.run(statements_of(read_facts(MANY, AT_ONCE))))

    assert counts == counts[:1] * 5


async def test_the_joinings_of_all_whom_a_new_roster_lists_are_read_however_many(
    store: Store,
) -> None:
    listed = [a_joining(number) for number in range(40)]
    upto = await store.run(added(*listed))
    await store.run(added(*(PeerLeft(one.peer, "s1", one.joined_at, 99.0) for one in listed)))
    weighed = await store.run(read_facts(1, AT_ONCE))
    inside = frozenset((one.peer, one.person) for one in listed)
    await store.run(added(Roster("s1", inside, upto, upto)))

    read = await store.run(read_facts(MANY, AT_ONCE))

    assert len(weighed) < len(listed)
    assert {fact.what for fact in read} >= set(listed)


async def test_what_new_joinings_may_meet_late_is_found_by_their_connections(store: Store) -> None:
    """However many facts of their meeting are over."""
    for hundred in range(5):
        await store.run(added(*(a_joining(100 * hundred + number) for number in range(100))))
    await store.run(one_statement(f"UPDATE facts SET weighed = {OVER}", ()))
    await store.run(added(*(a_joining(number) for number in range(3))))
    sqlite = isinstance(store, SqliteStore)
    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN (ANALYZE, FORMAT JSON)"
    if not sqlite:
        # What it knows may be of another test's facts.
        await store.run(one_statement("ANALYZE facts", ()))

    plan = await store.run(one_statement(f"{explain} {met_by_joinings(OLD_OF_CONNECTION)}", ABOUT))

    if sqlite:
        assert any(
            "facts_peer (referral=? AND meeting=? AND peer=?" in row["detail"] for row in plan
        )
    else:
        assert most_rows(loads(plan[0]["QUERY PLAN"])[0]["Plan"]) < 100


def most_rows(node: Json) -> float:
    """That any step of a PostgreSQL plan took, or looked at and left."""
    left = sum(rows for key, rows in node.items() if key.startswith("Rows Removed"))
    taken = float((node["Actual Rows"] + left) * node["Actual Loops"])
    return max([taken, *map(most_rows, node.get("Plans", []))])
