"""Adapters from outside this project, named by ``package.module:factory`` in the settings."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from adapters.plug_in import PREFIX, AdapterContext, AdapterError, AttendanceAdapter, VideoAdapter
from domain.ports.attendance import Attendance
from domain.ports.video import GuestAdmitter, LiveCalls, MeetingCloser, MeetingOpener
from domain.ports.webhook_registry import WebhookRegistry
from domain.ports.webhooks import WebhookSource

VIDEO, ATTENDANCE = "VIDEO_PROVIDER", "ATTENDANCE_PROVIDER"

A = TypeVar("A", VideoAdapter, AttendanceAdapter)


def own_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Those that plugged-in adapters may read."""
    return {name: value for name, value in environment.items() if name.startswith(PREFIX)}


def load_factory(name: str) -> Callable[[AdapterContext], object]:
    """The factory that ``package.module:factory`` names. Raises AdapterError."""
    module, _, attribute = name.partition(":")
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise AdapterError(f"{name} cannot be imported: there is no module {error.name}") from error
    except (Exception, SystemExit) as error:
        reason = type(error).__name__
        raise AdapterError(f"{name} cannot be imported: {reason}") from error
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise AdapterError(f"{name} is no function of that module")
    factory: Callable[[AdapterContext], object] = found
    return factory


def made_video_adapter(name: str, context: AdapterContext) -> VideoAdapter:
    """Raises AdapterError when it lacks a method of a port."""
    adapter = _made(VIDEO, name, context, VideoAdapter)
    for port in (MeetingOpener, GuestAdmitter, LiveCalls, MeetingCloser):
        _has_methods_of(port, adapter.calls, f"{VIDEO}: {name}: calls")
    _has_methods_of(WebhookSource, adapter.webhooks, f"{VIDEO}: {name}: webhooks")
    if adapter.registry is not None:
        _has_methods_of(WebhookRegistry, adapter.registry, f"{VIDEO}: {name}: registry")
    return adapter


def made_attendance_adapter(name: str, context: AdapterContext) -> AttendanceAdapter:
    """Raises AdapterError when it lacks a method of the port."""
    adapter = _made(ATTENDANCE, name, context, AttendanceAdapter)
    _has_methods_of(Attendance, adapter.attendance, f"{ATTENDANCE}: {name}: attendance")
    return adapter


def _made(setting: str, name: str, context: AdapterContext, wanted: type[A]) -> A:
    """The message of an exception that is not ours may repeat a secret, so it is not shown."""
    try:
        made = load_factory(name)(context)
    except AdapterError as error:
        raise AdapterError(f"{setting}: {name}: {error}") from error
    except Exception as error:
        raise AdapterError(f"{setting}: {name} failed: {type(error).__name__}") from error
    if not isinstance(made, wanted):
        kind = type(made).__name__
        raise AdapterError(f"{setting}: {name} returned {kind}, not {wanted.__name__}")
    return made


def _has_methods_of(port: type, adapter: object, what: str) -> None:
    for name, promised in vars(port).items():
        if name.startswith("_") or not callable(promised):
            continue
        method = getattr(adapter, name, None)
        if not callable(method):
            raise AdapterError(f"{what} lacks {name}, a method of {port.__name__}")
