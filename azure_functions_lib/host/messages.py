"""What the host and its child processes say to each other; each is one message of a link.

A message is any value that pickles; it travels with its length before it. Both ends are the same
program of the same user, so that pickle is safe here.
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from ..app.loaded import LoadedApp
    from ..app.problem import Problem
    from ..delivery.call import Call, Outcome

__all__ = [
    "LENGTH",
    "Broken",
    "Cancel",
    "Check",
    "Checked",
    "Ended",
    "Load",
    "Loaded",
    "Logged",
    "Output",
    "Printed",
    "Receive",
    "Received",
    "Run",
    "Send",
    "Sent",
    "Stop",
    "framed",
]

LENGTH = 8
"""Bytes before each message that hold the length of what follows."""


def framed(message: Any, pickler: type[pickle.Pickler] = pickle.Pickler) -> bytes:
    """Give the bytes of a message.

    Raises:
        Exception: it cannot be pickled.
    """
    file = io.BytesIO()
    file.write(bytes(LENGTH))
    pickler(file, pickle.HIGHEST_PROTOCOL).dump(message)
    frame = file.getbuffer()
    frame[:LENGTH] = (len(frame) - LENGTH).to_bytes(LENGTH, "big")
    frame.release()
    return file.getvalue()


# -- From the host to a child


class Load(NamedTuple):
    """Load the app; answered by :class:`Loaded`, or by :class:`Broken` if nothing can be run."""

    app: Path
    functions: tuple[str, ...] = ()
    """The names of those to load; all if there are none."""
    grace: float = 5.0
    """How many seconds the child may go on when the host is gone."""
    keeps_bytecode: bool = True
    """Whether Python may keep what it compiles. It tells versions of one size apart by the second
    of their change, so that of two saves within one the first would be loaded for ever."""


class Run(NamedTuple):
    """Make a call; answered by :class:`Ended`. A streamed one talks ASGI with its caller."""

    number: int
    call: Call
    streamed: bool


class Cancel(NamedTuple):
    """Cancel a call, as far as it can be: a coroutine function gets a ``CancelledError``."""

    number: int


class Received(NamedTuple):
    """An ASGI message from the caller, for which the child has asked by :class:`Receive`."""

    number: int
    message: Any


class Sent(NamedTuple):
    """The ASGI message of the last :class:`Send` is on its way; or the caller is gone."""

    number: int
    gone: bool


class Check(NamedTuple):
    """Check the app; answered by :class:`Checked`."""


class Stop(NamedTuple):
    """Run the shutdown hooks and end."""


# -- From a child to the host


class Loaded(NamedTuple):
    """The app is loaded, its startup hooks have run, and calls may come."""

    app: LoadedApp


class Broken(NamedTuple):
    """The app cannot be loaded, and the child ends."""

    reason: str


class Checked(NamedTuple):
    """What the check has found."""

    findings: list[Problem]


class Ended(NamedTuple):
    """A call has ended."""

    number: int
    outcome: Outcome


class Receive(NamedTuple):
    """The ASGI app of a streamed call waits for a message."""

    number: int


class Send(NamedTuple):
    """The ASGI app of a streamed call sends a message."""

    number: int
    message: Any


class Printed(NamedTuple):
    """A line that the app, or a process or library that it uses, has printed."""

    text: str
    is_error: bool
    function: str | None
    invocation_id: str | None


class Logged(NamedTuple):
    """A log record of the app."""

    time: float
    level: int
    logger: str
    text: str
    function: str | None
    invocation_id: str | None


Output: TypeAlias = "Printed | Logged"
"""What an app shows."""
