"""``videochamadas keys``: make an API key for a service and print it once."""

import argparse
import re

from adapters.callers.api_keys import ENTRY, METRICS, OPERATOR, entry_of, new_key
from adapters.system import new_secret

EPILOG = """\
examples:
  videochamadas keys new portal
  videochamadas keys new plantao --operator
  videochamadas keys new prometheus --metrics

Give the key only to the service, which sends it as "Authorization: Bearer vck_...". The key is not
stored. Add the entry to API_KEYS; commas separate entries. To replace a key, add the new entry,
give the new key to the service, then remove the old entry.
"""


def add_keys_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="print a key and its entry for API_KEYS")
    new.add_argument("name", type=_name, help="of the service: lower case, digits and hyphens")
    roles = new.add_mutually_exclusive_group()
    roles.add_argument(
        "--operator",
        dest="role",
        action="store_const",
        const=OPERATOR,
        help="the key may call /operations too",
    )
    roles.add_argument(
        "--metrics",
        dest="role",
        action="store_const",
        const=METRICS,
        help="the key may read /metrics and do nothing else",
    )


def keys(arguments: argparse.Namespace) -> int:
    """Print a new key and its entry. Needs no settings and stores nothing."""
    key = new_key(new_secret().hex())
    print(f"key (shown once): {key}")
    print(f"entry for API_KEYS: {entry_of(key, arguments.name, arguments.role)}")
    return 0


def _name(text: str) -> str:
    if not re.fullmatch(ENTRY, f"{text}={'0' * 64}") or ":" in text:
        raise argparse.ArgumentTypeError("lower-case letters, digits and hyphens, at most 64")
    return text
