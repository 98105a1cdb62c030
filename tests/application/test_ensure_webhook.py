"""Making sure that our webhook is registered, whatever is registered already."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from application.ensure_webhook import Ensured, EnsureWebhook
from application.watch_webhook import WatchWebhook
from domain.errors import Partner, PartnerUnavailableError
from domain.webhook_registration import RegistrationState, WebhookRegistration

URL = "https://videochamadas.hospital.example/api/dyte/webhook"
OURS = WebhookRegistration("w-1", "any name", URL, ("ended", "joined"), (), enabled=True)
DISABLED = replace(OURS, enabled=False)
INCOMPLETE = replace(OURS, events=("ended",), missing=("joined",))
OLD_ADDRESS = replace(OURS, id="w-9", name="videochamadas", url="https://old.example/webhook")


@dataclass
class Registry:
    """In memory. ``unlisted`` are URLs that it knows and does not show."""

    known: list[WebhookRegistration] = field(default_factory=list)
    unlisted: list[WebhookRegistration] = field(default_factory=list)
    reachable: bool = True
    done: list[str] = field(default_factory=list)

    async def registrations(self) -> Sequence[WebhookRegistration]:
        if not self.reachable:
            raise PartnerUnavailableError(Partner.VIDEO, "no connection")
        return list(self.known)

    async def register(self, url: str) -> bool:
        if any(one.url == url for one in (*self.known, *self.unlisted)):
            return False
        self.known.append(replace(OURS, url=url))
        self.done.append("register")
        return True

    async def mend(self, registration: WebhookRegistration) -> None:
        self.known = [OURS if one is registration else one for one in self.known]
        self.done.append("mend")

    async def remove(self, registration: WebhookRegistration) -> None:
        self.known.remove(registration)


@dataclass
class Raced(Registry):
    """Somebody else registers the same URL, disabled, just before we do."""

    async def register(self, url: str) -> bool:
        self.known.append(replace(DISABLED, url=url))
        return False


@pytest.mark.parametrize(
    ("known", "ensured"),
    [
        ([], Ensured.REGISTERED),
        ([OLD_ADDRESS], Ensured.REGISTERED),
        ([DISABLED], Ensured.MENDED),
        ([INCOMPLETE], Ensured.MENDED),
        ([OURS], Ensured.UNCHANGED),
        ([DISABLED, OURS], Ensured.UNCHANGED),
        ([replace(OURS, url=URL.replace("hospital.example", "Hospital.example:443"))], None),
    ],
)
async def test_ours_is_there_and_works_afterwards_and_again_changes_nothing(
    known: list[WebhookRegistration], ensured: Ensured | None
) -> None:
    registry = Registry(list(known))
    ensure = EnsureWebhook(registry)

    first = await ensure(URL)
    registry.done.clear()
    again = await ensure(URL)

    assert first is (ensured or Ensured.UNCHANGED)
    assert (again, registry.done) == (Ensured.UNCHANGED, [])
    assert OLD_ADDRESS not in known or OLD_ADDRESS in registry.known


async def test_what_somebody_else_registered_meanwhile_is_mended() -> None:
    registry = Raced()

    assert await EnsureWebhook(registry)(URL) is Ensured.MENDED
    assert [one.works for one in registry.known] == [True]


async def test_exists_is_a_success_also_when_it_is_not_listed() -> None:
    registry = Registry(unlisted=[OURS])

    assert await EnsureWebhook(registry)(URL) is Ensured.UNLISTED


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ([], RegistrationState.MISSING),
        ([OLD_ADDRESS], RegistrationState.MISSING),
        ([DISABLED], RegistrationState.DISABLED),
        ([DISABLED, INCOMPLETE], RegistrationState.INCOMPLETE),
    ],
)
async def test_a_change_is_noticed_once_and_that_it_is_back_too(
    known: list[WebhookRegistration], state: RegistrationState
) -> None:
    registry = Registry([OURS])
    watch = WatchWebhook(registry, URL)

    right = await watch()
    registry.known = known
    told = [await watch(), await watch()]
    registry.known = [OURS]
    back = [await watch(), await watch()]

    assert right is None
    assert told == [state, None]
    assert back == [RegistrationState.REGISTERED, None]


async def test_a_provider_that_cannot_be_asked_has_lost_nothing() -> None:
    registry = Registry([OURS], reachable=False)
    watch = WatchWebhook(registry, URL)

    with pytest.raises(PartnerUnavailableError):
        await watch()
    registry.reachable = True

    assert (watch.registered, await watch()) == (True, None)
