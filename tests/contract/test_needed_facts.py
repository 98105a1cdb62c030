"""What is read of a meeting gives the same answers as all of it, whatever has happened there."""

import random

from adapters.storage.transaction import Store
from domain.facts import SessionActive, SessionEnded, StoredFact
from tests.histories import PEOPLE, History, all_facts, read_facts, seen

STEPS = 40


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
