"""Form bodies: fields and uploaded files of a request."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from ..errors import InvalidPayloadError
from .content import known_charset, media_type

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["FORM_TYPE", "MAX_PARTS", "Form", "FormValues", "UploadedFile", "parse_form"]

T = TypeVar("T")
D = TypeVar("D")
V = TypeVar("V")

FORM_TYPE = "application/x-www-form-urlencoded"
"""The media type of a form without files."""

MAX_PARTS = 10_000
"""How many fields and files a form may have unless the caller says otherwise."""


class FormValues(Mapping[str, T], Generic[T]):
    """Values of a form by name, read-only; a name may have several.

    Looking a name up gives its first value, :meth:`getlist` all. Iterating gives each name once.
    """

    __slots__ = ("_lists",)

    def __init__(self, pairs: Iterable[tuple[str, T]] = ()) -> None:
        self._lists: dict[str, list[T]] = {}
        for name, value in pairs:
            self._lists.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> T:
        return self._lists[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    @overload
    def get(self, name: str, /) -> T | None: ...
    @overload
    def get(self, name: str, /, default: T | D) -> T | D: ...
    @overload
    def get(self, name: str, default: D = ..., *, type: Callable[[T], V]) -> V | D: ...
    def get(self, name: str, default: Any = None, type: Callable[[Any], Any] | None = None) -> Any:
        """Give the first value of a name.

        Args:
            name: the name.
            default: what is given when the name is not there, or its value does not convert.
            type: converts the value, and raises ValueError or TypeError for one that it cannot.
        """
        values = self._lists.get(name)
        if values is None or type is None:
            return values[0] if values else default
        try:
            return type(values[0])
        except (TypeError, ValueError):
            return default

    @overload
    def getlist(self, name: str) -> list[T]: ...
    @overload
    def getlist(self, name: str, type: Callable[[T], V]) -> list[V]: ...
    def getlist(self, name: str, type: Callable[[Any], Any] | None = None) -> list[Any]:
        """List all values of a name, none for a name that is not there.

        Args:
            name: the name.
            type: converts the values; those for which it raises ValueError or TypeError are left
                out.
        """
        values = []
        for value in self._lists.get(name, ()):
            try:
                values.append(type(value) if type else value)
            except (TypeError, ValueError):
                continue
        return values

    def items(self, multi: bool = False) -> ItemsView[str, T]:
        """Give each name with its first value, or with ``multi`` every name and value."""
        return _AllItems(self) if multi else super().items()

    def lists(self) -> Iterator[tuple[str, list[T]]]:
        """Give each name with the list of its values."""
        return ((name, list(values)) for name, values in self._lists.items())

    def to_dict(self, flat: bool = True) -> dict[str, Any]:
        """Give a dict of the first values, or of the lists of all values."""
        return dict(self) if flat else dict(self.lists())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.items(multi=True))!r})"


class _AllItems(ItemsView[str, T]):
    """Every name and value; a name that has several comes several times."""

    _mapping: FormValues[T]

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return ((name, value) for name, values in self._mapping.lists() for value in values)

    def __contains__(self, item: object) -> bool:
        return item in list(self)

    def __len__(self) -> int:
        return sum(len(values) for _, values in self._mapping.lists())


class UploadedFile(io.BytesIO):
    """A file of a form: a seekable binary stream over its content. False without a file name.

    Attributes:
        name: the name of the form's field.
        filename: the file's name as the client gave it: not to be trusted as a path; empty when
            a browser's file field was left empty.
        headers: the headers of the file's part, names in title case.
    """

    def __init__(
        self, content: bytes, *, name: str, filename: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(content)
        self.name = name
        self.filename = filename
        self.headers = headers

    @property
    def content_type(self) -> str | None:
        """The content type that the client declared, None if it declared none."""
        return self.headers.get("Content-Type")

    @property
    def mimetype(self) -> str:
        """The media type that the client declared, in lower case, without parameters."""
        return media_type(self.content_type)[0]

    @property
    def stream(self) -> BinaryIO:
        """The stream itself."""
        return self

    def save(self, destination: str | os.PathLike[str] | BinaryIO) -> None:
        """Write the rest of the file to a path or into a binary file."""
        from shutil import copyfileobj

        if isinstance(destination, (str, os.PathLike)):
            with open(destination, "wb") as target:  # noqa: PTH123 - pathlib is slow to import
                copyfileobj(self, target)
        else:
            copyfileobj(self, destination)

    def __bool__(self) -> bool:
        return bool(self.filename)

    def __repr__(self) -> str:
        return f"<UploadedFile {self.filename!r} ({self.content_type})>"


class Form(NamedTuple):
    """A form: its fields, and its files."""

    fields: FormValues[str]
    files: FormValues[UploadedFile]


def parse_form(
    body: bytes, content_type: str | None, *, max_parts: int, max_size: int | None
) -> Form:
    """Read a form body; empty for any content type that is not a form's.

    Raises:
        InvalidPayloadError: the body is not what its content type says, or is beyond a limit (a
            ValueError).
    """
    kind, options = media_type(content_type)
    boundary = options.get("boundary")
    if kind == FORM_TYPE:
        parts = _urlencoded
    elif kind == "multipart/form-data" and boundary and body:
        parts = _multipart
    else:
        return Form(FormValues(), FormValues())
    if max_size is not None and len(body) > max_size:
        raise _bad_form(f"{len(body)} bytes", f"at most {max_size} bytes (max_size)")
    return parts(body, options, max_parts)


def _bad_form(came: str, expected: str) -> InvalidPayloadError:
    return InvalidPayloadError.of("httpTrigger", "form", came=came, expected=expected)


def _too_many(max_parts: int) -> InvalidPayloadError:
    return InvalidPayloadError.of(
        "httpTrigger",
        "form",
        came="more fields and files than that",
        expected=f"at most {max_parts} (max_parts)",
        remedy="For larger forms call request.parse_form(max_parts=...) first",
    )


def _urlencoded(body: bytes, options: dict[str, str], max_parts: int) -> Form:
    from urllib.parse import unquote_plus

    charset = known_charset(options.get("charset"))
    text = body.decode(charset, "replace")
    if text.count("&") >= max_parts:
        raise _too_many(max_parts)

    def plain(quoted: str) -> str:
        if "%" in quoted or "+" in quoted:
            return unquote_plus(quoted, charset, "replace")
        return quoted

    fields = (part.partition("=") for part in text.split("&") if part)
    return Form(FormValues((plain(name), plain(value)) for name, _, value in fields), FormValues())


def _multipart(body: bytes, options: dict[str, str], max_parts: int) -> Form:
    import multipart as module  # type: ignore[import-untyped]

    multipart: Any = module  # it has no types

    fields: list[tuple[str, str]] = []
    files: list[tuple[str, UploadedFile]] = []
    charset = known_charset(options.get("charset"))
    extended = b"*=" in body
    segment: Any = None
    content = b""
    try:
        parser = multipart.PushMultipartParser(options["boundary"], max_segment_count=max_parts)
        with parser:
            # The whole body is one chunk, so a part's content is one event, or none if empty.
            for event in parser.parse(body):
                if isinstance(event, (bytes, bytearray)):
                    content += event
                elif event is not None:
                    segment = event
                    content = b""
                else:
                    name, filename = segment.name, segment.filename
                    if extended:
                        name, filename = _extended_names(segment)
                    if filename is None:
                        own = segment.charset
                        text = content.decode(known_charset(own) if own else charset, "replace")
                        fields.append((name, text))
                    else:
                        headers = dict(segment.headerlist)
                        file = UploadedFile(content, name=name, filename=filename, headers=headers)
                        files.append((name, file))
    except multipart.ParserLimitReached as error:
        if "segment count" in str(error):
            raise _too_many(max_parts) from error
        raise _bad_form(f"a part beyond a limit ({error})", "parts with short headers") from error
    except ValueError as error:
        raise _bad_form(f"a body that cannot be read ({error})", "multipart/form-data") from error
    return Form(FormValues(fields), FormValues(files))


def _extended_names(segment: Any) -> tuple[str, str | None]:
    """Give the names of a part whose sender wrote them by RFC 5987, as urllib3 1.x does."""
    import re
    from urllib.parse import unquote

    name, filename = segment.name, segment.filename
    for key, charset, quoted in re.findall(
        r";\s*(name|filename)\*\s*=\s*([\w-]*)'[^']*'([^;\s]*)",
        segment["Content-Disposition"],
        re.IGNORECASE,
    ):
        text = unquote(quoted, known_charset(charset))
        if key.lower() == "name":
            name = text
        else:
            filename = text
    return name, filename
