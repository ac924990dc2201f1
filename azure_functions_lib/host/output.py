"""What an app prints and logs, told to the host whole and with its origin."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from ..context import Context, current
from .messages import Logged, Output, Printed

__all__ = ["LogSender", "captured"]

_MAX_LINE = 65536


@contextmanager
def captured(send: Callable[[Output], None]) -> Iterator[Callable[[str], None]]:
    """Send what this process prints and logs to the host for the time of a ``with`` block.

    It gives the function to call with the id of an invocation that has ended: what it printed
    without a line end is sent then.

    What bypasses ``sys.stdout`` and ``sys.stderr``, such as a C library's output and that of a
    process that was forked, goes through the pipes of this process.

    Args:
        send: sends a message, from any thread.
    """
    handler = LogSender(send)
    stdout, stderr = sys.stdout, sys.stderr
    out, err = _Printer(send, stdout, False), _Printer(send, stderr, True)

    def ended(invocation_id: str) -> None:
        out.end(invocation_id)
        err.end(invocation_id)

    def put_back() -> None:
        sys.stdout, sys.stderr = stdout, stderr
        logging.root.removeHandler(handler)

    sys.stdout, sys.stderr = out, err
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.INFO)  # that of a worker, while the app is imported too
    os.register_at_fork(after_in_child=put_back)
    try:
        yield ended
    finally:
        out.end_all()
        err.end_all()
        put_back()


class _Printer(io.TextIOBase):
    """Stands for ``sys.stdout`` or ``sys.stderr``: sends lines, each of one origin and whole.

    The origin is the invocation, or the thread where none is served. Bytes that go to ``buffer``,
    and what asks for ``fileno()``, meet the stream below.
    """

    encoding = "utf-8"

    def __init__(self, send: Callable[[Output], None], original: TextIO, is_error: bool) -> None:
        self._send = send
        self._original = original
        self._is_error = is_error
        self._guard = threading.RLock()  # a destructor may print while its own thread does
        self._started: dict[str | int, tuple[str, Context | None]] = {}

    @property
    def buffer(self) -> BinaryIO:
        """The stream of bytes below, for code that writes there."""
        return self._original.buffer

    def fileno(self) -> int:
        """The file descriptor of the stream below."""
        return self._original.fileno()

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, text: str) -> int:
        """Send the lines that are complete; keep what follows the last one."""
        context = current.get()
        origin = threading.get_ident() if context is None else context.invocation_id
        with self._guard:
            started, _ = self._started.pop(origin, ("", None))
            *lines, rest = (started + text).split("\n")
            if len(rest) > _MAX_LINE:
                lines.append(rest)
                rest = ""
            if rest:
                self._started[origin] = rest, context
            for line in lines:
                self._print(line, context)
        return len(text)

    def end(self, origin: str | int) -> None:
        """Send the line that an origin has begun and not ended."""
        if self._started:
            with self._guard:
                line, context = self._started.pop(origin, ("", None))
                if line:
                    self._print(line, context)

    def end_all(self) -> None:
        """Send all lines that were not ended."""
        for origin in list(self._started):
            self.end(origin)

    def _print(self, line: str, context: Context | None) -> None:
        origin: tuple[str | None, str | None] = (None, None)
        if context is not None:
            origin = (context.function_name, context.invocation_id)
        self._send(Printed(line, self._is_error, *origin))


class LogSender(logging.Handler):
    """Sends log records; their text is made here, since arguments need not pickle.

    Args:
        send: sends a message, from any thread.
    """

    def __init__(self, send: Callable[[Output], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record."""
        try:
            text = self.format(record)
        except Exception as error:  # a wrong format string is the app's fault, and no reason to end
            text = f"{record.msg!r} % {record.args!r} ({type(error).__name__}: {error})"
        function = getattr(record, "function_name", None)
        invocation_id = getattr(record, "invocation_id", None)
        self._send(
            Logged(record.created, record.levelno, record.name, text, function, invocation_id)
        )
