"""Secrets from files, as Docker and Kubernetes hand them over: ``NAME_FILE`` for each ``NAME``."""

import os
import stat
from collections.abc import Mapping
from typing import get_args

from pydantic import SecretStr

from entrypoints.settings import Settings

SUFFIX = "_FILE"


def _holds_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_holds_secret, get_args(annotation)))


SECRETS = tuple(
    name for name, field in Settings.model_fields.items() if _holds_secret(field.annotation)
)
"""The settings that are secret, by their type."""
VARIABLES = {f"{name.upper()}{SUFFIX}": name for name in SECRETS}
"""The variables that name files, each with its setting."""


def named_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of ``VARIABLES`` that are set, in capitals, with the files that they name."""
    return {
        name.upper(): value
        for name, value in environment.items()
        if value and name.upper() in VARIABLES
    }


def read_secret_files(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The settings that were read from files, and a sentence for each file that is of no use.

    A sentence repeats nothing of the variable: somebody may have put the secret itself there.
    """
    given = {name.upper() for name, value in environment.items() if value}
    read: dict[str, str] = {}
    problems: list[str] = []
    for variable, file in named_files(environment).items():
        setting = VARIABLES[variable]
        if setting.upper() in given:
            problems.append(f"{variable}: {setting.upper()} is set too: take one of them away")
            continue
        try:
            read[setting] = read_secret(file)
        except OSError as error:
            problems.append(f"{variable}: cannot be read: {error.strerror}")
        except ValueError as error:
            problems.append(f"{variable}: {error}")
    return read, problems


def read_secret(file: str) -> str:
    """What the file holds, without the end of its last line. Raises OSError, and ValueError for
    what is no file with a secret in it."""
    with open(file, "rb", opener=_without_waiting) as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("names no file")
        if status.st_mode & stat.S_IWOTH:
            raise ValueError("anybody may write the file: chmod o-w")
        content = opened.read()
    try:
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise ValueError("the file holds no text (UTF-8)") from error
    if not text:
        raise ValueError("the file is empty")
    return text


def _without_waiting(file: str, flags: int) -> int:
    """A pipe would be waited for."""
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))
