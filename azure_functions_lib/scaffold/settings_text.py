"""Edits the text of a ``local.settings.json`` in place, so that comments and order stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..app.settings import parse_settings_json
from ..errors import PackageError

__all__ = ["add_setting", "remove_setting"]

_TOKEN = re.compile(
    r"""(?P<blank>[\s\ufeff]+|//[^\r\n]*|/\*.*?\*/)
    |(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")
    |(?P<mark>[{}\[\]:,])
    |(?P<other>[^\s{}\[\]:,"/]+)""",
    re.DOTALL | re.VERBOSE,
)


class _Token(NamedTuple):
    text: str
    start: int
    end: int


@dataclass
class _Member:
    """A name and its value: where they stand, and where the comma after them ends."""

    name: str
    start: int
    value_start: int
    end: int
    comma_end: int | None = None


@dataclass
class _Object:
    """What stands between two braces."""

    start: int
    end: int
    members: list[_Member]

    def find(self, name: str) -> list[_Member]:
        return [member for member in self.members if member.name == name]


def add_setting(text: str, name: str, value: str) -> str:
    """Give the file's text with a setting added, or with another value.

    Raises:
        PackageError: the text is no file of settings, or its values are encrypted.
    """
    values = _values(text)
    written = json.dumps(value, ensure_ascii=False)
    known = values.find(name)
    if known:
        for member in reversed(known):  # of a name given twice the last one counts; change all
            text = text[: member.value_start] + written + text[member.end :]
        return text
    line = f"{json.dumps(name, ensure_ascii=False)}: {written}"
    newline = "\r\n" if "\r\n" in text else "\n"
    if not values.members:
        outer = _indentation(text, values.start)
        step = outer or "  "
        inner = text[values.start + 1 : values.end - 1].strip()
        kept = f"{newline}{outer}{step}{inner}" if inner else ""
        added = f"{kept}{newline}{outer}{step}{line}{newline}{outer}"
        return text[: values.start + 1] + added + text[values.end - 1 :]
    last = values.members[-1]
    if newline in text[values.start : last.start]:
        line = newline + _indentation(text, last.start) + line
    else:
        line = " " + line
    if last.comma_end is not None:
        return f"{text[: last.comma_end]}{line},{text[last.comma_end :]}"
    return f"{text[: last.end]},{line}{text[last.end :]}"


def remove_setting(text: str, name: str) -> str:
    """Give the file's text without a setting.

    Raises:
        PackageError: there is no such setting, the text is no file of settings, or its values are
            encrypted.
    """
    values = _values(text)
    if not values.find(name):
        raise PackageError(f"Values has no setting {name!r}")
    while known := values.find(name):
        text = _without(text, values, known[-1])
        values = _values(text)
    return text


def _without(text: str, values: _Object, member: _Member) -> str:
    start, end = member.start, member.comma_end or member.end
    before = text[:start].rstrip(" \t")
    if before.endswith("\n"):  # alone in its line: take the line
        start = len(before)
        rest = re.match(r"[ \t]*(//[^\r\n]*)?(\r?\n)?", text[end:])
        assert rest is not None
        end += rest.end()
    elif member is not values.members[-1]:
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    if member is values.members[-1] and member.comma_end is None and len(values.members) > 1:
        comma = values.members[-2].comma_end
        assert comma is not None
        return text[: comma - 1] + text[comma:start].rstrip(" \t") + text[end:]
    return text[:start] + text[end:]


def _indentation(text: str, position: int) -> str:
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return line[: len(line) - len(line.lstrip())]


def _values(text: str) -> _Object:
    """Find the object of values."""
    try:
        data = parse_settings_json(text.encode())
    except ValueError as error:
        raise PackageError(f"it is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise PackageError("it holds no object")
    if data.get("Values") and data.get("IsEncrypted", True) is not False:
        raise PackageError(
            'its values are encrypted, or not said to be in clear. Write "IsEncrypted": false and '
            "the values in clear"
        )
    tokens = _tokens(text)
    top = _object(tokens, next(tokens))
    found = top.find("Values")
    if not found or not isinstance(data["Values"], dict):
        raise PackageError('it has no object of values. Write "Values": {}')
    inside = (token for token in _tokens(text) if token.start >= found[-1].value_start)
    return _object(inside, next(inside))


def _tokens(text: str) -> Iterator[_Token]:
    """Yield what is neither blank nor comment."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield _Token(match[0], match.start(), match.end())


def _object(tokens: Iterator[_Token], brace: _Token) -> _Object:
    """Read an object after its brace; the values of its members are not looked into."""
    members: list[_Member] = []
    for token in tokens:
        if token.text == "}":
            return _Object(brace.start, token.end, members)
        if token.text == ",":
            members[-1].comma_end = token.end
            continue
        next(tokens)  # the colon
        first = value = next(tokens)
        depth = 0
        while True:
            depth += (value.text in "{[") - (value.text in "}]")
            if not depth:
                break
            value = next(tokens)
        members.append(_Member(json.loads(token.text), token.start, first.start, value.end))
    raise AssertionError("the text has been parsed before")
