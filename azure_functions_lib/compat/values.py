"""Mirrored names that stand for nothing else in this library."""

from __future__ import annotations

import os
from abc import ABC
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..wire.codec import item_fits
from ..wire.fields import plain
from ..wire.jsontext import dump_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

linesep = os.linesep


class RpcException:
    """What made the invocation before a retry fail.

    Args:
        source: where it was raised.
        stack_trace: its traceback, as text.
        message: its type and text.
    """

    __slots__ = ("message", "source", "stack_trace")

    def __init__(self, source: str = "", stack_trace: str = "", message: str = "") -> None:
        self.source = source
        self.stack_trace = stack_trace
        self.message = message


class Serializable(ABC):  # noqa: B024 - it names what others have
    """What can be written as JSON: every class with ``to_dict`` and ``to_json`` is one."""

    @classmethod
    def __subclasshook__(cls, subclass: type) -> bool:
        if cls is not Serializable:
            return super().__subclasshook__(subclass)
        return hasattr(subclass, "to_dict") and hasattr(subclass, "to_json")

    def to_dict(self) -> Any:
        """The public attributes as plain JSON values; a subclass says which those are."""
        return plain({key: value for key, value in vars(self).items() if key[:1] != "_"})

    def to_json(self) -> str:
        """The same as JSON text."""
        return dump_json(self.to_dict())


def is_iterable_type_annotation(annotation: object, pytype: Any) -> bool:
    """Whether an annotation is a generic iterable of one type, or of any of several."""
    return item_fits(annotation, pytype if isinstance(pytype, tuple) else (pytype,), every=True)


def _first(
    text: str, formats: list[str], parse: Callable[[str, str], T]
) -> tuple[T | None, str | None, Exception | None]:
    failure: Exception | None = None
    for each in formats:
        try:
            return parse(text, each), each, None
        except ValueError as error:
            failure = error
    return None, None, failure


def try_parse_datetime_with_formats(
    datetime_str: str, datetime_formats: list[str]
) -> tuple[datetime | None, str | None, Exception | None]:
    """Read a time by the first ``strptime`` format that fits.

    Returns:
        the time and its format; or what made the last format fail.
    """
    return _first(datetime_str, datetime_formats, datetime.strptime)


def try_parse_timedelta_with_formats(
    timedelta_str: str, timedelta_formats: list[str]
) -> tuple[timedelta | None, str | None, Exception | None]:
    """Read a duration of less than a day by the first ``strptime`` format that fits.

    Returns:
        the duration and its format; or what made the last format fail.
    """

    def parse(text: str, form: str) -> timedelta:
        read = datetime.strptime(text, form)
        return timedelta(hours=read.hour, minutes=read.minute, seconds=read.second)

    return _first(timedelta_str, timedelta_formats, parse)
