"""A database off this machine is reached over verified TLS, or not at all unless that is accepted,
however the URL and the environment say where it is."""

from pathlib import Path

import pytest

from entrypoints.settings_rules import SettingsError, load_settings
from tests.certificates import write_certificate

REFUSED = "DATABASE_URL: leads off this machine without verified TLS"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("authority"))[0]


@pytest.fixture(autouse=True)
def _nobodys_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where asyncpg looks for ``~/.postgresql``."""
    monkeypatch.setenv("HOME", str(tmp_path))


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    try:
        load_settings()
    except SettingsError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("postgresql://me:canary@db/h", {}),
        ("postgres://me:canary@db.hospital.example:5432/h", {}),
        ("postgresql://me:canary@10.0.0.5/h", {}),
        ("postgresql://me:canary@[fe80::1]:5432/h", {}),
        ("postgresql://me:canary@[::ffff:10.0.0.5]/h", {}),
        ("postgresql://me:canary@localhost.hospital.example/h", {}),
        ("postgresql://me:can@canary@db/h", {}),
        ("postgresql://127.0.0.1,db/h", {}),
        ("postgresql://db,localhost/h?sslmode=prefer", {}),
        ("postgresql:///h?host=db", {}),
        ("postgresql:///h?host=/tmp,db", {}),
        ("postgresql:///h", {"PGHOST": "db"}),
        ("postgresql://", {"PGHOST": "/tmp,10.0.0.5"}),
        ("postgresql://db/h?sslmode=disable", {"PGSSLMODE": "verify-full"}),
        ("postgresql://db/h?sslmode=allow", {}),
        ("postgresql://db/h?sslmode=require", {}),
        ("postgresql://db/h", {"PGSSLMODE": "require"}),
        ("postgresql://db/h?ssl=true", {}),
        ("postgresql://db/h?ssl=verify-full", {}),
        ("postgresql://db/h?sslmode=verify-full&sslmode=disable", {}),
        ("postgresql://db/h?sslmode=prefer&sslrootcert=AUTHORITY", {}),
        ("postgresql://db/h?sslrootcert=AUTHORITY", {}),
        ("postgresql://db/h?service=far", {"PGSERVICEFILE": "SERVICES"}),
    ],
)
def test_a_database_off_this_machine_without_verified_tls_is_refused_unless_it_is_accepted(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    authority: Path,
    url: str,
    environment: dict[str, str],
) -> None:
    services = tmp_path / "services"
    services.write_text("[far]\nsslmode=require\n")
    put = {"SERVICES": str(services)}
    url = url.replace("AUTHORITY", str(authority))
    environment = {name: put.get(value, value) for name, value in environment.items()}

    (problem,) = problems(monkeypatch, DATABASE_URL=url, **environment)

    assert problem.startswith(REFUSED)
    assert "ALLOW_INSECURE=plain-database" in problem
    assert "canary" not in problem
    assert problems(monkeypatch, ALLOW_INSECURE="plain-http")
    assert problems(monkeypatch, ALLOW_INSECURE="plain-database") == []


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("postgresql://127.0.0.1/h", {}),
        ("postgresql://127.8.8.8:5433/h", {}),
        ("postgresql://[::1]:5432/h", {}),
        ("postgresql://LocalHost./h", {}),
        ("postgresql:///h", {}),
        ("postgresql:///h?host=/var/run/postgresql", {}),
        ("postgresql://%2Ftmp/h", {}),
        ("postgresql:///h", {"PGHOST": "/tmp,::1"}),
        ("postgresql://127.0.0.1/h", {"PGHOST": "db"}),
        ("postgresql://db/h?sslmode=verify-full&sslrootcert=AUTHORITY", {}),
        ("postgresql://db,10.0.0.5/h?sslmode=verify-ca&sslrootcert=AUTHORITY", {}),
        ("postgresql://db/h", {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "AUTHORITY"}),
        ("postgresql://db/h?sslmode=require&sslrootcert=AUTHORITY", {}),
    ],
)
def test_this_machine_and_a_verified_server_need_no_permission(
    monkeypatch: pytest.MonkeyPatch, authority: Path, url: str, environment: dict[str, str]
) -> None:
    put = {"AUTHORITY": str(authority)}
    url = url.replace("AUTHORITY", str(authority))
    environment = {name: put.get(value, value) for name, value in environment.items()}

    assert problems(monkeypatch, DATABASE_URL=url, **environment) == []


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("sslmode=verify-full", "root certificate file"),
        ("sslmode=verify-full&sslrootcert=/none", "No such file or directory"),
        ("sslmode=verify-full&sslrootcert=/dev/null", "no certificate"),
        ("sslmode=verified", "must be one of: disable, allow, prefer, require, verify-ca"),
    ],
)
def test_tls_that_cannot_be_used_is_named_at_the_start_and_nothing_waives_it(
    monkeypatch: pytest.MonkeyPatch, asked: str, reason: str
) -> None:
    url = f"postgresql://me:canary@db/h?{asked}"

    (problem,) = problems(monkeypatch, DATABASE_URL=url, ALLOW_INSECURE="plain-database")

    assert problem.startswith("DATABASE_URL: TLS cannot be used as it asks for: ")
    assert reason in problem
    assert "canary" not in problem
