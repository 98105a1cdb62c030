"""``videochamadas webhook``: register our webhook at the provider, look at it, remove it."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable

from adapters.plug_in import AdapterError
from domain.errors import PartnerError
from domain.installation import TWIN
from domain.ports.webhook_registry import WebhookRegistry
from domain.webhook_registration import RegistrationState, of_url, state_of
from entrypoints.cli.exit_codes import EXIT_SETTINGS
from entrypoints.cli.webhook_texts import ENSURED, duplicates, others, status_text
from entrypoints.container import Container
from entrypoints.resources import open_partners
from entrypoints.settings import Settings
from entrypoints.settings_rules import SettingsError, webhook_at

Told = tuple[int, dict[str, object], list[str]]
"""The exit code, and what is printed: as JSON, or in these lines."""
Action = Callable[[Container, WebhookRegistry, str], Awaitable[Told]]

EPILOG = """\
examples:
  videochamadas webhook ensure --url https://videochamadas.hospital.example
                                           register it, or mend what is registered
  videochamadas webhook status             is it registered, enabled, with all events?
  videochamadas webhook remove --url https://old.hospital.example
                                           delete the registration of that address

Without --url the address is PUBLIC_URL. Ours are the registrations of exactly this address with
/api/dyte/webhook after it; others are never changed.
"""


def add_webhook_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, summary in (
        ("ensure", "register the webhook, or mend its registration; safe to repeat"),
        ("status", "say whether it is registered; changes nothing"),
        ("remove", "delete its registration"),
    ):
        action = actions.add_parser(name, help=summary)
        action.add_argument("--url", help="the service's public address, if not PUBLIC_URL")
        action.add_argument("--json", action="store_true", help="print one JSON document")


def webhook(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when it is registered as it must be (``remove``: when it is not registered), 1 when not or
    when the provider cannot be asked, 2 without a usable address or adapter."""
    try:
        url = _url(settings, arguments.url)
        return asyncio.run(_act(settings, url, arguments))
    except (SettingsError, AdapterError) as error:
        print(f"cannot start with these settings:\n  {error}", file=sys.stderr)
        return EXIT_SETTINGS
    except PartnerError as error:
        print(f"{error}; `videochamadas check` tries the settings", file=sys.stderr)
        return 1


def _url(settings: Settings, given: str | None) -> str:
    if given is not None:
        return webhook_at(settings, given)
    if settings.webhook_url is None:
        raise SettingsError(["PUBLIC_URL: needed, or --url: the service's public address"])
    return settings.webhook_url


async def _act(settings: Settings, url: str, arguments: argparse.Namespace) -> int:
    container = Container(settings=settings)
    async with open_partners(container):
        registry = container.webhook_registry()
        if registry is None:
            print(_without_registry(settings.video_provider), file=sys.stderr)
            return 1
        code, document, lines = await ACTIONS[arguments.action](container, registry, url)
    for line in [json.dumps(document, indent=2)] if arguments.json else lines:
        print(line)
    return code


def _without_registry(provider: str) -> str:
    if provider == TWIN:
        return (
            "nothing to register: with VIDEO_PROVIDER=sandbox the provider is a twin inside the "
            "service, and sends its webhooks there by itself; for a real provider set the "
            "variables that the service has"
        )
    return f"{provider} registers no webhooks: register the address at the provider by hand"


async def _ensure(container: Container, _registry: WebhookRegistry, url: str) -> Told:
    done = await container.ensure_webhook()(url)
    return 0, {"url": url, "result": done.value}, [f"{ENSURED[done]}: {url}"]


async def _status(_container: Container, registry: WebhookRegistry, url: str) -> Told:
    registrations = await registry.registrations()
    ours = of_url(registrations, url)
    foreign = [one for one in registrations if one not in ours]
    state = state_of(ours)
    document: dict[str, object] = {
        "url": url,
        "state": state.value,
        "registrations": [
            {"id": one.id, "enabled": one.enabled, "events": one.events, "missing": one.missing}
            for one in ours
        ],
        "others": others(foreign),
    }
    lines = [status_text(state, ours, url), *duplicates(ours)]
    lines += [f"not ours: {one}" for one in others(foreign)]
    return int(state is not RegistrationState.REGISTERED), document, lines


async def _remove(_container: Container, registry: WebhookRegistry, url: str) -> Told:
    ours = of_url(await registry.registrations(), url)
    for one in ours:
        await registry.remove(one)
    result = "removed" if ours else "not registered"
    return 0, {"url": url, "result": result}, [f"{result}: {url}"]


ACTIONS: dict[str, Action] = {"ensure": _ensure, "status": _status, "remove": _remove}
