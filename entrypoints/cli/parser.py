"""An unusable command line gets one fixed sentence. argparse would repeat what was typed, which may
be a person's id or a secret, and standard error is often a log."""

import argparse
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """argparse's parser with that sentence, for commands and their subcommands."""

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - it repeats what was typed
        super().error("this command line cannot be used; --help shows what can")
