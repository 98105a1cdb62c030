"""WebhookRegistry: what each adapter promises."""

from dataclasses import replace

import pytest

from adapters.sandbox.faults import ApiFaults
from adapters.sandbox.webhooks import ALL_EVENTS, Registration
from adapters.sandbox.world import SandboxWorld
from domain.errors import PartnerError
from domain.ports.webhook_registry import WebhookRegistry
from domain.webhook_registration import of_url

URL = "https://videochamadas.hospital.example/api/dyte/webhook"


def registered(world: SandboxWorld) -> list[Registration]:
    return list(world.webhooks.registrations.values())


def put(world: SandboxWorld, **changes: object) -> Registration:
    """One registration of that URL, changed like this."""
    world.register(URL)
    one = replace(registered(world)[-1], **changes)  # type: ignore[arg-type]
    world.webhooks.registrations[one.id] = one
    return one


async def test_a_url_is_registered_enabled_and_with_all_events(
    registry: WebhookRegistry, world: SandboxWorld
) -> None:
    made = await registry.register(URL)
    (known,) = registered(world)
    (listed,) = await registry.registrations()

    assert made
    assert (known.url, {*known.events}, known.enabled) == (URL, {*ALL_EVENTS}, True)
    assert (listed.id, listed.url, listed.missing, listed.works) == (known.id, URL, (), True)


async def test_a_url_that_is_there_already_is_said_to_be_and_left_as_it_is(
    registry: WebhookRegistry, world: SandboxWorld
) -> None:
    known = put(world, enabled=False)

    assert not await registry.register(URL)
    assert registered(world) == [known]


async def test_what_a_registration_lacks_is_listed_and_mended_and_all_else_stays(
    registry: WebhookRegistry, world: SandboxWorld
) -> None:
    world.register("https://crm.hospital.example/hook")
    other = registered(world)[0]
    one = put(world, enabled=False, events=("meeting.ended",), name="ours")
    (listed,) = of_url(await registry.registrations(), URL)

    assert not listed.works
    assert {*listed.missing} == {*ALL_EVENTS} - {"meeting.ended"}

    await registry.mend(listed)

    mended = world.webhooks.registrations[one.id]
    assert (mended.enabled, {*mended.events}) == (True, {*ALL_EVENTS})
    assert (mended.name, mended.url) == ("ours", URL)
    assert world.webhooks.registrations[other.id] == other


async def test_a_registration_is_removed_once_and_again_without_an_error(
    registry: WebhookRegistry, world: SandboxWorld
) -> None:
    world.register("https://crm.hospital.example/hook")
    put(world)
    (listed,) = of_url(await registry.registrations(), URL)

    await registry.remove(listed)
    await registry.remove(listed)

    assert [one.url for one in registered(world)] == ["https://crm.hospital.example/hook"]


@pytest.mark.parametrize("fault", ["server_error", "html", "unauthorized", "too_many_requests"])
async def test_a_provider_that_cannot_be_asked_is_an_error_and_no_empty_list(
    registry: WebhookRegistry, world: SandboxWorld, fault: str
) -> None:
    put(world)
    world.faults.plan.api = ApiFaults.model_validate({fault: 1})

    with pytest.raises(PartnerError):
        await registry.registrations()
