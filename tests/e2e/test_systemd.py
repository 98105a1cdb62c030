"""A service that systemd starts says when it serves and when it stops (``Type=notify``)."""

import asyncio
import socket
from pathlib import Path

import pytest

from entrypoints.cli.systemd import READY, tell_systemd
from tests.e2e.processes import free_port, running


def heard(listening: socket.socket) -> str:
    return listening.recv(100).decode()


async def test_it_says_that_it_is_up_only_when_it_listens_and_that_it_stops(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        port = free_port()
        env = {"PORT": str(port), "NOTIFY_SOCKET": str(tmp_path / "notify")}
        async with running("serve", until="then", **env) as service:
            assert await asyncio.to_thread(heard, systemd) == "READY=1"
            socket.create_connection(("127.0.0.1", port)).close()
            await service.stop()
        assert await asyncio.to_thread(heard, systemd) == "STOPPING=1"


def test_a_socket_that_is_not_there_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "@videochamadas-nobody")

    tell_systemd(READY)

    assert "systemd.not_told" in capsys.readouterr().out
