"""The form of a pseudonym, facts that name somebody else instead, and bodies that name somebody."""

import orjson
import pytest

from adapters.system import new_id
from domain.erasure import Erased, is_erased, names, pseudonym, reworded, without
from domain.facts import PeerJoined, PeerLeft, Reported, Roster, SessionActive, SessionEnded, What
from domain.meeting import PersonId

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
NOBODY = pseudonym("0f0f0f0f-0000-4000-8000-0123456789ab")


def test_a_pseudonym_is_recognised() -> None:
    assert is_erased(pseudonym(new_id()))


@pytest.mark.parametrize("person", ["dra-ana", "erased-1", "erased-", f"x{NOBODY}", f"{NOBODY}x"])
def test_an_id_that_only_looks_like_one_is_not_a_pseudonym(person: str) -> None:
    assert not is_erased(PersonId(person))


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Reported(ANA, in_meeting=True), Reported(NOBODY, in_meeting=True)),
        (PeerJoined(ANA, "p-1", "s-1"), PeerJoined(NOBODY, "p-1", "s-1")),
        (PeerLeft("dra-ana", None), PeerLeft("dra-ana", None)),
        (
            Roster("s-1", frozenset({("p-1", ANA), ("p-2", BRUNO), ("p-3", ANA)}), 1, 2),
            Roster("s-1", frozenset({("p-1", NOBODY), ("p-2", BRUNO), ("p-3", NOBODY)}), 1, 2),
        ),
        (
            Reported(BRUNO, in_meeting=False, why="asked by dra-ana, twice"),
            Reported(BRUNO, in_meeting=False, why=f"asked by {NOBODY}, twice"),
        ),
    ],
)
def test_a_fact_names_the_pseudonym_wherever_it_named_the_person(
    what: What, expected: What
) -> None:
    assert without(what, ANA, NOBODY) == expected


@pytest.mark.parametrize(
    "what",
    [
        Reported(BRUNO, in_meeting=True, why="dra-anabel was here"),
        PeerJoined(BRUNO, "dra-ana", "s-1"),
        Roster("dra-ana", frozenset({("dra-ana", BRUNO)}), 1, 1),
        SessionEnded("dra-ana", "dra-ana", empties=True),
        SessionActive("dra-ana"),
    ],
)
def test_a_fact_that_does_not_name_the_person_is_the_same(what: What) -> None:
    assert without(what, ANA, NOBODY) == what


@pytest.mark.parametrize("text", ["", "a", "dra-anabel", "dra-ana-maria", "a-dra-ana"])
def test_the_ids_of_others_in_a_text_are_left_alone(text: str) -> None:
    assert reworded(text, ANA, NOBODY) == text


@pytest.mark.parametrize(
    "body",
    [
        {"participant": {"customParticipantId": "dra-ana"}},
        {"deep": [[{"in": ["it", " dra-ana\n"]}]]},
        {"participants": {"dra-ana": {}}},
        "dra-ana",
    ],
)
def test_a_body_names_an_id_that_is_a_text_anywhere_in_it(body: object) -> None:
    assert names(orjson.dumps(body), ANA)


@pytest.mark.parametrize(
    ("body", "person"),
    [
        (b'{"id": 12345678901}', "12345678901"),
        (b'{"id": 123456789012345678901234567890}', "123456789012345678901234567890"),
        (b'{"id": "dra-ana", "id": "x"}', "dra-ana"),
        (b'{"id": "\\u0064ra-ana"}', "dra-ana"),
        ('{"id": "médica"}'.encode(), "médica"),
        (b"\xff\xfe no JSON: dra-ana", "dra-ana"),
        (b"[" * 100_000 + b'"dra-ana"', "dra-ana"),
    ],
)
def test_however_a_body_spells_the_id_it_names_the_person(body: bytes, person: str) -> None:
    assert names(body, PersonId(person))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'["dra-anabel"]',
        b'["a call of dra-ana"]',
        b"[1, null, true, 1.5, NaN]",
        b"\xff",
        b"",
    ],
)
def test_a_body_with_only_a_similar_id_does_not_name_the_person(body: bytes) -> None:
    assert not names(body, ANA)


def test_true_and_null_are_no_ids() -> None:
    assert not names(b"[true, null]", PersonId("True"))
    assert not names(b"[true, null]", PersonId("None"))


def test_counts_add_up_and_zero_means_that_the_person_was_unknown() -> None:
    assert Erased(facts=1, seats=2) + Erased(facts=3, bodies=4) == Erased(
        facts=4, seats=2, bodies=4
    )
    assert not Erased()
    assert Erased(answers=1)
