"""A whole run as a list of acts, drawn from a seed before anything happens.

Each act has random numbers of its own, so leaving some out (``shrink.py``) changes no other act,
and no fate of another consultation's webhooks; which requests to partners meet a fault may change.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

OFTEN = (
    "burst",
    "call_again",
    "close_tab",
    "drop",
    "join",
    "leave",
    "reconnect",
    "rejoin_with_old_id",
)
SELDOM = ("second_tab", "everyone_leaves", "host_ends", "clear", "see", "retry")
LAST = ("everyone_leaves", "host_ends", "end", "leave", "close_tab", "drop", "see")
LOOKED_AT = 0.3
"""The share of consultations that are looked at during their last changes."""
CONSULTATIONS_A_SECOND = 0.8
QUIET_EVERY = 6
"""One of so many consultations is calm all the time: two people come early and stay."""
FIRST = 24
"""The calm ones among the first so many begin at once; later ones of a long run at any time."""
NEMESIS = 4.5
"""Seconds from one fault to the next, in the mean."""
POST = 5.0
"""Seconds from one handful of forged and foreign webhooks to the next, in the mean."""
ENDING = {"kill", "terminate"}
LONG_RUN = 600.0
ALL_ALIVE = 150.0
"""In a run of more than ten minutes no process is ended after so many seconds: it is frozen
instead. So lives are long enough to compare."""
QUIET = 3.0
"""Seconds without any fault at first: the service learns the provider's key."""
LEASE = 8.0
"""Seconds that a lease of the service lasts here. Half of all freezes last longer."""
LONGEST = {
    "freeze": 20.0,
    "lost_lease": LEASE + 3,
    "slow_database": 12.0,
}
"""Seconds that a fault lasts at most, where they are not ``MOST``."""
SHORTEST = {"lost_lease": LEASE + 0.5}
"""Where they are not a second."""
MOST = 6.0

ON_BOTH = (
    ("kill", 3.0),
    ("terminate", 1.0),
    ("freeze", 1.0),
    ("lost_lease", 1.0),
    ("attendance_away", 3.0),
    ("attendance_slow", 3.0),
    ("attendance_late", 2.0),
    ("attendance_busy", 1.0),
    ("attendance_failing", 1.0),
    ("provider_away", 2.0),
    ("provider_slow", 2.0),
    ("provider_busy", 1.0),
    ("provider_lies", 1.0),
    ("rotate_key", 0.5),
    ("webhooks_astray", 3.0),
)
OF_STORE = {
    "sqlite": (("lock_storage", 1.0), ("fill_storage", 1.0)),
    "postgres": (
        ("cut_database", 2.0),
        ("restart_database", 1.0),
        ("slow_database", 2.0),
        ("lock_storage", 1.0),
    ),
}


@dataclass(frozen=True)
class Act:
    """``who`` is a consultation's number, or None for the nemesis; ``lasts`` is for a fault."""

    at: float
    who: int | None
    what: str
    chance: int
    lasts: float = 0.0


@dataclass(frozen=True)
class Plan:
    """Times are seconds. ``acts`` are in the order of their times."""

    seed: int
    seconds: float
    store: str
    instances: int
    one_per_referral: bool
    acts: tuple[Act, ...]

    @property
    def consultations(self) -> list[int]:
        return sorted({act.who for act in self.acts if act.who is not None})

    def keyed(self, number: int) -> bool:
        """Whether that consultation is opened with a key."""
        return random.Random(f"{self.seed} {number}").random() < 0.6

    def __str__(self) -> str:
        people = len(self.consultations)
        faults = sum(act.who is None for act in self.acts)
        kind = "one meeting per referral" if self.one_per_referral else "a meeting per start"
        return f"{people} consultations, {len(self.acts) - faults} acts, {faults} faults, {kind}"


def drawn(
    seed: int, seconds: float, store: str, instances: int, only: frozenset[str] = frozenset()
) -> Plan:
    """With ``only`` no other kinds of faults are drawn."""
    chance = random.Random(f"{seed} {store} {instances}")
    acts = [*_people(chance, seconds), *_faults(chance, seconds, store, only)]
    acts.sort(key=lambda act: act.at)
    return Plan(seed, seconds, store, instances, chance.random() < 0.4, tuple(acts))


def _people(chance: random.Random, seconds: float) -> Iterator[Act]:
    """Some consultations are calm, all the time or at their end, so that one lost message is not
    made up for by the next."""
    for number in range(max(4, int(seconds * CONSULTATIONS_A_SECOND))):
        if number % QUIET_EVERY == 0:
            at = chance.uniform(0, 2 if number < FIRST else seconds * 0.6)
            yield _act(chance, at, number, "start")
            yield _act(chance, at + 0.5, number, "come")
            continue
        at = chance.uniform(0, seconds * 0.8)
        yield _act(chance, at, number, "start")
        at += chance.uniform(0.5, 2)
        yield _act(chance, at, number, "come")
        if chance.random() < 0.3:
            yield _act(chance, at, number, "watch")
        for _ in range(chance.randrange(7)):
            at += chance.expovariate(1 / 2.0)
            kinds = OFTEN if chance.random() < 0.8 else SELDOM
            yield _act(chance, at, number, chance.choice(kinds))
        at += chance.uniform(1, 6)
        if chance.random() < LOOKED_AT:
            yield _act(chance, at, number, "look_in")
        elif chance.random() < 0.8:
            yield _act(chance, at, number, chance.choice(LAST))


def _faults(
    chance: random.Random, seconds: float, store: str, only: frozenset[str]
) -> Iterator[Act]:
    kinds = [one for one in (*ON_BOTH, *OF_STORE[store]) if not only or one[0] in only]
    names, weights = [name for name, _ in kinds], [weight for _, weight in kinds]
    at = QUIET + chance.uniform(0, 2)
    while at < seconds:
        what = chance.choices(names, weights)[0]
        if what in ENDING and seconds > LONG_RUN and at > ALL_ALIVE:
            what = "freeze"
        least = SHORTEST.get(what, 1.0)
        if what == "freeze" and chance.random() < 0.5:
            least = LEASE + 0.5
        most = LONGEST.get(what, MOST)
        if what != "freeze":
            most = min(most, max(least + 1, seconds / 3))
        lasts = chance.uniform(least, most)
        yield Act(round(at, 3), None, what, chance.getrandbits(32), round(lasts, 3))
        at += chance.expovariate(1 / NEMESIS)
    while (at := at - chance.expovariate(1 / POST)) > QUIET:
        yield Act(round(at, 3), None, "strangers_webhooks", chance.getrandbits(32))


def _act(chance: random.Random, at: float, who: int, what: str) -> Act:
    return Act(round(at, 3), who, what, chance.getrandbits(32))


def as_json(plan: Plan) -> dict[str, object]:
    return asdict(plan)


def from_json(told: dict[str, object]) -> Plan:
    acts = told["acts"]
    assert isinstance(acts, list)
    return Plan(**told | {"acts": tuple(Act(**act) for act in acts)})  # type: ignore[arg-type]


def repeated_by(
    seed: int, seconds: float, store: str, instances: int, only: Iterable[str] = ()
) -> str:
    """The settings of ``make chaos`` that draw this plan."""
    said = f"SEED={seed} MINUTES={seconds / 60:g} STORE={store} INSTANCES={instances}"
    return f"{said} ONLY={','.join(sorted(only))}" if only else said
