"""What a history says, put together: calls with their answers, updates with what became of them,
connections at the provider, and the lives of processes."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.chaos.history import Entry

Seat = tuple[str, str, str]
"""A referral, a meeting, a person."""
NEVER = math.inf
STORAGE = {"lock_storage", "fill_storage", "cut_database", "restart_database", "slow_database"}
HINDERING = STORAGE | {
    "attendance_away",
    "attendance_busy",
    "attendance_failing",
    "attendance_slow",
    "lost_lease",
}
"""Faults that keep updates from being told."""
EMPTIED = "ALL_PARTICIPANTS_LEFT"


@dataclass
class Call:
    """A call to the service. ``status`` is None while there is no answer, or when none came."""

    sent: Entry
    answer: Entry | None = None

    @property
    def what(self) -> str:
        return str(self.sent["what"])

    @property
    def at(self) -> float:
        return float(self.sent["t"])

    @property
    def status(self) -> int | None:
        return None if self.answer is None else self.answer["status"]

    @property
    def answered(self) -> float:
        return NEVER if self.answer is None else float(self.answer["t"])

    @property
    def took(self) -> float:
        """Seconds by the caller's clock."""
        return NEVER if self.answer is None else float(self.answer["took"])

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def says(self) -> Entry:
        """What a webhook's body says."""
        told: Entry = self.sent.get("says") or {}
        return told


@dataclass
class Asked:
    """A request to a partner, as the fault proxy and the partner saw it; times of what never
    happened are NEVER. ``shown`` is when an update took effect, with its ``value``; ``status`` is
    what was answered."""

    asked: Entry
    status: int | None = None
    shown: float = NEVER
    returned: float = NEVER
    abandoned: float = NEVER
    value: bool | None = None
    opened: Entry | None = None

    @property
    def at(self) -> float:
        return float(self.asked["t"])

    @property
    def by(self) -> int:
        return int(self.asked["by"])

    @property
    def over(self) -> float:
        """When the service was done with it, as far as it knew."""
        return min(self.returned, self.abandoned)


@dataclass
class Connection:
    """At the provider, from when until when."""

    meeting: str
    session: str
    peer: str
    person: str
    joined: Entry
    left: float = NEVER


@dataclass
class Seen:
    """``calm`` is when the faults were over; ``end`` is the history's last moment."""

    entries: Sequence[Entry]
    calls: dict[int, Call] = field(default_factory=dict)
    asked: dict[int, Asked] = field(default_factory=dict)
    updates: dict[Seat, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    """Those that took effect, in the order in which they did."""
    connections: dict[tuple[str, str], list[Connection]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By meeting and person."""
    about: dict[str, list[Call]] = field(default_factory=lambda: defaultdict(list))
    """Calls by the meeting or the referral that they name, without forged, foreign and malformed
    webhooks: they are no reason for anything."""
    told: dict[int, list[Call]] = field(default_factory=lambda: defaultdict(list))
    """Webhooks by the event at the provider."""
    inactive: dict[str, float] = field(default_factory=dict)
    opened: list[Entry] = field(default_factory=list)
    in_session: dict[str, list[Connection]] = field(default_factory=lambda: defaultdict(list))
    begun_by: dict[int, Connection] = field(default_factory=dict)
    """Connections by the event at the provider."""
    lies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When the provider said a wrong thing about a meeting."""
    lives: dict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    faults: list[Entry] = field(default_factory=list)
    setting: Entry = field(default_factory=dict)
    calm: float = NEVER
    end: float = 0.0

    def of(self, what: str) -> Iterator[Call]:
        return (call for call in self.calls.values() if call.what == what)

    def live(self, meeting: str, person: str, at: float) -> list[Connection]:
        known = self.connections.get((meeting, person), ())
        return [one for one in known if one.joined["t"] <= at < one.left]

    def disturbed(self, instance: int, begin: float, end: float) -> bool:
        """Whether that process was frozen, stopped or away at some time of these."""
        state = "down"
        for entry in self.lives[instance]:
            if entry["t"] > end:
                break
            if entry["t"] > begin and (state != "up" or entry["what"] != "up"):
                return True
            state = "up" if entry["what"] in {"up", "thawed"} else "down"
        return state != "up"

    def all_at_work(self, begin: float, end: float) -> bool:
        """Whether no process was disturbed then, and storage did not fail."""
        instances = range(self.setting["instances"])
        stopped = any(self.disturbed(one, begin, end) for one in instances)
        return not stopped and not self.storage_failed(begin, end)

    def storage_failed(self, begin: float, end: float) -> bool:
        """Whether a fault of storage was on at some time of these."""
        return any(what in STORAGE for what in self.faults_during(begin, end))

    def hindrances(self, kinds: Collection[str]) -> Iterator[tuple[float, float]]:
        """From when until when a process was not at work, or a fault of those kinds was on."""
        for life in self.lives.values():
            for before, after in pairwise([*life, {"t": NEVER}]):
                if before["what"] not in {"up", "thawed"}:
                    yield before["t"], after["t"]
        on: dict[str, list[float]] = defaultdict(list)
        for entry in self.faults:
            if entry["what"] in kinds and not entry.get("over"):
                on[entry["what"]].append(entry["t"])
            elif on[entry["what"]]:
                yield on[entry["what"]].pop(0), entry["t"]
        yield from ((begin, NEVER) for begins in on.values() for begin in begins)

    def all_well(self, begin: float, end: float, but: frozenset[str]) -> bool:
        """Whether no process was disturbed, and nothing was wrong but these faults."""
        instances = range(self.setting["instances"])
        first = min(self.lives[one][0]["t"] for one in instances)
        if any(self.disturbed(one, max(first, begin), end) for one in instances):
            return False
        return {*self.faults_during(begin, end)} <= but

    def faults_during(self, begin: float, end: float) -> Iterator[str]:
        """The faults that were on at some time of these."""
        on: dict[str, list[float]] = defaultdict(list)
        for entry in self.faults:
            if not entry.get("over"):
                on[entry["what"]].append(entry["t"])
            elif on[entry["what"]] and on[entry["what"]].pop(0) <= end and entry["t"] >= begin:
                yield entry["what"]
        yield from (what for what, since in on.items() if since and since[0] <= end)


def seen(entries: Iterable[Entry]) -> Seen:
    found = Seen([*entries])
    for entry in found.entries:
        found.end = entry["t"]
        take = TAKEN.get(entry["kind"])
        if take is not None:
            take(found, entry)
    return found


def _call(found: Seen, entry: Entry) -> None:
    call = found.calls[entry["call"]] = Call(entry)
    if "bad" in entry:
        return
    seat = entry.get("seat") or (None, None)
    for name in {seat[1], call.says.get("meeting"), entry.get("meeting"), entry.get("referral")}:
        if name is not None:
            found.about[name].append(call)
    if entry["what"] == "webhook" and "event" in entry:
        found.told[entry["event"]].append(call)


def _answer(found: Seen, entry: Entry) -> None:
    if entry["call"] in found.calls:
        found.calls[entry["call"]].answer = entry


def _asked(found: Seen, entry: Entry) -> None:
    found.asked[entry["call"]] = Asked(entry)


def _shown(found: Seen, entry: Entry) -> None:
    update = found.asked.get(entry["call"])
    if update is not None:
        update.shown, update.value = entry["t"], entry["value"]
        seat = (entry["seat"][0], entry["seat"][1], entry["seat"][2])
        found.updates[seat].append(update)


def _returned(found: Seen, entry: Entry) -> None:
    if entry["call"] in found.asked:
        found.asked[entry["call"]].returned = entry["t"]
        found.asked[entry["call"]].status = entry["status"]


def _abandoned(found: Seen, entry: Entry) -> None:
    if entry["call"] in found.asked:
        found.asked[entry["call"]].abandoned = entry["t"]


def _opened(found: Seen, entry: Entry) -> None:
    found.opened.append(entry)
    if entry["call"] in found.asked:
        found.asked[entry["call"]].opened = entry


def _truth(found: Seen, entry: Entry) -> None:
    meeting, session = entry["meeting"], entry["session"]
    if entry["what"] == "participantJoined":
        one = Connection(meeting, session, entry["peer"], entry["person"], entry)
        found.connections[meeting, entry["person"]].append(one)
        found.in_session[session].append(one)
        found.begun_by[entry["event"]] = one
    for one in found.in_session[session]:
        there = one.left == NEVER
        gone = entry["what"] == "ended" or (
            entry["what"] == "participantLeft" and one.peer == entry["peer"]
        )
        if there and gone:
            one.left = entry["t"]


def _lie(found: Seen, entry: Entry) -> None:
    found.lies[entry["meeting"]].append(entry["t"])


def _inactive(found: Seen, entry: Entry) -> None:
    found.inactive.setdefault(entry["meeting"], entry["t"])


def _process(found: Seen, entry: Entry) -> None:
    found.lives[entry["instance"]].append(entry)


def _calm(found: Seen, entry: Entry) -> None:
    found.calm = entry["t"]


def _fault(found: Seen, entry: Entry) -> None:
    if "left_out" not in entry:
        found.faults.append(entry)


def _run(found: Seen, entry: Entry) -> None:
    found.setting = entry


TAKEN = {
    "abandoned": _abandoned,
    "answer": _answer,
    "asked": _asked,
    "call": _call,
    "calm": _calm,
    "fault": _fault,
    "inactive": _inactive,
    "lie": _lie,
    "opened": _opened,
    "process": _process,
    "returned": _returned,
    "run": _run,
    "shown": _shown,
    "truth": _truth,
}
