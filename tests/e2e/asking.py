"""Ask for a command that ``forking.py`` is to run, from here or from a shell.

``python -SE asking.py DESCRIPTOR ARGUMENT…`` is that command to a shell: it has the shell's folder,
variables and streams, and its exit code. It imports next to nothing, so it starts at once.
"""

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence

HEAD = 8
"""Bytes of a command's length, before it."""


def ask(
    asking: socket.socket, arguments: Sequence[str], env: Mapping[str, str], streams: Sequence[int]
) -> None:
    """``streams``: standard input, output and error, and a pipe that gets two lines: the process
    id, and at the end the exit code."""
    asked = json.dumps({"arguments": arguments, "env": dict(env), "folder": os.getcwd()}).encode()
    socket.send_fds(asking, [b"%0*d" % (HEAD, len(asked))], streams)
    asking.sendall(asked)


if __name__ == "__main__":
    reading, writing = os.pipe()
    with socket.socket(fileno=int(sys.argv[1])) as to_fork:
        ask(to_fork, sys.argv[2:], os.environ, [0, 1, 2, writing])
    os.close(writing)
    with open(reading, encoding="ascii") as report:
        sys.exit(int(report.read().split()[1]))
