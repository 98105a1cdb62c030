"""An adapter of somebody else's that cannot be used is named at start, with what is wrong."""

import re
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from adapters.plug_in import AdapterError, AttendanceAdapter, Finding
from entrypoints.cli.serve import serve
from entrypoints.cli.webhook import webhook
from entrypoints.container import Container
from entrypoints.look_at_partners import look_at_partners
from entrypoints.plug_ins import load_factory
from entrypoints.resources import open_partners
from entrypoints.settings_rules import SettingsError, load_settings
from tests.contract.partners.candidates import named

FACTORIES = """
from adapters.plug_in import AdapterContext, AttendanceAdapter, VideoAdapter
from adapters.attendance.factory import HttpAttendanceFactory

NOT_CALLABLE = 5


class Half:
    async def referral(self, referral): ...
    async def open(self, title): ...
    async def opened_within(self, title, seconds): ...
    async def admit(self, guest, meeting): ...
    async def active_session(self, meeting): ...


class Calls(Half):
    async def inside(self, meeting): ...
    def live_pages(self): ...


class AllCalls(Calls):
    async def close(self, meeting): ...


class HalfOfTheWebhooks:
    async def verify(self, headers, body): ...
    def read(self, body): ...


def good(context):
    return HttpAttendanceFactory("https://clinic.example")(context)


def nothing(context):
    return None


def half(context):
    return AttendanceAdapter(Half())


def half_the_calls(context):
    return VideoAdapter(Half(), HalfOfTheWebhooks())


def no_closing(context):
    return VideoAdapter(Calls(), HalfOfTheWebhooks())


def half_the_webhooks(context):
    return VideoAdapter(AllCalls(), HalfOfTheWebhooks())


class Webhooks(HalfOfTheWebhooks):
    def delivery_id(self, headers): ...


class HalfOfTheRegistry:
    async def registrations(self): ...
    async def register(self, url): ...
    async def mend(self, registration): ...


def half_the_registry(context):
    return VideoAdapter(AllCalls(), Webhooks(), None, HalfOfTheRegistry())


def no_registry(context):
    return VideoAdapter(AllCalls(), Webhooks())


def at_a_variable(context):
    return HttpAttendanceFactory(context.variable("ADAPTER_URL"))(context)


def at_ours(context):
    return HttpAttendanceFactory(context.environment["API_KEYS"])(context)


def failing(context):
    raise RuntimeError("canary")


def over_plain_http(context):
    return HttpAttendanceFactory("http://clinic.example")(context)


def at_this_service(context):
    return HttpAttendanceFactory("http://127.0.0.1:8080")(context)


def at_no_url(context):
    return HttpAttendanceFactory("canary.example")(context)
"""
SAFE = {
    "AUTH": "api-key",
    "API_KEYS": f"portal={'0' * 64}",
    "HOST": "192.0.2.1",  # nobody's address (RFC 5737): what should not start cannot listen either
}


@pytest.fixture(autouse=True)
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The factories stand in a folder of their own, outside of this repository."""
    for name in ("factories", "ends", "breaks"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "factories.py").write_text(FACTORIES)
    (tmp_path / "ends.py").write_text("raise SystemExit('canary')")
    (tmp_path / "breaks.py").write_text("import no_such_library")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/storage.db")
    for name, value in SAFE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize("setting", ["VIDEO_PROVIDER", "ATTENDANCE_PROVIDER"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no_such_package:adapter", "there is no module no_such_package"),
        ("breaks:adapter", "there is no module no_such_library"),
        ("ends:adapter", "SystemExit"),
        ("factories:missing", "is no function of that module"),
        ("factories:NOT_CALLABLE", "is no function of that module"),
    ],
)
def test_a_factory_that_cannot_be_imported_is_named(
    env: pytest.MonkeyPatch, setting: str, name: str, why: str
) -> None:
    env.setenv(setting, name)

    told = problems()

    assert told.startswith(f"{setting}: {name} ")
    assert why in told
    assert "canary" not in told


@pytest.mark.parametrize("name", ["factories", "factories:", ":good", "a b:c", "factories:good()"])
def test_what_is_neither_built_in_nor_a_factory_is_refused(
    env: pytest.MonkeyPatch, name: str
) -> None:
    env.setenv("ATTENDANCE_PROVIDER", name)

    assert problems() == (
        "ATTENDANCE_PROVIDER: must be one of sandbox, http, or package.module:factory"
    )


@pytest.mark.parametrize(
    ("setting", "factory", "why"),
    [
        ("ATTENDANCE_PROVIDER", "nothing", "returned NoneType, not AttendanceAdapter"),
        ("VIDEO_PROVIDER", "good", "returned AttendanceAdapter, not VideoAdapter"),
        ("ATTENDANCE_PROVIDER", "half", "lacks set_in_meeting, a method of Attendance"),
        ("VIDEO_PROVIDER", "half_the_calls", "lacks inside, a method of LiveCalls"),
        ("VIDEO_PROVIDER", "no_closing", "lacks close, a method of MeetingCloser"),
        ("VIDEO_PROVIDER", "half_the_webhooks", "lacks delivery_id, a method of WebhookSource"),
        ("VIDEO_PROVIDER", "half_the_registry", "lacks remove, a method of WebhookRegistry"),
        ("ATTENDANCE_PROVIDER", "at_a_variable", "needs the variable ADAPTER_URL"),
        ("ATTENDANCE_PROVIDER", "at_ours", "failed: KeyError"),
        ("ATTENDANCE_PROVIDER", "failing", "failed: RuntimeError"),
        ("ATTENDANCE_PROVIDER", "over_plain_http", "needs ALLOW_INSECURE=plain-http"),
        ("ATTENDANCE_PROVIDER", "at_this_service", "it would be its own partner"),
        ("ATTENDANCE_PROVIDER", "at_no_url", "must be http(s)://host"),
    ],
)
def test_the_service_does_not_start_and_names_the_factory_that_cannot_be_used(
    env: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    factory: str,
    why: str,
) -> None:
    env.setenv(setting, f"factories:{factory}")

    code = serve(load_settings(), Namespace())
    told = capsys.readouterr().err

    assert code == 2
    assert f"{setting}: factories:{factory}" in told
    assert why in told
    assert "canary" not in told


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"AUTH": "", "API_KEYS": ""}, "AUTH: must be chosen with a real partner"),
        ({"AUTH": "none", "API_KEYS": ""}, "AUTH: none with a real partner needs ALLOW_INSECURE"),
        ({"WEBHOOK_VERIFICATION": "if-present"}, "needs ALLOW_INSECURE=no-webhook-verification"),
        ({"ADAPTER_URL": "http://clinic.example"}, "ADAPTER_URL: plain http off this machine"),
        ({"WEBHOOK_KEY_URL": "https://x.example"}, "WEBHOOK_PUBLIC_KEY have no effect"),
        ({"DYTE_TOKEN": "abc"}, "VIDEO_PROVIDER: must be dyte or realtimekit for DYTE_TOKEN"),
        ({"ATTENDANCE_TOKEN": "abc"}, "ATTENDANCE_PROVIDER: must be http for ATTENDANCE_BASE_URL"),
        ({"ATTENDANCE_HEADERS": "a: b"}, "ATTENDANCE_PROVIDER: must be http for ATTENDANCE_BASE"),
    ],
)
def test_a_plugged_in_adapter_is_a_real_partner_in_every_safety_rule(
    env: pytest.MonkeyPatch, changed: dict[str, str], why: str
) -> None:
    for setting in ("VIDEO_PROVIDER", "ATTENDANCE_PROVIDER"):
        env.setenv(setting, "factories:good")
    for name, value in changed.items():
        env.setenv(name, value)

    assert why in problems()


@pytest.mark.parametrize(
    "value", ["http://127.0.0.1:9000/v1", "https://clinic.example", "http://["]
)
def test_a_variable_over_https_on_this_machine_or_that_is_no_url_needs_no_permission(
    env: pytest.MonkeyPatch, value: str
) -> None:
    env.setenv("ATTENDANCE_PROVIDER", "factories:good")
    env.setenv("ADAPTER_URL", value)

    assert load_settings().verification == "required"


def test_plain_http_in_a_variable_is_accepted_outright(env: pytest.MonkeyPatch) -> None:
    env.setenv("ATTENDANCE_PROVIDER", "factories:good")
    env.setenv("ADAPTER_URL", "http://clinic.example")
    env.setenv("ALLOW_INSECURE", "plain-http")

    assert not load_settings().sandboxed


@pytest.mark.parametrize(
    ("factory", "why"),
    [
        ("no_such_package:adapter", "there is no module no_such_package"),
        ("factories:nothing", "returned NoneType, neither AttendanceAdapter nor VideoAdapter"),
        ("factories:half", "lacks set_in_meeting"),
        ("factories:over_plain_http", "plain http"),
    ],
)
def test_the_suite_says_of_a_factory_that_makes_no_adapter_what_is_wrong(
    env: pytest.MonkeyPatch, factory: str, why: str
) -> None:
    env.setenv("ADAPTER_URL", "https://clinic.example")

    with pytest.raises(AdapterError, match=why) as caught:
        named(factory)

    assert str(caught.value).count(factory) == 1


def test_the_suite_asks_for_a_variable_to_put_its_own_server_in(env: pytest.MonkeyPatch) -> None:
    with pytest.raises(AdapterError, match="must be in a variable that begins with ADAPTER_"):
        named("factories:good")


def test_an_attribute_of_a_class_is_a_factory_too() -> None:
    assert callable(load_factory("adapters.attendance.factory:HttpAttendanceFactory.__call__"))
    with pytest.raises(AdapterError, match=re.escape("factories:Half.missing is no function")):
        load_factory("factories:Half.missing")


async def test_a_probe_that_crashes_is_a_finding(container: Container) -> None:
    async def probe() -> list[Finding]:
        raise RuntimeError("canary")

    async with open_partners(container):
        twin = container.attendance()
        container.attendance_adapter.override(AttendanceAdapter(twin, probe))
        _, found = await look_at_partners(container)

    assert not found.ok
    assert found.detail == "the probe of sandbox failed: RuntimeError"


def test_an_adapter_that_registers_no_webhooks_is_said_to(
    env: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    env.setenv("VIDEO_PROVIDER", "factories:no_registry")
    env.setenv("PUBLIC_URL", "https://hospital.example")

    code = webhook(load_settings(), Namespace(action="ensure", url=None, json=False))

    assert code == 1
    assert "factories:no_registry registers no webhooks" in capsys.readouterr().err
