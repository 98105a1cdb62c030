"""docs/deploying.md does what it says, as far as no engine and no systemd is needed for it."""

import re
from base64 import b64encode
from pathlib import Path

import pytest
import yaml

from entrypoints.secret_files import VARIABLES
from tests.documents.blocks import ROOT, Step, blocks, paste, read, steps
from tests.e2e.processes import COMMAND

PAGE, IN_PORTUGUESE = "docs/deploying.md", ("LEIAME.md", "Pôr no ar num servidor")
DEPLOY = ROOT / "deploy"
INSTALLED = 'mkdir -p "$1/bin" && ln -s "{command}" "$1/bin/videochamadas"'
"""In place of what tests/deploy runs."""
COPIED = {
    "videochamadas.env": "etc/videochamadas",
    "videochamadas.service": "etc/systemd/system",
    "videochamadas@.service": "etc/systemd/system",
}
NOT_HERE = "docker() { :; }; systemctl() { :; }; nginx() { :; }\n"


def lines(program: str) -> list[str]:
    return [
        line
        for block in blocks(PAGE)
        if block.language == "sh"
        for line in block.text.splitlines()
        if line.startswith(program)
    ]


@pytest.mark.processes
async def test_its_commands_put_everything_where_the_units_look_for_it(tmp_path: Path) -> None:
    here = {f"/{top}/": f"{tmp_path}/{top}/" for top in ("etc", "opt", "var")}
    for folder in ("etc/systemd/system", "etc/nginx/conf.d", "var/lib/videochamadas", "opt"):
        (tmp_path / folder).mkdir(parents=True)
    command = (DEPLOY / "command.sh").read_text()
    for written, used in here.items():
        command = command.replace(written, used)
    (tmp_path / "command.sh").write_text(command)
    (tmp_path / "install.sh").write_text(INSTALLED.format(command=COMMAND))
    others = {
        "deploy/install.sh": f"{tmp_path}/install.sh",
        "deploy/command.sh check": f"{tmp_path}/command.sh migrate --adopt",  # asks no partner
    }

    session = [Step(NOT_HERE, None), *steps(PAGE)]

    printed = await paste(session, here | others)

    assert all(step.keeps(text) for step, text in zip(session, printed, strict=True))
    with_ours = [text for text in printed if "ORGANIZATION_ID" in text]  # of a secret
    assert len([text for text in printed if "the schema is up to date" in text]) == 2
    assert len(with_ours) == 2
    assert (tmp_path / "opt/videochamadas").readlink() == Path("videochamadas-0.1.0")
    secret = tmp_path / "etc/videochamadas/secrets/dyte_token"
    assert secret.read_text() == b64encode(b"ORGANIZATION_ID:API_KEY").decode()
    assert (secret.stat().st_mode, secret.parent.stat().st_mode) == (0o100600, 0o40700)
    for name, folder in COPIED.items():
        assert (tmp_path / folder / name).read_text() == (DEPLOY / name).read_text()


def test_it_names_every_secret_that_a_file_may_hold() -> None:
    named = re.findall(r"`([A-Z_]+_FILE)`", read(PAGE, "Secrets"))

    assert set(named) == set(VARIABLES)


def test_what_it_starts_stands_in_the_files() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    headers = (DEPLOY / "compose.yml").read_text()
    units = [
        name for line in lines("systemctl") for name in re.findall(r"videochamadas@?\d?", line)
    ]

    assert len(lines("docker")) >= 3
    for line in lines("docker"):
        assert f"#   {line}\n" in headers
    assert "rehearsal" in compose["services"]
    assert units
    for unit in units:
        assert (DEPLOY / f"{re.sub('[0-9]', '', unit)}.service").exists()


def test_its_metrics_are_those_of_the_page_about_them() -> None:
    named = set(re.findall(r"`(videochamadas_\w+)`", read(PAGE) + read("LEIAME.md")))

    assert named
    assert named <= set(re.findall(r"`(videochamadas_\w+)`", read("docs/operations.md")))


def test_the_portuguese_page_has_the_same_commands() -> None:
    ours = {block.text for block in blocks(PAGE) if block.language == "sh"}
    theirs = [block.text for block in blocks(*IN_PORTUGUESE) if block.language == "sh"]

    assert len(theirs) >= 10
    assert set(theirs) <= ours
