"""What an app prints and logs in a child process, told to the host whole and with its origin."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ..context import current
from .link import Link
from .messages import Logged, Printed

__all__ = ["captured"]

_MAX_LINE = 65536


@contextmanager
def captured(link: Link) -> Iterator[Callable[[str], None]]:
    """Send what is printed and logged to the host for the time of a ``with`` block.

    It gives the function to call with the id of an invocation that has ended: what it printed
    without a line end is sent then.

    What bypasses ``sys.stdout`` and ``sys.stderr``, such as a C library's output, goes through the
    pipes of the process and has no origin.
    """
    handler = _LogSender(link)
    logging.root.addHandler(handler)
    stdout, stderr = sys.stdout, sys.stderr
    out, err = _Printer(link, stdout, False), _Printer(link, stderr, True)
    sys.stdout, sys.stderr = out, err

    def ended(invocation_id: str) -> None:
        out.end(invocation_id)
        err.end(invocation_id)

    try:
        yield ended
    finally:
        out.end_all()
        err.end_all()
        sys.stdout, sys.stderr = stdout, stderr
        logging.root.removeHandler(handler)


class _Printer(io.TextIOBase):
    """Stands for ``sys.stdout`` or ``sys.stderr``: sends lines, each of one origin and whole.

    The origin is the invocation, or the thread where none is served.
    """

    def __init__(self, link: Link, original: TextIO, is_error: bool) -> None:
        self._link = link
        self._original = original
        self._is_error = is_error
        self._guard = threading.Lock()
        self._started: dict[str | int, str] = {}

    @property
    def buffer(self) -> io.BufferedWriter:
        """The stream of bytes below, for code that writes there."""
        return self._original.buffer  # type: ignore[return-value]

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream below."""
        return self._original.encoding

    def fileno(self) -> int:
        """The file descriptor of the stream below."""
        return self._original.fileno()

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, text: str) -> int:
        """Send the lines that are complete; keep what follows the last one."""
        context = current.get()
        invocation_id = None if context is None else context.invocation_id
        function = None if context is None else context.function_name
        origin = invocation_id or threading.get_ident()
        with self._guard:
            *lines, rest = (self._started.pop(origin, "") + text).split("\n")
            if len(rest) > _MAX_LINE:
                lines.append(rest)
                rest = ""
            if rest:
                self._started[origin] = rest
        for line in lines:
            self._send(line, function, invocation_id)
        return len(text)

    def end(self, origin: str | int) -> None:
        """Send the line that an origin has begun and not ended."""
        with self._guard:
            line = self._started.pop(origin, "")
        if line:
            self._send(line, None, origin if isinstance(origin, str) else None)

    def end_all(self) -> None:
        """Send all lines that were not ended."""
        for origin in list(self._started):
            self.end(origin)

    def _send(self, line: str, function: str | None, invocation_id: str | None) -> None:
        self._link.send_from_thread(Printed(line, self._is_error, function, invocation_id))


class _LogSender(logging.Handler):
    """Sends log records; their text is made here, since arguments need not pickle."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record."""
        try:
            text = self.format(record)
        except Exception as error:  # a wrong format string is the app's fault, and no reason to end
            text = f"{record.msg!r} % {record.args!r} ({type(error).__name__}: {error})"
        function = getattr(record, "function_name", None)
        invocation_id = getattr(record, "invocation_id", None)
        self._link.send_from_thread(
            Logged(record.created, record.levelno, record.name, text, function, invocation_id)
        )
