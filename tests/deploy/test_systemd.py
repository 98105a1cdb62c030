"""The systemd units: systemd accepts them, and they fit the code."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from entrypoints.cli.serve import GRACE
from entrypoints.setting_names import KNOWN
from tests.deploy.containerfile import ROOT
from tests.deploy.env_file import read_env_file, settings_of, write_secrets

ONE, MANY = "videochamadas.service", "videochamadas@.service"
EXPOSED_AT_MOST = 15
"""Tenths, by `systemd-analyze security`: 100 is a service that nothing holds back."""
OF_SYSTEMD = {"PYTHONDONTWRITEBYTECODE"}


def read(unit: str) -> list[tuple[str, str]]:
    lines = (ROOT / "deploy" / unit).read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and line[0] not in "#["]
    return [(name, value) for name, value in pairs]


def values(unit: str, name: str) -> list[str]:
    return [value for key, value in read(unit) if key == name]


def environment(unit: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in values(unit, "Environment"))


@pytest.mark.processes
@pytest.mark.parametrize(("unit", "instance"), [(ONE, ONE), (MANY, "videochamadas@1.service")])
def test_systemd_accepts_it_and_finds_little_that_it_may_do(
    tmp_path: Path, unit: str, instance: str
) -> None:
    """Where there is a systemd; everything else is held against the code everywhere."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    text = (ROOT / "deploy" / unit).read_text()
    (tmp_path / unit).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    for asked in (
        ["verify", "--recursive-errors=no", f"{tmp_path}/{instance}"],
        ["security", "--offline=true", f"--threshold={EXPOSED_AT_MOST}", f"{tmp_path}/{instance}"],
    ):
        told = subprocess.run(
            [program, *asked],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        )
        assert (told.returncode, told.stderr) == (0, ""), told.stdout + told.stderr


@pytest.mark.parametrize("unit", [ONE, MANY])
def test_a_service_starts_with_what_it_sets_and_what_the_secrets_hold(
    unit: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = str(write_secrets(tmp_path))
    (tmp_path / "database_url").write_text("postgresql://127.0.0.1/videochamadas\n")
    set_here = {
        name: value.replace("%d", secrets).replace("%i", "1")
        for name, value in environment(unit).items()
    }

    settings = settings_of(monkeypatch, read_env_file() | set_here)

    assert {*set_here} - OF_SYSTEMD <= {*KNOWN}
    assert settings.reuse_port is (unit == MANY)
    assert settings.metrics_port == (9091 if unit == MANY else None)
    loaded = [one.split(":") for one in values(unit, "LoadCredential")]
    assert {f"%d/{name}" for name, _ in loaded} == {
        value for name, value in environment(unit).items() if name.endswith("_FILE")
    }
    assert all(file == f"/etc/videochamadas/secrets/{name}" for name, file in loaded)


@pytest.mark.parametrize("unit", [ONE, MANY])
def test_it_starts_what_was_installed_and_gives_it_the_time_to_stop(unit: str) -> None:
    (stop,) = values(unit, "TimeoutStopSec")
    installed = re.search(r"deploy/install.sh (/\S+?)-", (ROOT / "deploy/install.sh").read_text())
    assert installed

    assert values(unit, "ExecStart") == [f"{installed[1]}/bin/videochamadas serve"]
    assert int(stop) > float(read_env_file()["DRAIN_SECONDS"]) + 2 * GRACE
    assert values(unit, "Type") == ["notify"]


def test_the_template_differs_only_in_what_several_instances_need() -> None:
    only_many = [pair for pair in read(MANY) if pair not in read(ONE)]

    assert [pair for pair in read(ONE) if pair not in read(MANY)] == [
        ("Description", "Videochamadas"),
        ("After", "network-online.target"),
    ]
    assert {name for name, _ in only_many} == {
        *("Description", "After", "LoadCredential", "Environment")
    }
