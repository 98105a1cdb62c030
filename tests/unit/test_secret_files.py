"""Every secret may come from a file, and a file that others may write, or that holds none, is
refused without a word of what is in it."""

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from entrypoints.secret_files import read_secret_files
from entrypoints.setting_names import misspelt, unread
from entrypoints.settings import Settings
from entrypoints.settings_rules import SettingsError, load_settings
from entrypoints.shown_settings import shown_settings

SECRETS = sorted(
    name
    for name, field in Settings.model_fields.items()
    if re.search(rf"\b{SecretStr.__name__}\b", repr(field.annotation))
)
"""By the type of the setting, so that a new secret is one of them."""
VALUES = {
    "API_KEYS": f"portal={'0' * 64}",
    "ATTENDANCE_HEADERS": "x-canary: canary",
    "DATABASE_URL": "postgresql://me:canary@127.0.0.1/hospital",
    "DYTE_TOKEN": "b3JnOmNhbmFyeQ==",
    "EGRESS_PROXY": "http://me:canary@proxy.example:3128",
}
OTHERS = {
    "VIDEO_PROVIDER": "dyte",
    "ATTENDANCE_PROVIDER": "http",
    "ATTENDANCE_BASE_URL": "https://attendance.example",
    "AUTH": "api-key",
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """As Kubernetes mounts one: a link to a link, in a folder that anybody may write."""
    (tmp_path / "..data").mkdir()
    tmp_path.chmod(0o1777)
    (tmp_path / "..data" / "secret").write_text("canary\n")
    (tmp_path / "secret").symlink_to("..data/secret")
    return tmp_path / "secret"


def refused(**environment: str) -> list[str]:
    read, problems = read_secret_files(environment)
    assert read == {}
    assert not any("canary" in problem for problem in problems)
    return problems


@pytest.mark.parametrize("setting", SECRETS)
def test_every_secret_is_read_from_its_file_without_the_end_of_the_line(
    secret: Path, setting: str
) -> None:
    assert read_secret_files({f"{setting.upper()}_FILE": str(secret)}) == ({setting: "canary"}, [])
    assert read_secret_files({f"{setting}_file": str(secret)}) == ({setting: "canary"}, [])
    assert read_secret_files({f"{setting.upper()}_FILE": ""}) == ({}, [])


@pytest.mark.parametrize("variable", [name.upper() for name in SECRETS])
def test_of_no_secret_both_may_be_set(secret: Path, variable: str) -> None:
    (problem,) = refused(**{f"{variable}_FILE": str(secret), variable: "canary"})

    assert problem == f"{variable}_FILE: {variable} is set too: take one of them away"


@pytest.mark.parametrize("variable", [name.upper() for name in SECRETS])
def test_the_names_are_known_and_guarded_against_misspelling(variable: str) -> None:
    assert unread({f"{variable}_FILE": "x"}) == []
    assert list(misspelt({f"{variable}_FILES": "x"}))


def test_a_file_that_anybody_may_write_is_refused(secret: Path) -> None:
    secret.chmod(0o644)
    assert read_secret_files({"DYTE_TOKEN_FILE": str(secret)})[1] == []
    secret.chmod(0o646)

    assert refused(DYTE_TOKEN_FILE=str(secret)) == [
        "DYTE_TOKEN_FILE: anybody may write the file: chmod o-w"
    ]


def test_what_is_no_file_with_a_secret_is_refused(tmp_path: Path) -> None:
    for name, content in {"empty": b"", "line": b"\r\n", "bytes": b"\xff\xfe"}.items():
        (tmp_path / name).write_bytes(content)
    os.mkfifo(tmp_path / "pipe")
    reasons = {
        "empty": "the file is empty",
        "line": "the file is empty",
        "bytes": "the file holds no text (UTF-8)",
        "pipe": "names no file",
        "": "cannot be read: Is a directory",
        "canary": "cannot be read: No such file or directory",
        "canary" * 50: "cannot be read: File name too long",
    }

    for name, reason in reasons.items():
        assert refused(API_KEYS_FILE=f"{tmp_path}/{name}") == [f"API_KEYS_FILE: {reason}"]


def test_settings_come_from_files_and_are_shown_without_what_is_in_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = {name.upper(): VALUES.get(name.upper(), "canary") for name in SECRETS}
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))

    settings = load_settings()

    for name, value in values.items():
        assert getattr(settings, name.lower()).get_secret_value() == value
    shown = shown_settings(settings)
    assert {shown[f"{name}_FILE"] for name in values} == {str(tmp_path / name) for name in values}
    assert not any("canary" in (value or "") for value in shown.values())
    assert shown["DYTE_TOKEN"] == "********"


def test_what_is_wrong_with_a_file_is_named_beside_everything_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("Basic canary")
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("ATTENDANCE_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("API_KEYS_FILE", str(tmp_path / "none"))

    with pytest.raises(SettingsError) as caught:
        load_settings()

    named = [problem.split(":")[0] for problem in caught.value.problems]
    assert named == ["API_KEYS_FILE", "ATTENDANCE_TOKEN", "PORT"]
    assert not any("canary" in problem for problem in caught.value.problems)
