"""What an app changes in the whole process, put back when the app is closed."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from ..errors import AppError

__all__ = ["PROCESS_LOCK", "undone"]

PROCESS_LOCK = threading.RLock()
"""Held while an app is loaded or closed: search path, modules and environment are everybody's."""

_open: list[object] = []
_before: list[_State] = []


@contextmanager
def undone(*layers: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables; afterwards put back what has been changed in the process.

    That is the environment, the current folder, and of logging what ``disable`` has set, and the
    level, handlers and switches of every logger.

    Args:
        layers: the variables; a later layer wins over an earlier one.

    Raises:
        AppError: a name or value cannot be that of a variable.
    """
    this = object()
    _open.append(this)
    _before.append(_State())
    try:
        for layer in layers:
            for name, value in layer.items():
                _set_variable(name, value)
        yield
    finally:
        index = _open.index(this)
        del _open[index]
        if index < len(_open):
            # One opened later is still in use: it puts back what was before this one.
            del _before[index + 1]
        else:
            _before.pop().put_back()


def _set_variable(name: str, value: str) -> None:
    try:
        os.environ[name] = value
    except (OSError, TypeError, ValueError):  # without the value, which may be a secret
        raise AppError(
            f"the setting {name!r} cannot be an environment variable. Name and value are text "
            "without NUL and lone surrogates, and a name has no '='"
        ) from None


class _State:
    """What is as it was, when it has been put back."""

    def __init__(self) -> None:
        self._environment = dict(os.environ)
        self._folder = None
        with suppress(OSError):  # the current folder may have been removed
            self._folder = os.getcwd()  # noqa: PTH109 - to be given to chdir as it is
        self._disabled_levels = logging.root.manager.disable
        self._loggers = {
            logger: (logger.level, logger.disabled, logger.propagate, list(logger.handlers))
            for logger in _loggers().values()
        }

    def put_back(self) -> None:
        if dict(os.environ) != self._environment:
            for name in os.environ.keys() - self._environment.keys():
                del os.environ[name]
            os.environ.update(self._environment)
        if self._folder is not None:
            with suppress(OSError):
                os.chdir(self._folder)
        if logging.root.manager.disable != self._disabled_levels:
            logging.disable(self._disabled_levels)
        for name, logger in _loggers().items():
            if logger in self._loggers:
                self._put_back_logger(logger, *self._loggers[logger])
            elif name.partition(".")[0] not in sys.modules:
                # Not of a package that stays imported, which has configured its logger for good.
                self._put_back_logger(logger, logging.NOTSET, False, True, [])

    @staticmethod
    def _put_back_logger(
        logger: logging.Logger,
        level: int,
        disabled: bool,
        propagate: bool,
        handlers: list[logging.Handler],
    ) -> None:
        logger.disabled, logger.propagate = disabled, propagate
        if logger.level != level:
            logger.setLevel(level)
        for handler in [*logger.handlers]:
            if handler not in handlers and not _is_of_a_host(handler):
                logger.removeHandler(handler)
        for handler in handlers:
            if handler not in logger.handlers and not _is_of_a_host(handler):
                logger.addHandler(handler)


def _loggers() -> dict[str, logging.Logger]:
    named = logging.root.manager.loggerDict.items()
    loggers = {name: each for name, each in named if isinstance(each, logging.Logger)}
    return {"root": logging.root, **loggers}


def _is_of_a_host(handler: logging.Handler) -> bool:
    """Whether a handler comes and goes with a runtime or a test, not with an app."""
    return type(handler).__module__.partition(".")[0] in (__name__.partition(".")[0], "_pytest")
