"""A process that has imported the service, and forks itself for each command that a test starts.

Starting Python and importing take most of a second, and no test is about them. What is forked has
its own process id, folder, variables and streams, runs the whole command and exits as any other
process does. ``python -m tests.e2e.forking DESCRIPTOR``: the socket that commands come by.
"""

import gc
import json
import os
import signal
import socket
import sys
from typing import NamedTuple

from entrypoints.cli.main import COMMANDS, main, module_of
from tests.e2e.asking import HEAD


class Command(NamedTuple):
    arguments: list[str]
    env: dict[str, str]
    folder: str
    stdin: int
    stdout: int
    stderr: int
    report: int
    """A pipe that gets two lines: the process id, and at the end the exit code."""


def _next(asking: socket.socket) -> Command | None:
    """None when whoever asked is gone."""
    head, descriptors, _, _ = socket.recv_fds(asking, HEAD, 4)
    if not head:
        return None
    asked = json.loads(asking.recv(int(head), socket.MSG_WAITALL))
    return Command(asked["arguments"], asked["env"], asked["folder"], *descriptors)


def _fork_each(asking: socket.socket) -> Command | None:
    """Returns a command in the process that is to run it, and None in this one, at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while command := _next(asking):
        if os.fork() == 0:
            asking.close()
            _watch(command)
            return command
        for descriptor in command[3:]:
            os.close(descriptor)
    return None


def _watch(command: Command) -> None:
    """Fork once more, and report on that process. Returns in it alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(command.report)
        return
    for descriptor in (0, 1, 2, command.stdin, command.stdout, command.stderr):
        os.close(descriptor)
    os.write(command.report, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(command.report, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(command: Command) -> None:
    for number, descriptor in enumerate((command.stdin, command.stdout, command.stderr)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(command.env)
    os.chdir(command.folder)
    sys.path[:0] = filter(None, command.env.get("PYTHONPATH", "").split(os.pathsep))


if __name__ == "__main__":
    for known in COMMANDS.values():
        module_of(known)
    # A process that ends looks through no frozen object; that was most of a short command's time.
    gc.freeze()
    if command := _fork_each(socket.socket(fileno=int(sys.argv[1]))):
        _become(command)
        main(command.arguments)
