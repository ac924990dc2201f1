"""Log records know which invocation they belong to, and are kept with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, ClassVar

from .. import context as contexts

__all__ = ["LOG_LIMIT", "LogCapture"]

LOG_LIMIT = 10_000
"""How many log records of one invocation are kept by default: about 6 MB."""


class LogCapture(logging.Handler):
    """Gives every log record ``invocation_id`` and ``function_name`` while a runtime is open.

    Records are kept for the invocation that they belong to. The root logger lets INFO pass
    meanwhile (or DEBUG on demand), as on the platform, unless the app has set its level.
    """

    _installed: ClassVar[LogCapture | None] = None
    _users: ClassVar[int] = 0
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        super().__init__()
        self._active: dict[contexts.Context, tuple[list[logging.LogRecord], int]] = {}
        self._dropped: dict[contexts.Context, int] = {}
        self._factory: Callable[..., logging.LogRecord] = logging.LogRecord
        self._own_factory: Callable[..., logging.LogRecord] = self._make_record
        self._level_before = self._level_set = logging.NOTSET

    @classmethod
    def install(cls, *, debug: bool) -> LogCapture:
        """Install the capture, or share the one that another runtime has installed."""
        with cls._guard:
            if cls._installed is None:
                cls._installed = cls()
                cls._installed._put_in_place()
            cls._users += 1
            cls._installed._set_level(debug=debug)
            return cls._installed

    def uninstall(self) -> None:
        """Take the capture away when no other runtime uses it."""
        cls = type(self)
        with cls._guard:
            cls._users -= 1
            if cls._users == 0:
                cls._installed = None
                self._take_away()

    def keep(self, context: contexts.Context, records: list[logging.LogRecord], limit: int) -> None:
        """Keep the records of an invocation in a list from now on, up to a number of them."""
        self._active[context] = records, limit

    def drop(self, context: contexts.Context) -> None:
        """Stop keeping the records of an invocation; if there were too many, a last one says so."""
        kept = self._active.pop(context, None)
        dropped = self._dropped.pop(context, 0) if self._dropped else 0
        if kept is None or not dropped:
            return
        records, limit = kept
        message = "%d more log records are not kept: log_limit, of a Runtime or client, is %d"
        logger = logging.getLogger("azure_functions_lib")
        records.append(
            logger.makeRecord(
                logger.name, logging.WARNING, __file__, 0, message, (dropped, limit), None
            )
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with its invocation."""
        context = self._context()
        if context not in self._active:
            return
        records, limit = self._active[context]
        if len(records) < limit:
            records.append(record)
        else:
            self._dropped[context] = self._dropped.get(context, 0) + 1

    def _make_record(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._factory(*args, **kwargs)
        context = self._context()
        if context is None:
            record.invocation_id = contexts.shared_storage.invocation_id
            record.function_name = None
        else:
            record.invocation_id = context.invocation_id
            record.function_name = context.function_name
        return record

    def _context(self) -> contexts.Context | None:
        """Find the invocation that the running code serves, or that its thread has named."""
        context = contexts.current.get()
        named = contexts.shared_storage.invocation_id if context is None else None
        if named is not None:
            return next((each for each in list(self._active) if each.invocation_id == named), None)
        return context

    def _put_in_place(self) -> None:
        self._factory = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._own_factory)
        logging.root.addHandler(self)
        self._level_before = self._level_set = logging.root.level

    def _set_level(self, *, debug: bool) -> None:
        if debug:
            self._level_set = logging.DEBUG
        elif logging.root.level == logging.WARNING:  # Python's default
            self._level_set = logging.INFO
        else:
            return
        logging.root.setLevel(self._level_set)

    def _take_away(self) -> None:
        logging.root.removeHandler(self)
        self.close()
        if logging.getLogRecordFactory() is self._own_factory:
            logging.setLogRecordFactory(self._factory)
        if logging.root.level == self._level_set:
            logging.root.setLevel(self._level_before)
