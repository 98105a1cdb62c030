"""Read deploy/Containerfile, and carry its steps out in an empty folder that stands for the image:
there is no engine here. A path of the image is the same path below that folder."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from entrypoints.setting_names import KNOWN

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "Containerfile"
NOBODY = 65534
PATIENCE = 300.0


class Instruction(NamedTuple):
    word: str
    text: str

    @property
    def words(self) -> list[str]:
        """Of the form in JSON, or separated by spaces."""
        words: list[str] = json.loads(self.text) if self.text.startswith("[") else self.text.split()
        return words


def instructions(text: str | None = None) -> list[Instruction]:
    lines = [line for line in (text or FILE.read_text()).splitlines() if line[:1] != "#"]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def last(word: str) -> Instruction:
    """The instruction that is in force in the end."""
    return [one for one in instructions() if one.word == word][-1]


@dataclass(slots=True)
class Image:
    """What the steps made, and how a process of it is started: by ``user``, who is not root, where
    the tests run as root; else by whoever runs them."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    copied: list[str] = field(default_factory=list)
    _mapped: dict[str, str] = field(default_factory=dict)

    @property
    def user(self) -> int:
        return NOBODY if os.geteuid() == 0 else os.geteuid()

    @property
    def as_user(self) -> list[str]:
        """What stands before a command. The user may read what root can, since the tests' own
        Python may be below root's home, and has no other right of root's."""
        if os.geteuid() != 0:
            return ["env"]
        kept = "-all,+dac_read_search"
        caps = [f"--{one}={kept}" for one in ("inh-caps", "ambient-caps", "bounding-set")]
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *caps]

    @property
    def data(self) -> Path:
        return self.inside(last("VOLUME").text)

    def inside(self, path: str) -> Path:
        """Where a path of the image is."""
        return self.folder / (path if path.startswith("/") else f"{self.workdir}/{path}").strip("/")

    def here(self, text: str) -> str:
        """A command with the paths and the user that are used in place of the image's."""
        for written, used in sorted(self._mapped.items(), reverse=True):
            text = text.replace(written, used)
        return text

    def environment(self, **changed: str) -> dict[str, str]:
        """Nothing of the tests' own but what finds programs and packages."""
        others = {name: value for name, value in os.environ.items() if name not in KNOWN}
        return {**others, **self.env, **changed}

    def files(self) -> Iterator[tuple[str, int, int]]:
        """Whatever is in the image but the data, and when it was changed."""
        for path in sorted(self.folder.rglob("*")):
            if not path.is_relative_to(self.data):
                status = path.lstat()
                yield str(path), status.st_mtime_ns, status.st_size


def build(folder: Path, **env: str) -> Image:
    """Carry out every step; ``env`` is added for its commands. The tree is read-only in the end."""
    folder.chmod(0o755)
    image = Image(folder)
    owner = last("USER").text.partition(":")[0]
    image._mapped = {
        f" {owner} ": f" {image.user} ",
        **{path: str(image.inside(path)) for path in ("/opt/videochamadas", last("VOLUME").text)},
    }
    for step in instructions():
        _carry_out(image, step, env)
    _make_read_only(image)
    return image


def _carry_out(image: Image, step: Instruction, env: dict[str, str]) -> None:
    match step.word:
        case "FROM":
            image.env, image.workdir = {}, "/"
        case "WORKDIR":
            image.workdir = step.text
            image.inside(step.text).mkdir(parents=True, exist_ok=True)
        case "COPY":
            _copy(image, step.words)
        case "ENV":
            pairs = (pair.split("=", 1) for pair in step.words)
            image.env |= {name: image.here(value) for name, value in pairs}
            found = image.env.get("PATH", "")
            image.env["PATH"] = found.replace("$PATH", os.environ["PATH"])
        case "RUN":
            subprocess.run(
                ["sh", "-c", image.here(step.text)],
                check=True,
                cwd=image.inside(""),
                env=image.environment(**env),
                timeout=PATIENCE,
            )
        case "USER" | "VOLUME" | "EXPOSE" | "STOPSIGNAL" | "HEALTHCHECK" | "ENTRYPOINT" | "CMD":
            pass
        case _:
            raise AssertionError(f"nobody knows how to carry out {step.word}")


def _copy(image: Image, words: list[str]) -> None:
    """From the repository; what one stage has from another is in the same place already."""
    if words[0].startswith("--from"):
        assert words[1] == words[2]
        return
    *sources, target = words
    for source in sources:
        into = image.inside(target)
        image.copied.append(source)
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, into, ignore=ignored)
        else:
            into = into if not target.endswith("/") else into / Path(source).name
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, into)


def _make_read_only(image: Image) -> None:
    for path in [image.folder, *image.folder.rglob("*")]:
        if not path.is_symlink() and not path.is_relative_to(image.data):
            path.chmod(path.stat().st_mode & ~0o222)
