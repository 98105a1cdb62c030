"""Settings as ``videochamadas check`` shows them: spelt like variables, without secrets."""

import os
import re

from pydantic import SecretStr

from entrypoints.plug_ins import own_variables
from entrypoints.secret_files import named_files
from entrypoints.settings import Settings

MASK = "********"
HOST_AND_NAME = re.compile(r"[\w.,:\[\]-]+(/[\w.%-]*)?", re.ASCII)
HOST_ALONE = re.compile(r"([\w.,-]|:\d+\b|\[[0-9a-fA-F:]+\])+(/[\w.%-]*)?", re.ASCII)


def shown_settings(settings: Settings) -> dict[str, str | None]:
    """Every setting with its effective value, defaults included, and the files that secrets were
    read from; None for what is not set."""
    effective = {
        **dict(settings),
        "dyte_base_url": settings.video_base_url or None,
        "webhook_verification": settings.verification,
        "auth": settings.authentication,
        "console": settings.with_console,
        "database_url": shown_url(settings.database_url.get_secret_value()),
        **{name.lower(): SecretStr("") for name in own_variables(os.environ)},
    }
    shown = {name.upper(): _shown(value) for name, value in effective.items()}
    return shown | named_files(os.environ)


def shown_url(url: str) -> str:
    """A database's URL without its password and options. What cannot be told apart is masked: a
    password may hold anything, and one with a slash or an at sign is no proper URL."""
    if url.startswith("sqlite:"):
        return url
    scheme, _, rest = url.partition("://")
    who, at, where = rest.rpartition("@")
    where, options, _ = where.partition("?")
    if not (HOST_AND_NAME if at else HOST_ALONE).fullmatch(where):
        return f"{scheme}://{MASK}"
    user, password, _ = who.partition(":")
    masked = f"{user}:{MASK}" if password else user
    return f"{scheme}://{masked}{at}{where}{f'?{MASK}' if options else ''}"


def _shown(value: object) -> str | None:
    """As a variable would have it."""
    match value:
        case SecretStr():
            return MASK
        case frozenset():
            return ",".join(sorted(map(str, value))) or None
        case tuple():
            return ",".join(value)
        case bool():
            return str(value).lower()
        case _:
            return None if value is None else str(value)
