"""Header fields of requests (read-only) and responses (mutable), names in any letter case."""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, TypeVar, Union, overload

from ..errors import InvalidPayloadError, InvalidValueError, preview
from .limits import beyond, http_limits
from .query import joined
from .secrets import is_secret_header, safe_preview, shown_header

if TYPE_CHECKING:
    from multidict import CIMultiDict

__all__ = ["HeaderSource", "HttpRequestHeaders", "HttpResponseHeaders", "checked_pairs"]

HeaderSource = Union[Mapping[str, Any], Iterable[tuple[str, Any]], "HttpResponseHeaders"]
"""What headers can be given as: a mapping, or pairs of name and value, in which names repeat."""

T = TypeVar("T")
_REQUIRED: Any = object()


def source_pairs(source: Any) -> Iterable[tuple[str, Any]]:
    """Give pairs of name and value from a mapping, a multi-mapping, or pairs."""
    pairs: Iterable[tuple[str, Any]] = source.items() if hasattr(source, "items") else source
    return pairs


def text_pairs(source: Any, field: str) -> list[tuple[str, str]]:
    """Give the pairs of a request's headers or parameters, each name and value as text.

    Args:
        source: a mapping or pairs.
        field: what one of them is called in an error, such as ``"header"``.

    Raises:
        InvalidValueError: a name is no text, a value has none, or these are no pairs at all (a
            ValueError and TypeError).
    """
    try:
        return [
            (_name_text(name, f"{field}s"), header_text(name, value, field))
            for name, value in source_pairs(source)
        ]
    except InvalidValueError:
        raise
    except (TypeError, ValueError):
        raise _no_pairs(source, f"{field}s") from None


def _no_pairs(source: object, field: str) -> InvalidValueError:
    # Without what came, which may hold a credential.
    return InvalidValueError.of(
        "http",
        field,
        came=type(source).__name__,
        expected="a mapping of names to values, or pairs of name and value",
    )


def wire_texts(source: Any, field: str) -> tuple[dict[str, str], int]:
    """Read one of a payload's mappings of text: headers, query or route parameters.

    Gives the texts by name, and how many characters names and texts have.

    Raises:
        InvalidPayloadError: it is no mapping of text.
    """
    if not source:
        return {}, 0
    try:
        values = {name: datum.value for name, datum in source.items()}
        # Joining is the fastest test that all are text: else it raises.
        return values, len("".join(values)) + len("".join(values.values()))
    except (AttributeError, TypeError):
        values = _plain_texts(source, field)
        return values, sum(map(len, (*values, *values.values())))


def _plain_texts(source: Any, field: str) -> dict[str, str]:
    """Read what is no mapping of text datums: perhaps of text."""
    values = {}
    for name, datum in source.items() if isinstance(source, Mapping) else [(None, source)]:
        value = getattr(datum, "value", datum)
        if not isinstance(name, str) or not isinstance(value, str):
            raise InvalidPayloadError.of(
                "httpTrigger", field, came=type(source).__name__, expected="a mapping of text"
            )
        values[name] = value
    return values


class HttpRequestHeaders(Mapping[str, str]):
    """The headers of a request: a read-only mapping whose lookup ignores letter case.

    Names are in lower case when iterated, as the host sends them. A header that came several times
    holds its values joined by ",".

    Args:
        source: the headers, as a mapping or as pairs.

    Raises:
        InvalidValueError: a name is no text, or a value has none (a ValueError and TypeError).
    """

    __slots__ = ("_read", "_wire")

    _read: dict[str, str] | None
    _wire: Any

    def __init__(self, source: HeaderSource | None = None) -> None:
        pairs = () if source is None else text_pairs(source, "header")
        self._read = joined((name.lower(), value) for name, value in pairs)
        self._wire = None

    @classmethod
    def _of_wire(cls, wire: Any) -> HttpRequestHeaders:
        """Make the headers of a payload, which are read when they are asked for.

        Raises:
            InvalidPayloadError: they are no mapping of text, or beyond a limit.
        """
        headers = cls.__new__(cls)
        headers._wire = wire
        headers._read = None
        try:
            names = "".join(wire.keys())
            as_host_writes = names == names.lower() and len(wire) <= http_limits.header_count
        except (AttributeError, TypeError):
            as_host_writes = False
        if not as_host_writes:
            values = headers._read_all()
            headers._read = joined((name.lower(), value) for name, value in values.items())
        return headers

    @property
    def _values(self) -> dict[str, str]:
        return self._read_all() if self._read is None else self._read

    def _read_all(self) -> dict[str, str]:
        values, size = wire_texts(self._wire, "headers")
        if len(values) > http_limits.header_count:
            raise beyond("header_count", "headers", str(len(values)), "headers")
        if size > http_limits.header_size:
            raise beyond("header_size", "headers", str(size), "characters")
        self._read = values
        return values

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, /, default: str | T) -> str | T: ...
    def get(self, key: str, /, default: Any = None) -> Any:
        """Give a header's value, or the default without that header."""
        try:
            name = key.lower()
        except AttributeError:  # no text
            return default
        if self._read is None:
            # Most functions read one or two, which takes half the time of reading all.
            try:
                value = self._wire[name].value
                if type(value) is str:
                    return value
            except (AttributeError, KeyError):
                pass
        return self._values.get(name, default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> KeysView[str]:
        """The names, in lower case."""
        return self._values.keys()

    def values(self) -> ValuesView[str]:
        """The values."""
        return self._values.values()

    def items(self) -> ItemsView[str, str]:
        """Pairs of name, in lower case, and value."""
        return self._values.items()

    def __repr__(self) -> str:
        shown = {name: shown_header(name, value) for name, value in self._values.items()}
        return f"{type(self).__name__}({shown!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._values,)


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NO_TEXT = (bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, type(None))


def is_token(text: str) -> bool:
    """Whether a text is a token of RFC 9110 5.6.2, as names of headers and cookies are."""
    return _TOKEN.fullmatch(text) is not None


_MOST_ACCEPTED = 256  # bounded, because a proxy's upstream may choose the names
_accepted: set[str] = set()


def header_name(name: str) -> str:
    """Check the name of a response header.

    Raises:
        InvalidValueError: it is not a token of RFC 9110 (a ValueError and TypeError).
    """
    if _name_text(name, "headers") in _accepted:
        return name
    if not is_token(name):
        raise InvalidValueError.of(
            "http",
            "headers",
            came=f"the name {preview(name)}",
            expected="a header name: letters, digits and any of !#$%&'*+-.^_`|~",
        )
    if len(_accepted) < _MOST_ACCEPTED:
        _accepted.add(name)
    return name


def _name_text(name: object, field: str) -> str:
    if isinstance(name, str):
        return name
    raise InvalidValueError.of(
        "http", field, came=f"the name {preview(name)}", expected="a name as str"
    )


def header_text(name: str, value: Any, field: str = "header") -> str:
    """Give the text of a header's value; a number or another object is its ``str``.

    Raises:
        InvalidValueError: the value is None, bytes or a collection, or has no ``str`` (a
            ValueError and TypeError).
    """
    if isinstance(value, str):
        return str.__str__(value)  # of an enum member the value, not the member's name
    if not isinstance(value, _NO_TEXT):
        try:
            return str(value)
        except Exception:  # such as a number of too many digits
            pass
    raise InvalidValueError.of(
        "http",
        f"{field} {name!r}",
        came=type(value).__name__,
        expected="str",
        remedy="Give one pair of name and value for each of several values"
        if isinstance(value, (list, tuple, set, frozenset))
        else None,
    )


def header_value(name: str, value: Any) -> str:
    """Check the value of a response header.

    Raises:
        InvalidValueError: the value is no text, or holds a line break or another control
            character, with which a caller's input could add headers (a ValueError and TypeError).
    """
    if type(value) is str and value.isprintable():
        return value
    text = header_text(name, value)
    if _FORBIDDEN.search(text) or not _encodable(text):
        raise InvalidValueError.of(
            "http",
            f"header {name!r}",
            came="a secret" if is_secret_header(name) else safe_preview(value),
            expected="text without line breaks, other control characters and lone surrogates",
        )
    return text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def checked_pairs(source: HeaderSource) -> list[tuple[str, str]]:
    """Give the headers of a response as pairs, each checked.

    Raises:
        InvalidValueError: a name or value cannot be sent, or these are no headers at all (a
            ValueError and TypeError).
    """
    pairs = source.items() if type(source) is dict else source_pairs(source)
    try:
        return [
            # The usual name and value are passed without a call.
            (
                name if name in _accepted else header_name(name),
                value if type(value) is str and value.isprintable() else header_value(name, value),
            )
            for name, value in pairs
        ]
    except InvalidValueError:
        raise
    except (TypeError, ValueError):
        raise _no_pairs(source, "headers") from None


_MultiDict: type[CIMultiDict[str]] | None = None


def _multidict() -> type[CIMultiDict[str]]:
    """Import the class at first use."""
    global _MultiDict
    from multidict import CIMultiDict

    _MultiDict = CIMultiDict
    return CIMultiDict


class HttpResponseHeaders:
    """The headers of a response: a mutable multi-mapping whose lookup ignores letter case.

    A name may come several times: :meth:`add` adds one more, ``headers[name] = value`` replaces
    all. Looking a name up gives its first value, and iterating gives pairs of name and value, as
    with the Headers of Werkzeug. Names are kept as they were given.

    Names must be tokens of RFC 9110, values text without control characters: every method that
    sets a header raises InvalidValueError, a ValueError and TypeError, for others. Numbers and
    other objects are set as their ``str``.

    Args:
        source: the headers to begin with, as a mapping or as pairs.
    """

    __slots__ = ("_map",)

    _map: CIMultiDict[str]

    def __init__(self, source: HeaderSource | None = None) -> None:
        pairs = [] if source is None else checked_pairs(source)
        self._map = (_MultiDict or _multidict())(pairs)

    @classmethod
    def _of(cls, pairs: list[tuple[str, str]]) -> HttpResponseHeaders:
        """Make headers of pairs that have been checked."""
        headers = cls.__new__(cls)
        headers._map = (_MultiDict or _multidict())(pairs)
        return headers

    def __getitem__(self, name: str) -> str:
        if name in self:
            return self._map[name]
        raise KeyError(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._map[header_name(name)] = header_value(name, value)

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._map

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._map.items())

    def __len__(self) -> int:
        return len(self._map)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, HttpResponseHeaders):
            return self._map == other._map
        if not isinstance(other, Mapping):
            return NotImplemented
        try:
            return self._map == type(self._map)(other)
        except TypeError:  # a name that is no text
            return False

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str | T) -> str | T: ...
    def get(self, name: str, default: Any = None) -> Any:
        """Give a header's first value, or the default without that header."""
        return self._map.get(name, default) if isinstance(name, str) else default

    def getlist(self, name: str) -> list[str]:
        """List all values of a header, none without that header."""
        return self._map.getall(name, []) if isinstance(name, str) else []

    def getall(self, name: str) -> list[str]:
        """List all values of a header, as :meth:`getlist` does."""
        return self.getlist(name)

    def set(self, name: str, value: Any) -> None:
        """Set a header in place of those of the same name, as ``headers[name] = value`` does."""
        self[name] = value

    def add(self, name: str, value: Any) -> None:
        """Add a header beside those of the same name."""
        if type(value) is not str or not value.isprintable():
            value = header_value(name, value)
        self._map.add(header_name(name), value)

    def extend(self, source: HeaderSource) -> None:
        """Add headers beside those of the same names."""
        self._map.extend(checked_pairs(source))

    def update(self, source: HeaderSource) -> None:
        """Set headers in place of those of the same names."""
        self._map.update(checked_pairs(source))

    def setdefault(self, name: str, value: Any) -> str:
        """Give a header's first value; without that header set it first."""
        return self._map.setdefault(header_name(name), header_value(name, value))

    @overload
    def pop(self, name: str) -> str: ...
    @overload
    def pop(self, name: str, default: str | T) -> str | T: ...
    def pop(self, name: str, default: Any = _REQUIRED) -> Any:
        """Remove a header with all its values and give the first one.

        Raises:
            KeyError: there is no such header, and no default was given.
        """
        if name in self:
            return self._map.popall(name)[0]
        if default is _REQUIRED:
            raise KeyError(name)
        return default

    def remove(self, name: str) -> None:
        """Remove a header with all its values; without that header do nothing."""
        self.pop(name, None)

    def clear(self) -> None:
        """Remove all headers."""
        self._map.clear()

    def copy(self) -> HttpResponseHeaders:
        """Give headers of their own that are equal to these."""
        return type(self)._of(list(self))

    def keys(self) -> KeysView[str]:
        """The names, one for each value."""
        return self._map.keys()

    def values(self) -> ValuesView[str]:
        """The values."""
        return self._map.values()

    def items(self) -> ItemsView[str, str]:
        """Pairs of name and value."""
        return self._map.items()

    def __repr__(self) -> str:
        shown = [(name, shown_header(name, value)) for name, value in self]
        return f"{type(self).__name__}({shown!r})"
