"""Names of environment variables that are almost right, and what is made of them.

A setting whose name is misspelt leaves its default in force, and the default of a provider is its
twin. So a name within two letters of a setting's does not start; one that only begins like a
setting is warned of, because others may have put it there.
"""

import re
from collections.abc import Iterator, Mapping

from entrypoints.plug_ins import own_variables
from entrypoints.secret_files import VARIABLES
from entrypoints.settings import Settings

KNOWN = tuple(sorted({*(name.upper() for name in Settings.model_fields), *VARIABLES}))
PREFIXES = tuple({f"{name.partition('_')[0]}_" for name in KNOWN})
LONG_ENOUGH = 8
"""Letters of a setting's name: shorter ones have neighbours that mean something else."""
CLOSE = 2
OF_THE_SYSTEM = {"LOG_NAMESPACE", "SERVICE_RESULT", "SESSION_MANAGER"}
"""What desktops and systemd set; nobody meant a setting."""
SERVICE_LINK = re.compile(r"(tcp|udp|sctp)://")
"""How the value begins of the ``…_PORT`` that Kubernetes and Docker set for each service."""


def misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that must have been meant for a setting; it shows no value."""
    for name in _unknown(environment):
        link = name.upper().endswith("_PORT") and SERVICE_LINK.match(environment[name])
        if not link and (meant := _meant(name.upper())):
            yield f"{name}: is no setting; {meant} is: rename it, or take it away"


def unread(environment: Mapping[str, str]) -> list[str]:
    """The variables that begin like a setting and are none, in the order of the alphabet."""
    return sorted(
        name
        for name in _unknown(environment)
        if name.upper().startswith(PREFIXES) and name not in OF_THE_SYSTEM
    )


def _unknown(environment: Mapping[str, str]) -> list[str]:
    """Those with a value that are no setting and belong to no plugged-in adapter."""
    others = own_variables(environment)
    return [
        name
        for name, value in environment.items()
        if value and name.upper() not in KNOWN and name not in others
    ]


def _meant(name: str) -> str | None:
    """The nearest setting, if it is near enough."""
    candidates = [
        (distance, known)
        for known in KNOWN
        if len(known) >= LONG_ENOUGH
        and abs(len(known) - len(name)) <= CLOSE
        and len({*known} ^ {*name}) <= 2 * CLOSE  # far cheaper to find out
        and (distance := letters_between(name, known)) <= CLOSE
    ]
    return min(candidates)[1] if candidates else None


def letters_between(one: str, other: str) -> int:
    """How many letters must be added, dropped, changed or swapped with their neighbour to make one
    name of the other (the optimal string alignment distance)."""
    before, above = [0], list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, theirs in enumerate(other, start=1):
            changed = above[j - 1] + (letter != theirs)
            row.append(min(changed, above[j] + 1, row[j - 1] + 1))
            if i > 1 and j > 1 and (letter, theirs) == (other[j - 2], one[i - 2]):
                row[j] = min(row[j], before[j - 2] + 1)
        before, above = above, row
    return above[-1]
