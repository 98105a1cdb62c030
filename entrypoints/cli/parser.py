"""An unusable command line gets one fixed sentence. argparse would repeat what was typed, which may
be a person's id or a secret, and standard error is often a log."""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

SHORT_NUMBER = re.compile(r"[0-9]{1,5}")
"""A port or seconds; ids of people are longer."""
NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and bytes of the terminal that are no UTF-8: a database may refuse them."""


class Parser(argparse.ArgumentParser):
    """argparse's parser with that sentence, for commands and their subcommands.

    ``when_chosen`` adds the arguments of a command once it is the one that was typed.
    """

    when_chosen: Callable[["Parser"], None] | None = None

    def parse_known_args(  # type: ignore[override]  # it is overloaded for namespaces of other types
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        add, self.when_chosen = self.when_chosen, None
        if add:
            add(self)
        return super().parse_known_args(args, namespace)

    def read(self, typed: Sequence[str] | None) -> argparse.Namespace:
        """``None`` for what this process was started with. Options that belong into variables are
        said to."""
        typed = sys.argv[1:] if typed is None else typed
        if any(NO_TEXT.search(text) for text in typed):
            self.error("what was typed is no text")
        parsed, unknown = self.parse_known_args(typed)
        if unknown:
            self._refuse(unknown)
        return parsed

    def _refuse(self, unknown: Sequence[str]) -> NoReturn:
        if hints := list(_variables(unknown)):
            self.exit(2, f"{self.prog}: error: settings are variables: set {' '.join(hints)}\n")
        self.error("unknown arguments")

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - it repeats what was typed
        super().error("this command line cannot be used; --help shows what can")


def _variables(unknown: Sequence[str]) -> Iterator[str]:
    """``PORT=9000`` for ``--port 9000`` and ``--port=9000``; any other value is left out."""
    from entrypoints.settings import Settings  # noqa: PLC0415 - takes half a second

    for option, following in zip(unknown, [*unknown, ""][1:], strict=True):
        name, equals, value = option.partition("=")
        variable = name.removeprefix("--").replace("-", "_")
        if name.startswith("--") and variable.lower() in Settings.model_fields:
            given = value if equals else following
            yield f"{variable.upper()}={given if SHORT_NUMBER.fullmatch(given) else '…'}"
