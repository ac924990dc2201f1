"""The parameter through which a function sends a value besides its return value."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from .errors import InvalidValueError, preview

__all__ = ["Out"]

T = TypeVar("T")


class Out(Generic[T]):
    """A value for an output binding: ``def main(req: HttpRequest, msg: Out[str])``.

    What is not set, or set to None, is not sent.

    Args:
        value: the value to begin with.
    """

    # A worker knows the class by its name, and brings its own.
    __slots__ = ("_value",)

    def __init__(self, value: T | None = None) -> None:
        self._value: Any = value

    def set(self, val: T) -> None:
        """Set the value to send; it replaces what was set or added before."""
        self._value = val

    def get(self) -> T | None:
        """The value to send; None as long as none is set."""
        value: T | None = self._value
        return value

    def add(self, item: Any) -> None:
        """Add an item to the list to send, for an output of several messages or rows.

        Raises:
            InvalidValueError: a value other than a list is set (a TypeError and ValueError).
        """
        if self._value is None:
            self._value = []
        elif not isinstance(self._value, list):
            raise InvalidValueError.of(
                "Out",
                "add",
                came=f"an item after {preview(self._value)} was set",
                expected="a list or nothing set before",
                remedy="Use either set() or add()",
            )
        self._value.append(item)

    def __repr__(self) -> str:
        return f"<Out {self._value!r}>"
