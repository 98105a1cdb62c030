"""One person is erased: found nowhere, while everything else means what it meant."""

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from adapters.audit_log import StructlogAuditLog
from adapters.callers.keyed_pseudonyms import KeyedPseudonyms
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.erasure import StoredErasure
from adapters.storage.operator_view import StoredOperatorInbox
from adapters.storage.presence import StoredPresence
from adapters.storage.sqlite import SqliteStore
from adapters.storage.sweeps import StoredSweeps
from adapters.storage.transaction import Store
from adapters.system import new_id
from application.erase_again import EraseAgain, NamelessLineError, erased_names
from application.erase_person import BATCH, ErasePerson
from domain.audit import COMMAND_LINE
from domain.claims import Settled, SweepAnswer
from domain.decision import Decision
from domain.delivery import Delivery, KnownDelivery, Outcome, State
from domain.erasure import Erased, Place, pseudonym
from domain.facts import (
    Fact,
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    StoredFact,
    What,
)
from domain.meeting import Inside, PersonId
from domain.ports.operators import OperatorInbox
from domain.ports.retention import Erasure
from domain.ports.sweeps import Sweeps
from domain.ports.webhooks import DeliveryQueue, WebhookInbox
from domain.presence import Seat, fold_presence
from tests.builders import a_report, a_seat, a_session_end, an_end, kept_secrets
from tests.contract.conftest import PresenceStore
from tests.everywhere import holders
from tests.histories import all_facts

LEASE = 15.0
EVENT = a_session_end()
ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
A_UUID = new_id()
INSTEAD = pseudonym(A_UUID)
NAMES = KeyedPseudonyms(kept_secrets(b"first", b"second"))
AWKWARD = ["dra-ana", 'd\'Ana "a" \\ 100%_', "12345678901", "médica ñ 🩺", "$1"]


def a_fact(key: str, what: What, seat: Seat | None = None) -> Fact:
    about = seat or a_seat()
    return Fact(key, about.referral, about.meeting, what, at=0.0)


def a_roster(*inside: tuple[str, PersonId]) -> Roster:
    return Roster("s-1", frozenset(inside), upto=9, reports_upto=9)


def erasing(store: Store) -> ErasePerson:
    erasure, audit = StoredErasure(store), StructlogAuditLog()
    return ErasePerson(erasure, audit, NAMES, lambda: 100.0, lambda: A_UUID)


async def lines_of(store: Store, *people: str) -> list[str]:
    """What the audit log has after an erasure of each."""
    erase = erasing(store)
    named = [(await erase(COMMAND_LINE, PersonId(one)))[0] for one in (*people, "dr-carlos")]
    return [f'{{"event": "audit.person_erased", "what": "{name}"}}\n' for name in named]


async def erased_again(store: Store, lines: Sequence[str]) -> Sequence[Erased]:
    """After a restore: the first secret is all that is sure to be in a backup."""
    names = KeyedPseudonyms(kept_secrets(b"first"))
    again = EraseAgain(StoredErasure(store), names, erasing(store))
    return await again(COMMAND_LINE, erased_names([*lines, "audit.presence_read person/0"]))


def test_a_line_that_does_not_say_whom_is_refused() -> None:
    with pytest.raises(NamelessLineError, match="1 of 2 lines"):
        erased_names(
            [f"audit.person_erased what={INSTEAD}", "audit.person_erased person/" + "0" * 16]
        )


async def filled(store: Store, person: PersonId) -> None:
    """Storage that knows the person in every way that it can."""
    seats, deliveries, sweeps, inbox = (
        StoredPresence(store),
        StoredDeliveries(store),
        StoredSweeps(store),
        StoredOperatorInbox(store),
    )
    seat = a_seat(person=person)
    whats: list[What] = [
        Reported(person, in_meeting=True),
        PeerJoined(person, "p-1", "s-1"),
        PeerLeft("p-1", "s-1"),
        a_roster(("p-1", person), ("p-2", BRUNO)),
        Reported(BRUNO, in_meeting=False, why=f"{person} asked for it"),
    ]
    for number, what in enumerate(whats):
        await seats.append(a_fact(f"f-{number}", what), seat, now=0, due=0)
    elsewhere = a_seat(meeting="meeting-2", person="dr-bruno")
    await seats.append(a_report("f-e", elsewhere), elsewhere, now=0, due=0)
    for sweep in [await sweeps.claim_sweep(now=9, lease=LEASE) for _ in range(2)]:
        assert sweep is not None
        inside = Inside("s-1", frozenset({("p-1", person)}))
        await sweeps.note_answer(sweep, SweepAnswer(inside, upto=9), now=9, due=99)
    bodies = [{"participant": {"customParticipantId": f" {person} "}}, {"organizedBy": [person]}]
    for number, body in enumerate(bodies):
        await deliveries.receive(f"k-{number}", orjson.dumps(body), EVENT, now=0, due=0)
    await deliveries.receive("no JSON", f"<{person}>".encode(), None, now=0, due=0)
    last = await deliveries.receive("k", b"{}", EVENT, now=0, due=LEASE)
    assert isinstance(last, Delivery)
    assert await inbox.discard(last.id, f"a test call of {person}", now=1)


@pytest.mark.parametrize("person", AWKWARD)
async def test_the_id_is_found_nowhere_afterwards(store: Store, person: str) -> None:
    await filled(store, PersonId(person))
    before = await holders(store, person)

    _, erased = await erasing(store)(COMMAND_LINE, PersonId(person))

    assert {"deliveries.body", "deliveries.why", "facts.data", "facts.person"} <= set(before)
    assert {"seats.person", "sweeps.seen"} <= set(before)
    assert await holders(store, person) == []
    assert {"facts.data", "facts.person", "seats.person"} <= set(await holders(store, INSTEAD))
    assert erased == Erased(bodies=3, ended=3, reasons=1, facts=4, seats=1, shown_in=0, answers=2)


async def test_nothing_is_left_in_the_file_either(tmp_path: Path) -> None:
    path = tmp_path / "storage.db"
    store = await SqliteStore.open(path)
    await filled(store, PersonId("canary-of-ana"))
    long = orjson.dumps({"who": "canary-of-ana", "much": "x" * 20_000})
    await StoredDeliveries(store).receive("k-long", long, EVENT, now=0, due=0)
    await store.close()
    before = path.read_bytes()

    store = await SqliteStore.open(path)
    await erasing(store)(COMMAND_LINE, PersonId("canary-of-ana"))
    await store.close()

    assert before.count(b"canary-of-ana") > 8
    assert os.listdir(tmp_path) == ["storage.db"]
    assert b"canary-of-ana" not in path.read_bytes()


async def test_somebody_unknown_leaves_everything_as_it_is(store: Store) -> None:
    await filled(store, ANA)

    for person in ("dra-ana-maria", "DRA-ANA", "dra%", "_ra-ana"):
        _, erased = await erasing(store)(COMMAND_LINE, PersonId(person))
        assert not erased

    assert "seats.person" in await holders(store, ANA)


async def test_erasing_again_finds_nothing(store: Store) -> None:
    await filled(store, ANA)

    assert (await erasing(store)(COMMAND_LINE, ANA))[1]
    assert not (await erasing(store)(COMMAND_LINE, ANA))[1]


@pytest.mark.parametrize("person", AWKWARD)
async def test_whom_the_audit_log_names_is_found_nowhere_after_erasing_again(
    store: Store, person: str
) -> None:
    lines = await lines_of(store, person)
    await filled(store, PersonId(person))

    erased = await erased_again(store, lines)

    assert erased == [Erased(bodies=3, ended=3, reasons=1, facts=4, seats=1, shown_in=0, answers=2)]
    assert await holders(store, person) == []
    assert await erased_again(store, lines) == []
    assert {"facts.person", "seats.person"} <= set(await holders(store, BRUNO))


async def test_whoever_stands_in_one_place_alone_is_erased_again_there(
    store: Store, seats: PresenceStore, inbox: OperatorInbox, sweeps: Sweeps
) -> None:
    people = ["in-a-joining", "in-a-roster", "in-a-seat", "in-an-answer", "in reason of clearing"]
    people += ["12345", "dr.reason@x"]
    lines = await lines_of(store, *people)
    whats: list[What] = [
        PeerJoined(PersonId("in-a-joining"), "p-1", "s-1"),
        a_roster(("p-2", PersonId("in-a-roster"))),
        Reported(BRUNO, in_meeting=False, why="wrong: in reason of clearing."),
    ]
    seat = a_seat(person="in-a-seat")
    for number, what in enumerate(whats):
        await seats.append(a_fact(f"f-{number}", what), seat, now=0, due=0)
    sweep = await sweeps.claim_sweep(now=9, lease=LEASE)
    assert sweep is not None
    inside = Inside("s-1", frozenset({("p-1", PersonId("in-an-answer"))}))
    await sweeps.note_answer(sweep, SweepAnswer(inside, upto=9), now=9, due=99)
    deliveries = StoredDeliveries(store)
    body = b'{"participant": {"customParticipantId": 12345, "name": "a\\ud800\tb"}}'
    await deliveries.receive("k", body, EVENT, now=0, due=0)
    discarded = await deliveries.receive("k-2", b"{}", EVENT, now=0, due=LEASE)
    assert isinstance(discarded, Delivery)
    assert await inbox.discard(discarded.id, "a test of dr.reason@x", now=1)

    erased = await erased_again(store, lines)

    assert len(erased) == len(people)
    assert all(erased)
    for person in people:
        assert await holders(store, person) == [], person


async def test_one_pseudonym_stands_for_the_person_in_every_meeting(
    store: Store, seats: PresenceStore, inbox: OperatorInbox
) -> None:
    for number in range(3):
        seat = a_seat(meeting=f"m-{number}")
        await seats.append(a_report(f"f-{number}", seat), seat, now=0, due=0)

    _, erased = await erasing(store)(COMMAND_LINE, ANA)

    assert erased == Erased(facts=3, seats=3)
    waiting = await inbox.updates(referral=None, limit=9)
    assert {entry.seat.person for entry in waiting} == {INSTEAD}


def a_mixture(seed: int) -> list[Fact]:
    """Reports, connections, ends and rosters of two doctors and a guest, at random."""
    dice = random.Random(seed)
    people = [ANA, BRUNO, PersonId("guest")]

    def one() -> What:
        person = dice.choice(people)
        peer = f"{person[-3:]}-{dice.randrange(3)}"
        inside = [(f"{who[-3:]}-{n}", who) for who in people for n in range(3)]
        choices: list[What] = [
            Reported(person, in_meeting=dice.random() < 0.6),
            PeerJoined(person, peer, f"s-{dice.randrange(2)}", dice.choice([None, 1.0, 2.0])),
            PeerLeft(peer, f"s-{dice.randrange(2)}"),
            SessionActive(f"s-{dice.randrange(2)}"),
            Roster("s-0", frozenset(dice.sample(inside, dice.randrange(5))), 99, 99),
        ]
        return dice.choice(choices)

    facts = [a_fact(f"f-{number}", one()) for number in range(dice.randrange(4, 30))]
    return [*facts, an_end("f-end"), a_fact("f-ana", Reported(ANA, in_meeting=True))]


def told(person: PersonId, facts: list[StoredFact]) -> tuple[bool, str, bool, bool]:
    found = fold_presence(person, facts)
    return found.is_in, found.because, found.has_open_connection, found.unconfirmed


async def test_everybody_else_is_where_they_were_and_the_pseudonym_where_the_person_was(
    store: Store, seats: PresenceStore, sweeps: Sweeps, seed: int
) -> None:
    for fact in a_mixture(seed):
        await seats.append(fact, a_seat(person=fact.person or BRUNO), now=0, due=0)
    place = a_seat()
    before = list(await seats.of_meeting(place.referral, place.meeting))
    of_bruno = await seats.of_seat(a_seat(person=BRUNO))

    await erasing(store)(COMMAND_LINE, ANA)

    after = list(await seats.of_meeting(place.referral, place.meeting))
    assert [(fact.seq, fact.at) for fact in after] == [(fact.seq, fact.at) for fact in before]
    for person in (BRUNO, PersonId("guest")):
        assert told(person, after) == told(person, before)
    assert told(INSTEAD, after) == told(ANA, before)
    now_of_bruno = await seats.of_seat(a_seat(person=BRUNO))
    assert told(BRUNO, list(now_of_bruno)) == told(BRUNO, list(of_bruno))


async def test_a_claim_of_the_seat_settles_nothing_and_the_seat_is_found_again(
    store: Store, seats: PresenceStore
) -> None:
    claimed = await seats.append(a_report("f-1"), a_seat(), now=0, due=LEASE)
    assert claimed is not None

    await erasing(store)(COMMAND_LINE, ANA)
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=1))
    await seats.refuse(claimed, "late", seq=claimed.seq, now=1)

    (again,) = await seats.claim_seats(9, now=LEASE, lease=LEASE)
    assert (again.seat, again.told_seq, again.shown) == (a_seat(person=INSTEAD), 0, None)
    assert len(await seats.of_seat(again.seat)) == 1


async def test_a_seat_that_is_shown_in_is_counted(store: Store, seats: PresenceStore) -> None:
    claimed = await seats.append(a_report("f-1"), a_seat(), now=0, due=LEASE)
    assert claimed is not None
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=1))

    _, erased = await erasing(store)(COMMAND_LINE, ANA)

    assert erased == Erased(facts=1, seats=1, shown_in=1)


async def test_a_claimed_sweep_does_not_store_the_id_again(
    store: Store, seats: PresenceStore, sweeps: Sweeps
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=0, due=0)
    sweep = await sweeps.claim_sweep(now=1, lease=LEASE)
    assert sweep is not None
    inside = frozenset({("p-1", ANA)})

    await erasing(store)(COMMAND_LINE, ANA)
    listed = Inside("s-1", inside)
    await sweeps.note_answer(sweep, SweepAnswer(listed, upto=1), now=2, due=3)
    fact = a_fact("r-1", a_roster(*inside))
    await sweeps.note_answer(sweep, SweepAnswer(listed, 1, fact), now=2, due=3)

    assert await holders(store, ANA) == []
    again = await sweeps.claim_sweep(now=1 + LEASE, lease=LEASE)
    assert again is not None
    assert again.seen is None


async def test_what_was_known_of_a_repeat_is_known_still(
    store: Store, webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    body = b'{"who": "dra-ana"}'
    delivery = await webhook_inbox.receive("k-1", body, EVENT, now=0, due=LEASE)
    assert isinstance(delivery, Delivery)
    await deliveries.conclude(delivery, Decision(Outcome.APPLIED), now=1, due=2)

    _, erased = await erasing(store)(COMMAND_LINE, ANA)

    assert erased == Erased(bodies=1)
    again = await webhook_inbox.receive("k-1", body, EVENT, now=2, due=9)
    assert again == KnownDelivery(State.DONE, settled=True)


async def test_a_waiting_or_claimed_delivery_ends_and_does_not_store_the_id_again(
    store: Store, webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    in_hand = await webhook_inbox.receive("k-1", b'["dra-ana"]', EVENT, now=0, due=LEASE)
    await webhook_inbox.receive("k-2", b'["dra-ana"]', EVENT, now=0, due=0)
    other = await webhook_inbox.receive("k-3", b'["dr-bruno"]', EVENT, now=0, due=LEASE)
    assert isinstance(in_hand, Delivery)
    assert isinstance(other, Delivery)

    _, erased = await erasing(store)(COMMAND_LINE, ANA)
    late = Decision(Outcome.APPLIED, facts=(a_report("f-1"),), seats=(a_seat(),))

    assert erased == Erased(bodies=2, ended=2)
    assert await deliveries.conclude(in_hand, late, now=1, due=2) is None
    assert await deliveries.claim_deliveries(9, now=1, lease=LEASE) == []
    assert await inbox.retry(number=None, since=None, now=1) == 0
    assert await holders(store, ANA) == []
    entries = await inbox.deliveries(state=State.DONE, referral=None, since=None, limit=9)
    assert {(entry.outcome, entry.why) for entry in entries} == {("erased", "erased")}
    kept = await inbox.delivery(other.id)
    assert kept is not None
    assert kept.body == b'["dr-bruno"]'


async def test_a_dead_delivery_loses_its_body_and_cannot_be_tried_again(
    store: Store, webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    delivery = await webhook_inbox.receive("k-1", b'["dra-ana"]', EVENT, now=0, due=LEASE)
    assert isinstance(delivery, Delivery)
    await deliveries.bury(delivery, "unknown-referral", now=1)

    await erasing(store)(COMMAND_LINE, ANA)

    entry = await inbox.delivery(delivery.id)
    assert entry is not None
    assert (entry.state, entry.why, entry.body) == (State.DEAD, "unknown-referral", None)
    assert await inbox.retry(number=None, since=None, now=2) == 0


async def test_bodies_are_read_a_few_at_a_time_and_all_are_read(
    webhook_inbox: WebhookInbox, erasure: Erasure, store: Store
) -> None:
    for number in range(2 * BATCH + 1):
        who = "dra-ana" if number % 3 == 0 else "dr-bruno"
        body = orjson.dumps({"who": who, "n": number})
        await webhook_inbox.receive(f"k-{number}", body, EVENT, now=0, due=9)

    first = await erasure.bodies(after=0, limit=BATCH)
    _, erased = await erasing(store)(COMMAND_LINE, ANA)

    assert len(first) == BATCH
    assert erased.bodies == len(range(0, 2 * BATCH + 1, 3))


async def test_refused_reports_are_found_as_well(
    store: Store, seats: PresenceStore, erasure: Erasure
) -> None:
    claimed = await seats.append(a_report("f-1"), a_seat(), now=0, due=LEASE)
    assert claimed is not None
    await seats.refuse(claimed, "unknown-referral", seq=claimed.seq, now=1)
    seat = a_seat()

    assert await erasure.places(ANA) == [Place(seat.referral, seat.meeting)]
    assert await erasure.rename(
        Place(seat.referral, seat.meeting), ANA, pseudonym(new_id())
    ) == Erased(facts=1, seats=1)
    assert await holders(store, ANA) == []


async def test_a_doctor_who_only_has_a_seat_is_found(
    store: Store, seats: PresenceStore, erasure: Erasure
) -> None:
    await seats.append(an_end("f-1"), a_seat(), now=0, due=0)

    assert (await erasing(store)(COMMAND_LINE, ANA))[1] == Erased(seats=1)
    assert await holders(store, ANA) == []


async def test_a_guest_who_only_a_roster_names_is_found(
    store: Store, seats: PresenceStore, erasure: Erasure
) -> None:
    guest = PersonId("guest")
    fact = replace(a_fact("f-1", a_roster(("p-9", guest))), at=5.0)
    await seats.append(fact, a_seat(), now=0, due=0)

    assert (await erasing(store)(COMMAND_LINE, guest))[1] == Erased(facts=1)
    assert await holders(store, guest) == []


async def test_reports_and_sweeps_of_others_go_on_meanwhile(
    store: Store, seats: PresenceStore, sweeps: Sweeps
) -> None:
    bruno = a_seat(person=BRUNO)
    for number in range(10):
        ana = a_seat(meeting=f"meeting-{number % 2 + 1}")
        await seats.append(a_report(f"a-{number}", ana), ana, now=0, due=0)
    sweep = await sweeps.claim_sweep(now=1, lease=LEASE)
    assert sweep is not None
    roster = replace(a_fact("r-1", a_roster(("p-2", BRUNO))), meeting=sweep.meeting)

    running = asyncio.create_task(erasing(store)(COMMAND_LINE, ANA))
    await asyncio.gather(
        sweeps.note_answer(sweep, SweepAnswer(None, 0, roster), now=2, due=None),
        *(seats.append(a_report(f"b-{n}", bruno), bruno, now=2, due=2) for n in range(40)),
        *(seats.claim_seats(3, now=2, lease=LEASE) for _ in range(10)),
    )

    _, erased = await running
    assert erased.facts == 10
    assert await holders(store, ANA) == []
    stored = await store.run(all_facts(bruno))
    reports = [fact for fact in stored if fact.what == Reported(BRUNO, in_meeting=True)]
    assert len(reports) == 40
