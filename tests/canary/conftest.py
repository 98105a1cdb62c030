"""Whoever is in the story, with their canaries."""

import pytest

from tests.canary.canaries import Canaries, Kind
from tests.canary.partners import Partners
from tests.canary.story import Keys, People
from tests.canary.surfaces import Heard


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def heard(canaries: Canaries) -> Heard:
    return Heard(canaries)


@pytest.fixture
def people(canaries: Canaries) -> People:
    return People(
        requester=canaries.cpf("the requester")[0],
        specialist=canaries.cpf("the specialist")[1],
        stranger=canaries.plant(Kind.PERSON, "a stranger", "dr-caio-{}"),
        erased=canaries.plant(Kind.PERSON, "somebody who is erased", "dra-eva-{}"),
    )


@pytest.fixture
def keys(canaries: Canaries) -> Keys:
    service, operator = (canaries.plant(Kind.SECRET, f"key of {who}", "vck_{}") for who in "ab")
    return Keys(service, operator, canaries.plant(Kind.SETTING, "name of the cookie", "T-{}"))


@pytest.fixture
def partners(canaries: Canaries, heard: Heard, people: People) -> Partners:
    return Partners(canaries, heard, people.requester, people.specialist)
