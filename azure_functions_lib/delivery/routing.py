"""Which function an HTTP request reaches: the route templates of ASP.NET, as the host reads them.

======================  ===========================================================================
template                meaning
======================  ===========================================================================
``items/all``           text, in any letter case
``{id}``                a segment that is not empty
``{id:int:min(1)}``     one that satisfies all constraints; see :data:`CONSTRAINTS`
``{id?}``               one that may be missing, at the end of the path
``{id=7}``              one with a value for when it is missing
``{*rest}``             all that is left of the path, which may be nothing
``{name}.{ext?}``       several parameters in a segment; matched from the right, so that the first
                        one takes as much as it can
``{{``, ``}}``          a brace
======================  ===========================================================================

Of several templates that match a path, the more specific one is taken: from left to right, text
precedes a parameter with a constraint, that one without, and that a catch-all parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from ..errors import DeclarationError, InvocationError

__all__ = ["CONSTRAINTS", "Match", "Route", "Router", "Template"]

Check = Callable[[str], bool]


_INTEGER = re.compile(r"\s*([+-]?)0*([0-9]{1,19})\s*")


def _integer(text: str) -> int | None:
    """Read a whole number as .NET reads a long; one with more digits than any long is none."""
    found = _INTEGER.fullmatch(text)
    return None if found is None else int(found[1] + found[2])


def _between(low: int, high: int) -> Check:
    def check(text: str) -> bool:
        value = _integer(text)
        return value is not None and low <= value <= high

    return check


_LONGEST = 1 << 63

_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)\s*")
_DOUBLE = re.compile(
    r"\s*(?:[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|[+-]?infinity|-?∞)\s*",
    re.IGNORECASE,
)
_HEX = "[0-9a-fA-F]"
_DASHED = f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_GUID = re.compile(rf"{_DASHED}|\{{{_DASHED}\}}|\({_DASHED}\)|{_HEX}{{32}}")
_ALPHA = re.compile("[A-Za-z]*")


def _shape(pattern: re.Pattern[str]) -> Callable[..., Check]:
    def check(text: str) -> bool:
        return pattern.fullmatch(text) is not None

    return lambda: check


def _is_date(text: str) -> bool:
    from dateutil.parser import parse

    try:
        parse(text)
    except (ValueError, OverflowError):
        return False
    return True


def _length(first: str, second: str | None = None) -> Check:
    low = int(first)
    high = low if second is None else int(second)
    return lambda text: low <= len(text) <= high


def _regex(expression: str) -> Check:
    pattern = re.compile(expression, re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _shorter(limit: str) -> Check:
    high = int(limit)
    return lambda text: len(text) <= high


def _longer(limit: str) -> Check:
    low = int(limit)
    return lambda text: len(text) >= low


def _is_file(text: str) -> bool:
    _, dot, extension = text.rpartition("/")[2].rpartition(".")
    return bool(dot and extension)


CONSTRAINTS: dict[str, Callable[..., Check]] = {
    "alpha": _shape(_ALPHA),
    "bool": lambda: lambda text: text.strip().lower() in ("true", "false"),
    "datetime": lambda: _is_date,
    "decimal": _shape(_DECIMAL),
    "double": _shape(_DOUBLE),
    "file": lambda: _is_file,
    "float": _shape(_DOUBLE),
    "guid": _shape(_GUID),
    "int": lambda: _between(-(1 << 31), (1 << 31) - 1),
    "length": _length,
    "long": lambda: _between(-_LONGEST, _LONGEST - 1),
    "max": lambda limit: _between(-_LONGEST, int(limit)),
    "maxlength": _shorter,
    "min": lambda limit: _between(int(limit), _LONGEST - 1),
    "minlength": _longer,
    "nonfile": lambda: lambda text: not _is_file(text),
    "range": lambda first, second: _between(int(first), int(second)),
    "regex": _regex,
    "required": lambda: lambda text: bool(text),
}
"""The constraints of route parameters by name, as ASP.NET Core's default inline constraints."""


class _Parameter(NamedTuple):
    name: str
    catch_all: bool
    optional: bool
    default: str | None
    checks: tuple[Check, ...]


_TOKEN = re.compile(
    r"(?P<text>(?:[^{}/]|\{\{|\}\})+)|(?P<slash>/)|\{(?P<parameter>(?:[^{}]|\{\{|\}\})*)\}"
)
_PARAMETER = re.compile(
    r"(?P<stars>\*{0,2})(?P<name>[^*/?{}:=()]+)(?P<constraints>(?::.*?)?)"
    r"(?:(?P<optional>\?)|=(?P<default>[^()]*))?",
    re.DOTALL,
)
_CONSTRAINT = re.compile(r":(?P<name>\w+)(?:\((?P<arguments>.*?)\)(?=:|\Z))?", re.DOTALL)


_Segments: TypeAlias = "list[list[str | _Parameter]]"


class Template:
    """A route template, ready to be matched with paths.

    Args:
        text: the template, route prefix included; slashes at its ends do not count.

    Attributes:
        text: the template as given.
        precedence: sorts templates: the smallest is the most specific one.
        required: the names of the parameters that every path has.

    Raises:
        DeclarationError: the host would not take it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        segments = self._parsed(text.strip("/"))
        self._parameters = [
            part for parts in segments for part in parts if isinstance(part, _Parameter)
        ]
        self._names = [parameter.name for parameter in self._parameters]
        if len({name.lower() for name in self._names}) < len(self._names):
            raise self._error("has several parameters of one name")
        self.required = [each.name for each in self._parameters if not _may_be_absent(each)]
        self._takes_all = not any(each.checks or _may_be_absent(each) for each in self._parameters)
        self.precedence = tuple(map(_precedence, segments))
        variants = [segments]
        if segments and len(segments[-1]) > 1 and _may_be_absent(segments[-1][-1]):
            # What is after the last dot, if there is something, is the optional parameter's.
            variants.append([*segments[:-1], segments[-1][:-2]])
        self._segments = segments
        self._matchers = [_matcher(variant) for variant in variants]

    def match(self, path: str) -> dict[str, str] | None:
        """Give the route parameters of a decoded path; None when the template does not match."""
        for matcher in self._matchers:
            groups = matcher(path)
            if groups is not None:
                return self._values(groups)
        return None

    def path(self, values: Mapping[str, str]) -> str:
        """Make the path, percent-encoded, for some route parameters.

        Raises:
            InvocationError: a parameter without a value of its own has none, or a value no
                parameter.
        """
        unknown = values.keys() - set(self._names)
        if unknown:
            names = ", ".join(sorted(unknown))
            raise InvocationError(f"route {self.text} has no parameter {names}")
        segments = []
        for parts in self._segments:
            texts = [self._part(part, values) for part in parts]
            if any(texts):
                segments.append("".join(texts))
        return "/" + "/".join(segments)

    def _part(self, part: str | _Parameter, values: Mapping[str, str]) -> str:
        if isinstance(part, str):
            return quote(part)
        value = values.get(part.name, part.default)
        if value is None and not _may_be_absent(part):
            raise InvocationError(f"route {self.text}: there is no value for {part.name!r}")
        return quote(value or "", safe="/" if part.catch_all else "")

    def _values(self, groups: Iterable[str | None]) -> dict[str, str] | None:
        if self._takes_all:
            return dict(zip(self._names, groups))  # type: ignore[arg-type]  # pyright: ignore[reportReturnType]  # noqa: B905 - as many
        # The last parameter has no group where it is left out with the dot before it.
        values = {}
        for (name, _, _, default, checks), group in zip(self._parameters, groups, strict=False):
            value = group or default
            if value is None:
                continue
            for check in checks:
                if not check(value):
                    return None
            values[name] = value
        return values

    def _error(self, cause: str) -> DeclarationError:
        return DeclarationError(
            f"the route template {self.text!r} {cause}",
            "See the documentation of ASP.NET Core's route templates",
        )

    def _parsed(self, text: str) -> _Segments:
        segments: _Segments = [[]] if text else []
        position = 0
        for token in _TOKEN.finditer(text):
            if token.start() != position:
                break
            position = token.end()
            if token["slash"]:
                segments.append([])
            elif token["text"]:
                segments[-1].append(_unescaped(token["text"]))
            else:
                segments[-1].append(self._parameter(_unescaped(token["parameter"])))
        if position != len(text):
            raise self._error(f"has a brace without its other one at {text[position:]!r}")
        for index, parts in enumerate(segments):
            self._check_segment(parts, index == len(segments) - 1)
        return segments

    def _check_segment(self, parts: list[str | _Parameter], is_last: bool) -> None:
        if not parts:
            raise self._error("has an empty segment")
        for index, part in enumerate(parts):
            if not isinstance(part, _Parameter):
                continue
            before = parts[index - 1] if index else None
            if isinstance(before, _Parameter):
                raise self._error("has two parameters without text between them")
            if part.catch_all and (len(parts) > 1 or not is_last):
                raise self._error(f"has {part.name!r}, a catch-all, before its end")
            if part.optional and len(parts) > 1:
                follows_name = len(parts) > 2 and isinstance(parts[-3], _Parameter)
                if part is not parts[-1] or before != "." or not follows_name:
                    raise self._error(
                        f"has {part.name!r}, which is optional but no whole segment and does not "
                        "follow a parameter and a dot at the end"
                    )

    def _parameter(self, text: str) -> _Parameter:
        found = _PARAMETER.fullmatch(text)
        if found is None:
            raise self._error(f"has the parameter {text!r}")
        optional, default = found["optional"] is not None, found["default"]
        if optional and found["stars"]:
            raise self._error(f"has the catch-all {text!r}, which is always optional")
        checks = tuple(self._checks(text, found["constraints"]))
        return _Parameter(found["name"].strip(), bool(found["stars"]), optional, default, checks)

    def _checks(self, parameter: str, text: str) -> Iterable[Check]:
        position = 0
        for found in _CONSTRAINT.finditer(text):
            if found.start() != position:
                break
            position = found.end()
            name, arguments = found["name"].lower(), found["arguments"]
            if name not in CONSTRAINTS:
                known = ", ".join(CONSTRAINTS)
                raise self._error(f"has the unknown constraint {name!r}; there are {known}")
            given = [] if arguments is None else [arguments]
            if given and name != "regex":
                given = [argument.strip() for argument in given[0].split(",")]
            try:
                yield CONSTRAINTS[name](*given)
            except (TypeError, ValueError, re.error):
                raise self._error(f"has wrong arguments in {parameter!r}") from None
        if position != len(text):
            raise self._error(f"has the parameter {parameter!r}")


def _matcher(segments: _Segments) -> Callable[[str], Sequence[str | None] | None]:
    """Make what gives the values of all parameters of a path, or None.

    Each segment with one parameter is part of one regular expression, which has one way to match.
    Where several stand in a segment it would try all combinations, so that these are cut.
    """
    match = re.compile(_expression(segments) + "/?", re.IGNORECASE | re.DOTALL).fullmatch
    several = [
        None if _count(parts) == 1 else _cutter(parts) for parts in segments if _count(parts)
    ]

    def simple(path: str) -> Sequence[str | None] | None:
        found = match(path)
        return None if found is None else found.groups()

    def cutting(path: str) -> Sequence[str | None] | None:
        groups = simple(path)
        if groups is None:
            return None
        values: list[str | None] = []
        for group, cut in zip(groups, several, strict=True):
            pieces = [group] if cut is None or group is None else cut(group)
            if pieces is None:
                return None
            values += pieces
        return values

    return cutting if any(several) else simple


def _count(parts: list[str | _Parameter]) -> int:
    return sum(isinstance(part, _Parameter) for part in parts)


def _cutter(parts: list[str | _Parameter]) -> Callable[[str], list[str] | None]:
    """Make what cuts a segment at the texts between its parameters, from the right as ASP.NET."""
    texts = [part.lower() if isinstance(part, str) else None for part in parts]
    first = texts.pop(0) if texts[0] is not None else ""
    last = texts.pop() if texts[-1] is not None else ""
    between = [text for text in reversed(texts) if text is not None]

    def cut(segment: str) -> list[str] | None:
        folded = segment.lower()
        if len(folded) != len(segment):  # a letter that is two in lower case
            folded = "".join(map(_lower, segment))
        begin, end = len(first or ""), len(segment) - len(last or "")
        if not (folded.startswith(first or "") and folded.endswith(last or "")):
            return None
        pieces = []
        for text in between:  # each parameter has a character or more
            at = folded.rfind(text, begin + 1, max(end - 1, 0))
            if at < 0:
                return None
            pieces.append(segment[at + len(text) : end])
            end = at
        if begin >= end:
            return None
        return [segment[begin:end], *reversed(pieces)]

    return cut


def _lower(letter: str) -> str:
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def _expression(segments: _Segments) -> str:
    first_absent = len(segments)
    while first_absent and all(map(_may_be_absent, segments[first_absent - 1])):
        first_absent -= 1
    pieces = []
    for index, parts in enumerate(segments):
        several = _count(parts) > 1
        piece = "/([^/]+)" if several else "/" + "".join(map(_part_expression, parts))
        pieces.append(f"(?:{piece}" if index >= first_absent else piece)
    return "".join(pieces) + ")?" * (len(segments) - first_absent)


def _part_expression(part: str | _Parameter) -> str:
    if isinstance(part, str):
        return re.escape(part)
    return "(.*)" if part.catch_all else "([^/]+)"


def _may_be_absent(part: str | _Parameter) -> bool:
    return isinstance(part, _Parameter) and (
        part.catch_all or part.optional or part.default is not None
    )


def _unescaped(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _precedence(parts: list[str | _Parameter]) -> int:
    """Rank a segment as ASP.NET's RoutePrecedence does for inbound requests."""
    part = parts[0]
    if len(parts) > 1:
        return 2
    if isinstance(part, str):
        return 1
    return (4 if part.checks else 5) if part.catch_all else (2 if part.checks else 3)


class Route(NamedTuple):
    """An HTTP function.

    Attributes:
        name: the function's name.
        template: its route, prefix included.
        methods: the methods it answers, in upper case; empty for all.
    """

    name: str
    template: Template
    methods: frozenset[str] = frozenset()


Match = tuple["str | None", "dict[str, str]", "tuple[str, ...]"]
"""What a request reaches: the function, None when none answers; the route parameters; and, without
a function, the methods that the path's functions answer."""


class Router:
    """The HTTP functions of an app.

    Args:
        routes: the functions; of equally specific ones the first is taken.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        ordered = sorted(routes, key=lambda route: route.template.precedence)
        self._routes = [(route.template.match, route.methods, route.name) for route in ordered]

    def find(self, method: str, path: str) -> Match:
        """Find the function for a request.

        Args:
            method: the method, in upper case.
            path: the URL's path, percent-encoded.
        """
        if "%" in path:
            # An encoded slash separates nothing: the host leaves it encoded.
            path = unquote(re.sub("%2f", "%252F", path, flags=re.IGNORECASE))
        allowed: frozenset[str] = frozenset()
        for match, methods, name in self._routes:
            params = match(path)
            if params is None:
                continue
            if not methods or method in methods:
                return name, params, ()
            allowed |= methods
        return None, {}, tuple(sorted(allowed))
