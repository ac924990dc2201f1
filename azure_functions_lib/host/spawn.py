"""Starts the processes of the pool, and needs little for it: they load the app meanwhile.

Most of what a start takes is the import of modules, in the host's process and in its child. So the
child begins before the host has imported its event loop, store and server.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .messages import Load, framed

__all__ = ["Spawned", "spawn"]

_FOLDER = str(Path(__file__).parents[2])

_COMMAND = (
    sys.executable,
    *("-u", "-X", "faulthandler", "-c"),
    # The current folder is not for imports: it is the app's perhaps, whose queue.py is none of
    # Python's. What this package was found in is, installed or not.
    "import sys\n"
    "if sys.path[:1] == ['']: del sys.path[0]\n"
    f"sys.path.append({_FOLDER!r})\n"
    f"from {__package__}.child import main\n"
    "main()",
)


class Spawned(NamedTuple):
    """A process that loads the app.

    Attributes:
        popen: the process; its stdout and stderr are pipes.
        connection: the host's end of the link to it.
    """

    popen: subprocess.Popen[bytes]
    connection: socket.socket

    def end(self) -> None:
        """End the process, of which no pool has become the owner."""
        self.connection.close()
        with self.popen:
            self.popen.kill()


def spawn(load: Load, environment: Mapping[str, str] | None) -> Spawned:
    """Start a process that loads an app.

    Args:
        load: what it loads.
        environment: its environment variables; those of this process by default.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            popen = subprocess.Popen(
                (*_COMMAND, str(theirs.fileno())),
                bufsize=0,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the host, which ends its children
            )
        except BaseException:
            ours.close()
            raise
    with suppress(OSError):  # it has ended already, which the link will tell
        ours.sendall(framed(load))
    return Spawned(popen, ours)
