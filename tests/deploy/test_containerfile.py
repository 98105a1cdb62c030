"""deploy/Containerfile: what its steps end in, and that it fits the code."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from entrypoints.settings import Settings
from tests.deploy.containerfile import FILE, ROOT, Image, build, instructions, last
from tests.deploy.locked_packages import python_with_locked_packages
from tests.deploy.serving import ELSEWHERE, health, is_healthy, serving
from tests.e2e.processes import free_port

IGNORED = FILE.with_name("Containerfile.dockerignore")


@pytest.fixture
def image() -> Iterator[Image]:
    """Below /tmp, where every user may go."""
    with TemporaryDirectory(dir="/tmp") as folder, TemporaryDirectory(dir="/tmp") as packages:
        python = python_with_locked_packages(Path(packages))
        built = build(Path(folder), PYTHON=str(python), PIP_NO_INDEX="1")
        yield built
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)


@pytest.mark.processes
async def test_its_steps_end_in_a_service_on_every_address_that_is_not_root_and_writes_data_alone(
    image: Image,
) -> None:
    before, port = [*image.files()], free_port()

    async with serving(image, port) as service:
        status, answered = await health(ELSEWHERE, port)
        assert (status, answered) == (200, '{"status":"ready"}')
        assert await is_healthy(image, port)
        if sys.platform == "linux":
            assert user_of(service.process.pid) == image.user != 0
    assert not await is_healthy(image, port)

    assert [*image.files()] == before
    (stored,) = image.data.glob("data/*.db")
    assert stored.stat().st_uid == image.user
    assert not [*image.inside("/opt/videochamadas").rglob("tests")]


def user_of(process: int) -> int:
    return Path(f"/proc/{process}").stat().st_uid


def test_it_is_pinned_serves_everybody_drains_and_is_nobodys_root() -> None:
    (base, *others) = [one.words[0] for one in instructions() if one.word == "FROM"]
    image = Image(Path("/"))
    settings = Settings.model_validate({})
    env = dict(pair.split("=", 1) for pair in last("ENV").words)
    minor = re.search(r"--python-version (\S+)", (ROOT / "Makefile").read_text())
    assert minor

    assert {*others} == {base}
    assert re.fullmatch(rf"docker.io/library/python:{re.escape(minor[1])}\.\d+-slim-\w+", base)
    assert (env["HOST"], env["PORT"]) == ("0.0.0.0", str(settings.port))
    assert (last("EXPOSE").text, env["DRAIN_SECONDS"]) == (env["PORT"], "5")
    assert {*env} - {"PATH", "PYTHONDONTWRITEBYTECODE"} <= {
        name.upper() for name in Settings.model_fields
    }
    assert "DATABASE_URL" not in env  # DATABASE_URL_FILE would be refused beside it
    assert int(last("USER").text.split(":")[0]) > 1000
    assert last("WORKDIR").text == last("VOLUME").text
    assert [*last("ENTRYPOINT").words, *last("CMD").words] == ["videochamadas", "serve"]
    assert image.workdir == "/"


def test_everything_that_it_copies_and_nothing_else_reaches_the_engine() -> None:
    named = {
        source
        for one in instructions()
        if one.word == "COPY" and not one.words[0].startswith("--from")
        for source in one.words[:-1]
    }
    allowed = {line[1:] for line in IGNORED.read_text().splitlines() if line.startswith("!")}

    assert named == allowed
    assert all((ROOT / source).exists() for source in named)


@pytest.mark.processes
async def test_hadolint_finds_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    process = await asyncio.create_subprocess_exec(hadolint, FILE, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()

    assert (process.returncode, said) == (0, b"")


@pytest.mark.processes
def test_nothing_is_installed_over_what_is_there(tmp_path: Path) -> None:
    told = subprocess.run(
        ["sh", ROOT / "deploy" / "install.sh", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "is there already" in told.stderr
    assert os.listdir(tmp_path) == []
