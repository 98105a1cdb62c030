"""Environment files as systemd and Compose read them, and settings that are loaded from what the
deployment files set."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from entrypoints.settings import Settings
from entrypoints.settings_rules import load_settings

ENV_FILE = Path(__file__).parents[2] / "deploy" / "videochamadas.env"
SECRETS = {
    "api_keys": f"portal={'0' * 64}",
    "attendance_token": "token",
    "database_url": "postgresql://videochamadas:password@database/videochamadas",
    "dyte_token": "b3JnYW5pemF0aW9uOmtleQ==",
}


def read_env_file() -> dict[str, str]:
    lines = ENV_FILE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def write_secrets(folder: Path) -> Path:
    """What an operator puts there."""
    for name, value in SECRETS.items():
        (folder / name).write_text(f"{value}\n")
    return folder


def settings_of(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> Settings:
    """Raises SettingsError with whatever a service would not start with."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()
