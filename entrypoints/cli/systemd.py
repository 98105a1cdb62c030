"""Tell systemd how far this process is, where it asks (``Type=notify``)."""

import os
import socket

import structlog

READY, STOPPING = "READY=1", "STOPPING=1"

log = structlog.get_logger()


def tell_systemd(state: str) -> None:
    """Does nothing for a process that systemd did not start so. What cannot be told is logged:
    systemd then ends the process when its time to start is over."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
            teller.connect(address)
            teller.sendall(state.encode())
    except OSError as error:
        log.warning("systemd.not_told", why=type(error).__name__)
