"""``videochamadas keys``: a new key for a service, shown once."""

import argparse
import re

from adapters.callers.api_keys import ENTRY, entry_of, new_key
from adapters.system import new_secret

EPILOG = """\
examples:
  videochamadas keys new portal
  videochamadas keys new plantao --operator

The key goes to the service, which sends it as "Authorization: Bearer vck_...", and nowhere else: it
is not kept. The entry goes into API_KEYS, beside the others, with commas between them. To change a
key, add the new entry, give the new key to the service, and take the old entry out.
"""


def add_keys_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="print a key and its entry for API_KEYS")
    new.add_argument("name", type=_name, help="the service's: small letters, digits and hyphens")
    new.add_argument("--operator", action="store_true", help="may use /operations too")


def keys(arguments: argparse.Namespace) -> int:
    """Needs no settings and changes nothing."""
    key = new_key(new_secret().hex())
    print(f"key (shown once): {key}")
    print(f"entry for API_KEYS: {entry_of(key, arguments.name, operator=arguments.operator)}")
    return 0


def _name(text: str) -> str:
    if not re.fullmatch(ENTRY, f"{text}={'0' * 64}") or ":" in text:
        raise argparse.ArgumentTypeError("small letters, digits and hyphens, at most 64")
    return text
