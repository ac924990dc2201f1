"""Filters of tables: the part of OData that the table service reads.

Comparisons (``eq ne gt ge lt le``) of a property with a value, joined by ``and``, ``or``, ``not``
and parentheses; a property by itself is true or false. Values: ``'text'`` (``''`` for a quote),
numbers (``5L`` too), ``true``, ``false``, ``datetime'2020-01-31T23:59:58Z'``, ``guid'...'``,
``X'c0ff'`` and ``binary'c0ff'``. As there, a row without the property fits no comparison with it,
nor does one whose property is of another type than the value.
"""

from __future__ import annotations

import operator
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ..wire.scalars import utc_timestamp
from .storage import Entity, InvalidRequestError

__all__ = ["Filter"]

_DEEPEST = 100  # parentheses and "not" within each other
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<prefix>datetime|guid|binary|X)?'(?P<quoted>(?:[^']|'')*)'
    |(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)[LlDdFfMm]?(?!\w)
    |(?P<word>[^\W\d]\w*)
    |(?P<mark>[()])
    |(?P<end>$)
    )""",
    re.VERBOSE | re.ASCII,
)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_RESERVED = {"and", "or", "not", *_OPERATORS}


class _Property(str):
    """The name of a property, where a value may stand too."""

    __slots__ = ()


@dataclass(frozen=True)
class _Comparison:
    left: Any
    name: str
    right: Any

    def matches(self, entity: Entity) -> bool:
        left, right = _of(entity, self.left), _of(entity, self.right)
        return _kind(left) is _kind(right) and bool(_OPERATORS[self.name](left, right))


@dataclass(frozen=True)
class _Not:
    inner: _Condition

    def matches(self, entity: Entity) -> bool:
        return not self.inner.matches(entity)


@dataclass(frozen=True)
class _All:
    parts: list[_Condition]

    def matches(self, entity: Entity) -> bool:
        return all(part.matches(entity) for part in self.parts)


@dataclass(frozen=True)
class _Any:
    parts: list[_Condition]

    def matches(self, entity: Entity) -> bool:
        return any(part.matches(entity) for part in self.parts)


_Condition = _Comparison | _Not | _All | _Any


class Filter:
    """A filter that has been read.

    Args:
        text: the filter, such as ``"Price gt 10 and Name eq 'tea'"``.

    Raises:
        InvalidRequestError: it cannot be read (``InvalidInput``).
    """

    def __init__(self, text: str) -> None:
        self._condition = _Parser(text).parse()

    def matches(self, entity: Entity) -> bool:
        """Whether a row fits."""
        return self._condition.matches(entity)

    def key(self, name: str) -> str | None:
        """Give the text that ``PartitionKey`` or ``RowKey`` must be, if the filter demands one."""
        condition = self._condition
        for part in condition.parts if isinstance(condition, _All) else [condition]:
            if isinstance(part, _Comparison) and part.name == "eq":
                wanted = isinstance(part.left, _Property) and part.left == name
                if wanted and type(part.right) is str:
                    return str(part.right)
        return None


def _of(entity: Entity, operand: Any) -> Any:
    if not isinstance(operand, _Property):
        return operand
    if operand == "PartitionKey":
        return entity.partition_key
    if operand == "RowKey":
        return entity.row_key
    if operand == "Timestamp":
        return entity.timestamp
    value = entity.properties.get(operand)
    reader = _READERS.get(entity.properties.get(f"{operand}@odata.type"))
    try:
        return value if reader is None else reader(value)
    except (TypeError, ValueError, AttributeError):
        return None


_READERS: dict[Any, Callable[[Any], Any]] = {
    "Edm.Int64": int,
    "Edm.Double": float,
    "Edm.DateTime": utc_timestamp,
    "Edm.Guid": UUID,
    "Edm.Binary": b64decode,
}


def _kind(value: Any) -> Any:
    """What values must share to be compared; nothing shares anything with None."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, (int, float)):
        return float
    for kind in (str, datetime, UUID, bytes):
        if isinstance(value, kind):
            return kind
    return object()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self._end = 0
        self._advance()

    def parse(self) -> _Condition:
        condition = self._any()
        if self._token["end"] is None:
            raise self._error("'and', 'or' or the end")
        return condition

    def _advance(self) -> None:
        found = _TOKEN.match(self._text, self._end)
        self._start = self._end
        if found is None:
            raise self._error("a property, a value or an operator")
        self._token = found
        self._end = found.end()

    def _any(self) -> _Condition:
        parts = [self._all()]
        while self._took("word", "or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else _Any(parts)

    def _all(self) -> _Condition:
        parts = [self._one()]
        while self._took("word", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _All(parts)

    def _one(self) -> _Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(f"no more than {_DEEPEST} conditions within each other")
        condition = self._unit()
        self._depth -= 1
        return condition

    def _unit(self) -> _Condition:
        if self._took("word", "not"):
            return _Not(self._one())
        if self._took("mark", "("):
            inner = self._any()
            if not self._took("mark", ")"):
                raise self._error("')'")
            return inner
        left = self._operand()
        operator_name = self._token["word"]
        if operator_name in _OPERATORS:
            self._advance()
            return _Comparison(left, operator_name, self._operand())
        return _Comparison(left, "eq", True)

    def _operand(self) -> Any:
        token = self._token
        value: Any
        if token["word"] and token["word"] not in _RESERVED:
            literal = {"true": True, "false": False}.get(token["word"])
            value = _Property(token["word"]) if literal is None else literal
        elif token["number"]:
            number = token["number"]
            try:
                value = int(number) if number.lstrip("+-").isdigit() else float(number)
            except ValueError:  # more digits than Python converts
                raise self._error("a number") from None
        elif token["quoted"] is not None:
            value = self._quoted(token["prefix"], token["quoted"].replace("''", "'"))
        else:
            raise self._error("a property or a value")
        self._advance()
        return value

    def _quoted(self, prefix: str | None, text: str) -> Any:
        if prefix is None:
            return text
        try:
            if prefix == "datetime":
                return utc_timestamp(text)
            return UUID(text) if prefix == "guid" else bytes.fromhex(text)
        except ValueError:
            raise self._error(f"a value for {prefix}") from None

    def _took(self, kind: str, text: str) -> bool:
        if self._token[kind] != text:
            return False
        self._advance()
        return True

    def _error(self, expected: str) -> InvalidRequestError:
        came = self._text[self._start :].strip()[:60] or "the end"
        return InvalidRequestError(
            "InvalidInput", f"filter {self._text[:200]!r}: got {came!r}; expected {expected}"
        )
