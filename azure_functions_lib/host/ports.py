"""The port that requests come to, and who else may hold it."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from ..errors import AppError

__all__ = ["base_url", "holder", "listening_socket"]

_LISTEN = "0A"


def listening_socket(address: str, port: int) -> socket.socket:
    """Open the socket that requests come to.

    Args:
        address: the IP address or host name.
        port: the port; 0 for a free one.

    Raises:
        AppError: it cannot be opened; where the port is taken the message names who has it.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((address, port))
        opened.listen(2048)
    except OSError as error:
        opened.close()
        holds = holder(port)
        who = f", which {holds} holds," if holds else ""
        remedy = "End what holds it, or choose another one by --port"
        if error.errno != errno.EADDRINUSE:
            remedy = "Give an address of this machine by --address, and a port that you may open"
        raise AppError(
            f"port {port} of {address}{who} cannot be opened: {error.strerror}. {remedy}"
        ) from None
    opened.setblocking(False)
    return opened


def base_url(listening: socket.socket) -> str:
    """Give the URL by which this machine reaches what listens at a socket."""
    address, port, *_ = listening.getsockname()
    if address in ("127.0.0.1", "::1", "0.0.0.0", "::"):
        address = "localhost"
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def holder(port: int) -> str | None:
    """Name the process that listens on a port of this machine; None where that cannot be seen.

    Linux tells it in ``/proc``; elsewhere nothing is told without further packages.
    """
    inodes = set(_listening(port))
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = [str(each.readlink()) for each in (process / "fd").iterdir()]
            if inodes & {link[8:-1] for link in links if link.startswith("socket:[")}:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                return f"process {process.name} ({command.strip()[:80]})"
        except OSError:  # it has ended, or is another user's
            continue
    return None


def _listening(port: int) -> list[str]:
    """Give the inodes of the sockets that listen on a port (proc(5), ``/proc/net/tcp``)."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                found.append(fields[9])
    return found
