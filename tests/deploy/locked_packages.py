"""The packages of this environment in place of those that pip would fetch, so that an installation
costs no download. They have the versions of the locks."""

import re
import sys
from importlib.metadata import distribution
from pathlib import Path

from tests.deploy.containerfile import ROOT

LOCKED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
PYTHON = """\
#!/bin/sh
test "$1 $2" = "-m venv" || exec "{python}" "$@"
"{python}" -m venv --without-pip "$3"
echo "{packages}" > "$3"/lib/python3.{minor}/site-packages/locked.pth
"""


def python_with_locked_packages(folder: Path) -> Path:
    """A Python whose new environments find pip and whatever is locked in that folder."""
    packages = folder / "packages"
    packages.mkdir()
    locks = "".join((ROOT / "locks" / f"{name}.txt").read_text() for name in ("build", "runtime"))
    wanted = dict(LOCKED.findall(locks))
    for name in (*wanted, "pip"):
        _link(name, wanted.get(name), packages)
    python = folder / "python"
    minor = sys.version_info.minor
    python.write_text(PYTHON.format(python=sys.executable, packages=packages, minor=minor))
    python.chmod(0o755)
    return python


def _link(name: str, version: str | None, packages: Path) -> None:
    found = distribution(name)
    assert version in {None, found.version}, f"{name} is not the locked one: make"
    for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        (packages / top).symlink_to(str(found.locate_file(top)))
