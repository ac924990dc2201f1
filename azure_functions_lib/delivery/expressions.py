"""Binding expressions: ``%SETTING%``, ``{name}``, ``{a.b}``, ``{rand-guid}``, ``{DateTime:o}``.

And the other way round: what the captures in a blob trigger's path hold for a blob's name. The
grammar is that of the host's ``BindingTemplate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from ..bindings import binding_type
from ..errors import DeclarationError, InvocationError, preview
from ..wire.datum import python_value
from ..wire.jsontext import parse_json
from ..wire.scalars import timestamp
from .dotnet import format_guid, format_time, property_text

if TYPE_CHECKING:
    from ..wire.datum import DatumLike, TriggerMetadata
    from ..wire.declaration import Binding

__all__ = ["BindingData", "BlobPattern", "Template", "resolve_settings"]

_DEFAULT_TIME_FORMAT = "yyyy-MM-ddTHH-mm-ssK"
_TOKEN = re.compile(r"\{\{|\}\}|\{[^}]*\}|[{}]|[^{}]+")
_PART_OF_NAME = re.compile(r"[\w-]+")
_RAND_GUID, _DATETIME, _SYS = "rand-guid", "datetime", "sys"
_KEY = "code"


# -- %SETTING%


def resolve_settings(text: str, settings: Mapping[str, str], *, where: str = "value") -> str:
    """Put the values of application settings in place of ``%NAME%``.

    Names are looked up in any letter case; ``A:B`` and ``A__B`` are the same setting.

    Args:
        text: what a binding says.
        settings: the application settings.
        where: what to call it in an error, such as ``"queueTrigger: queueName"``.

    Raises:
        DeclarationError: there is no such setting, or a ``%`` has no partner.
    """
    if "%" not in text:
        return text
    *parts, last = text.split("%")
    if len(parts) % 2:
        position = text.rindex("%")
        raise DeclarationError(
            f"{where}: {text!r} has a '%' at position {position} without a closing '%'. Write "
            "%NAME%; a '%' itself cannot be written"
        )
    resolved = []
    for literal, name in zip(parts[::2], parts[1::2], strict=True):
        value = _setting(settings, name)
        if value is None:
            raise DeclarationError(
                f"{where}: %{name}% in {text!r} does not resolve to a value. Give the application "
                f"setting {name!r}, locally in local.settings.json"
            )
        resolved += [literal, value]
    return "".join([*resolved, last])


def _setting(settings: Mapping[str, str], name: str) -> str | None:
    if name in settings:
        return settings[name]
    wanted = _plain_setting_name(name)
    found = (value for each, value in settings.items() if _plain_setting_name(each) == wanted)
    return next(found, None)


def _plain_setting_name(name: str) -> str:
    return name.replace("__", ":").lower()


# -- {expression}


@dataclass(frozen=True)
class Expression:
    """What stands between two braces.

    Attributes:
        path: the names between the dots.
        format: what follows the colon; None without one.
    """

    path: tuple[str, ...]
    format: str | None = None

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class Template:
    """A text with expressions.

    Attributes:
        text: as it was written.
        parts: literal texts and expressions, in order.
    """

    text: str
    parts: tuple[str | Expression, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a text with expressions; ``{{`` and ``}}`` are braces themselves.

        Raises:
            DeclarationError: a brace has no partner, or an expression is none.
        """
        return cls(text, tuple(_parts(text)))

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions, in order."""
        return tuple(part for part in self.parts if isinstance(part, Expression))

    def fill(self, data: BindingData) -> str:
        """Put values in place of the expressions.

        Raises:
            InvocationError: the data has no such value, or none that is text.
        """
        return "".join(
            part if isinstance(part, str) else self._evaluated(part, data) for part in self.parts
        )

    def _evaluated(self, expression: Expression, data: BindingData) -> str:
        try:
            return _text(data.value(expression), expression.format)
        except LookupError as error:
            known = ", ".join(sorted(data.values)) or "nothing"
            cause = f"{error.args[0]}. The trigger gives: {known}"
        except ValueError as error:
            cause = str(error)
        raise InvocationError(f"{self.text!r}: {{{expression}}}: {cause}")


def _parts(text: str) -> Iterator[str | Expression]:
    literal = ""
    for token in _TOKEN.finditer(text):
        content = token[0]
        if content in ("{{", "}}"):
            literal += content[0]
        elif content == "{":
            raise _invalid(text, f"the '{{' at position {token.start()} has no closing '}}'")
        elif content == "}":
            raise _invalid(text, f"the '}}' at position {token.start()} has no opening '{{'")
        elif content[0] == "{":
            if literal:
                yield literal
                literal = ""
            yield _expression(text, token.start(), content[1:-1])
        else:
            literal += content
    if literal:
        yield literal


def _expression(text: str, position: int, content: str) -> Expression:
    name, colon, pattern = content.partition(":")
    path = tuple(name.split("."))
    if not all(_PART_OF_NAME.fullmatch(part) for part in path) or (
        "-" in path[0] and name.lower() != _RAND_GUID
    ):
        raise _invalid(
            text,
            f"'{{{content}}}' at position {position} is no expression: a name has letters, digits "
            "and '_', and dots between its parts",
        )
    return Expression(path, pattern if colon else None)


def _invalid(text: str, cause: str) -> DeclarationError:
    return DeclarationError(
        f"{text!r}: {cause}. Write {{name}} for a value of the trigger, {{{{ and }}}} for braces"
    )


def _text(value: Any, pattern: str | None) -> str:
    if isinstance(value, datetime):
        return format_time(value, pattern or _DEFAULT_TIME_FORMAT)
    if isinstance(value, UUID):
        return format_guid(value, pattern or "D")
    if pattern is not None:
        raise ValueError(f"got {preview(value)}; expected a time or an id, which have formats")
    if isinstance(value, (str, int, float)):  # True is a number too, and "True" as in .NET
        return str(value)
    raise ValueError(f"got {preview(value)}; expected a text, a number or a time")


@dataclass(frozen=True)
class BindingData:
    """What the expressions of an invocation's bindings can name.

    Attributes:
        function_name: the function.
        now: the time, aware, in UTC.
        values: the trigger's values by name, which is looked up in any letter case.
    """

    function_name: str
    now: datetime
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        function_name: str,
        now: datetime,
        data: DatumLike | None,
        metadata: TriggerMetadata,
        trigger: Binding | None = None,
    ) -> BindingData:
        """Collect the values that a trigger's payload and metadata give.

        The members of a JSON object that comes as text override the metadata, apart from arrays
        and nulls; bytes, such as a blob's content, give none. Of an HTTP request it is the body's
        members, then the query, of several values of a name the last, then the route; ``Query`` and
        ``Headers`` hold all of them. An access key in the query has no name.

        Args:
            function_name: the function.
            now: the time, aware, in UTC.
            data: the payload.
            metadata: the trigger metadata.
            trigger: the trigger, whose type may have further names for members of its payload.
        """
        values = {name: _metadata_value(datum) for name, datum in metadata.items() if name != _SYS}
        if data is not None and data.type == "http":
            request = data.value
            query, route, headers = (
                {name: item.value for name, item in (request.get(part) or {}).items()}
                for part in ("query", "params", "headers")
            )
            body, url = request.get("body"), request.get("url")
            values.update(_members(None if body is None else body.value))
            values.update(_last_values("" if url is None else url.value))
            values.update({**route, "Query": query, "Headers": headers})
        elif data is not None and data.type in ("string", "json"):
            members = _members(data.value)
            for name, value in members.items():
                values[name] = value if isinstance(value, dict) else property_text(value)
            names = () if trigger is None else _names(trigger)
            values.update({name: members.get(key) if key else members for name, key in names})
        return cls(function_name, now, values)

    def value(self, expression: Expression) -> Any:
        """Find what an expression names.

        Raises:
            LookupError: there is no such value; the argument says what is missing.
        """
        first, *others = expression.path
        value = _member(self.values, first)
        if value is None:
            value = self._built_in(first.lower())
        if value is None:
            raise LookupError(f"there is no value {first!r}")
        for name in others:
            value = _member(value, name) if isinstance(value, Mapping) else None
            if value is None:
                raise LookupError(f"there is no property {name!r}")
        return value

    def _built_in(self, name: str) -> Any:
        if name == _RAND_GUID:
            return uuid4()
        if name == _DATETIME:
            return self.now
        if name == _SYS:
            return {"methodname": self.function_name, "utcnow": self.now, "randguid": uuid4()}
        return None


def _member(values: Mapping[str, Any], name: str) -> Any:
    if name in values:
        return values[name]
    wanted = name.lower()
    return next((value for each, value in values.items() if each.lower() == wanted), None)


def _members(text: Any) -> dict[str, Any]:
    """The members of a JSON object; nothing of anything else."""
    try:
        parsed = parse_json(text) if isinstance(text, (str, bytes)) else None
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {
        name: value
        for name, value in parsed.items()
        if value is not None and not isinstance(value, list)
    }


def _names(trigger: Binding) -> Iterable[tuple[str, str]]:
    """Further names of a trigger's payload and its members, if its type has some."""
    members = binding_type(trigger.type).members
    return (*members, (trigger.name, "")) if members else ()


def _last_values(url: str) -> dict[str, str]:
    """The parameters of a URL's query, without the one that holds an access key."""
    query = url.partition("?")[2]
    if not query:
        return {}

    return {name: value for name, value in parse_qsl(query) if name.lower() != _KEY}


def _metadata_value(datum: DatumLike | None) -> Any:
    try:
        value = python_value(datum)
    except ValueError:
        return None
    if datum is not None and datum.type == "json" and isinstance(value, str):
        # What is no text travels as JSON: a time, or an id.
        try:
            return timestamp(value) or value
        except ValueError:
            return value
    return value


# -- The names of blobs


@dataclass(frozen=True)
class BlobPattern:
    """Which blobs a path means, such as ``"images/{name}.{ext}"``.

    Attributes:
        container: the container.
        captures: the names of the captures, in order.
        literals: what stands before, between and after them; None means every blob.
    """

    container: str
    captures: tuple[str, ...]
    literals: tuple[str, ...] | None

    @classmethod
    def parse(cls, path: str) -> BlobPattern:
        """Read the path of a blob trigger.

        Raises:
            DeclarationError: the container holds an expression, or a capture is no plain name.
        """
        container, _, name = path.partition("/")
        if "{" in container or not container:
            raise DeclarationError(
                f"{path!r}: the container of a trigger is a name without {{expressions}}. Write "
                "container/{name}"
            )
        if not name:
            return cls(container, (), None)
        captures, literals = [], [""]
        for part in Template.parse(name).parts:
            if isinstance(part, str):
                literals[-1] += part
            elif len(part.path) > 1 or part.format is not None or "-" in str(part):
                raise DeclarationError(
                    f"{path!r}: {{{part}}} cannot be a part of a blob's name. Write a plain name, "
                    "such as {name}"
                )
            else:
                captures.append(str(part))
                literals.append("")
        return cls(container, tuple(captures), tuple(literals))

    @property
    def example(self) -> str:
        """A path that fits: each capture holds its own name."""
        if self.literals is None:
            return f"{self.container}/blob"
        first, *others = self.literals
        captured = (f"{name}{rest}" for name, rest in zip(self.captures, others, strict=True))
        return f"{self.container}/{first}{''.join(captured)}"

    def match(self, name: str) -> dict[str, str] | None:
        """Give what the captures hold for a blob's name; None if it does not fit.

        As in a regular expression with a greedy ``.*`` for each capture, the first holds as much
        as it can, then the second, and so on. Letter case counts.
        """
        if self.literals is None:
            return {}
        if not self.captures:
            return {} if name == "".join(self.literals) else None
        first, *others = self.captures
        prefix, *between, suffix = self.literals
        end = len(name) - len(suffix)
        if not (name.startswith(prefix) and name.endswith(suffix) and len(prefix) <= end):
            return None
        # Each literal as far right as it can be leaves most for the captures before it, so that
        # one way from the right is enough, without trying anything twice.
        rest, found = name[len(prefix) : end], {}
        for capture, literal in zip(reversed(others), reversed(between), strict=True):
            start = rest.rfind(literal)
            if start < 0:
                return None
            found[capture] = rest[start + len(literal) :]
            rest = rest[:start]
        found[first] = rest
        return {capture: found[capture] for capture in self.captures}
