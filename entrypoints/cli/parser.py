"""Complaints about a command line name the argument and never repeat what was typed: it may be a
person's id, or a secret in the wrong place, and standard error is somebody's log."""

import argparse
import re
from typing import NoReturn

REPEATS = re.compile(
    r"(invalid \w+ value|invalid choice|ignored explicit argument|unrecognized arguments"
    r"|ambiguous option)\b.*?( \(choose from [^()]*\))?$",
    re.DOTALL,
)


class Parser(argparse.ArgumentParser):
    """argparse's, for commands and their subcommands."""

    def error(self, message: str) -> NoReturn:
        super().error(REPEATS.sub(r"\1\2", message))
