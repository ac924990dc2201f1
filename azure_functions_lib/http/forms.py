"""Form bodies: fields and uploaded files of a request."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload
from urllib.parse import unquote_to_bytes

from ..errors import InvalidPayloadError, NameTakenError
from .content import known_charset, media_type, unquoted
from .limits import beyond, http_limits

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["FORM_TYPE", "Form", "FormValues", "UploadedFile", "parse_form"]

T = TypeVar("T")
D = TypeVar("D")
V = TypeVar("V")

FORM_TYPE = "application/x-www-form-urlencoded"
"""The media type of a form without files."""


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
    body: bytes, content_type: str | None, *, max_parts: int | None, max_size: int | None
) -> Form:
    """Read a form body; empty for any content type that is not a form's.

    Raises:
        InvalidPayloadError: the body is not what its content type says, or is beyond a limit (a
            ValueError).
        NameTakenError: the package ``multipart`` is hidden by an old python-multipart.
    """
    kind, options = media_type(content_type)
    if kind == FORM_TYPE:
        parts = _urlencoded
    elif kind == "multipart/form-data" and body:
        parts = _multipart
    else:
        return Form(FormValues(), FormValues())
    if max_size is not None and len(body) > max_size:
        raise _too_large(len(body), max_size)
    most = http_limits.form_parts if max_parts is None else max_parts
    return parts(body, options, most, http_limits.form_size if max_size is None else max_size)


def _bad_form(came: str, expected: str) -> InvalidPayloadError:
    return InvalidPayloadError.of("httpTrigger", "form", came=came, expected=expected)


def _too_many(came: str, most: int) -> InvalidPayloadError:
    unit = "fields and files"
    return beyond("form_parts", "form", came, unit, most=most, argument="max_parts")


def _too_large(size: int, most: int) -> InvalidPayloadError:
    return beyond("form_size", "form", f"{size} bytes", "bytes", most=most, argument="max_size")


def _check_field(size: int) -> None:
    if size > http_limits.field_size:
        raise beyond("field_size", "form", f"a field of {size} bytes", "bytes")


def _urlencoded(body: bytes, options: dict[str, str], max_parts: int, max_size: int) -> Form:
    if len(body) > max_size:
        raise _too_large(len(body), max_size)
    separators = body.count(b"&")
    if separators >= max_parts:
        raise _too_many(str(separators + 1), max_parts)
    charset = known_charset(options.get("charset"))
    parts = body.split(b"&")
    _check_field(max(map(len, parts)))
    fields = []
    for part in parts:
        if b"%" in part:
            quoted, _, content = part.replace(b"+", b" ").partition(b"=")
            name, value = (_unquoted(text).decode(charset, "replace") for text in (quoted, content))
        elif part:
            name, _, value = part.decode(charset, "replace").replace("+", " ").partition("=")
        else:
            continue
        fields.append((name, value))
    return Form(FormValues(fields), FormValues())


_CHUNK = 16_384


def _unquoted(quoted: bytes) -> bytes:
    """Decode the escapes of a text, chunk by chunk: of each, urllib makes an object of 40 bytes."""
    chunks = []
    start = 0
    while start < len(quoted):
        end = start + _CHUNK
        escape = quoted.rfind(b"%", end - 2, end)  # one that would be cut in two
        if escape >= 0:
            end = escape
        chunks.append(unquote_to_bytes(quoted[start:end]))
        start = end
    return b"".join(chunks)


def _multipart(body: bytes, options: dict[str, str], max_parts: int, max_size: int) -> Form:
    multipart = _multipart_module()
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, UploadedFile]] = []
    charset = known_charset(options.get("charset"))
    extended = b"*" in body
    boundary = options.get("boundary")
    if not boundary:
        raise _bad_form("a content-type without boundary", "multipart/form-data; boundary=...")
    segment: Any = None
    content = b""
    size = 0
    try:
        parser = multipart.PushMultipartParser(boundary, max_segment_count=max_parts)
        with parser:
            # The whole body is one chunk, so a part's content is one event, or none if empty.
            for event in parser.parse(_without_padding(body, boundary.encode())):
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
                        _check_field(len(content))
                        size += len(content)
                        if size > max_size:
                            raise _too_large(size, max_size)
                        own = segment.charset
                        text = content.decode(known_charset(own) if own else charset, "replace")
                        fields.append((name, text))
                    else:
                        headers = dict(segment.headerlist)
                        file = UploadedFile(content, name=name, filename=filename, headers=headers)
                        files.append((name, file))
                        if len(files) > http_limits.form_files:
                            raise beyond("form_files", "form", "more files than that", "files")
    except InvalidPayloadError:
        raise
    except multipart.ParserLimitReached as error:
        if "segment count" in str(error):
            raise _too_many("more than that", max_parts) from error
        raise _bad_form(f"a part beyond a limit ({error})", "parts with short headers") from error
    except ValueError as error:
        raise _bad_form(f"a body that cannot be read ({error})", "multipart/form-data") from error
    return Form(FormValues(fields), FormValues(files))


def _multipart_module() -> Any:
    import multipart  # type: ignore[import-untyped]

    if not hasattr(multipart, "PushMultipartParser"):
        raise NameTakenError(
            "httpTrigger: form: the module 'multipart' is that of python-multipart 0.0.12 or "
            "older, which hides the package multipart; expected multipart 1.2 or newer. Install "
            "python-multipart 0.0.13 or newer, or remove it"
        )
    return multipart


def _without_padding(body: bytes, boundary: bytes) -> bytes:
    """Take off the spaces that a transport may add to a line with a boundary (RFC 2046 5.1.1)."""
    line = b"--" + boundary
    if line + b" " not in body and line + b"\t" not in body:
        return body
    return re.sub(rb"(\A|\r\n)(" + re.escape(line) + rb")[ \t]+(?=\r\n)", rb"\1\2", body)


_PARAMETER = re.compile(
    r';\s*([^\s=;"*]+)(?:\*(\d{1,4}))?(\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)\s*', re.DOTALL
)
_CHARSET = re.compile(r"([\w-]*)'[^']*'")  # and the language


def _extended_names(segment: Any) -> tuple[str, str | None]:
    """Give the names of a part whose sender wrote them by RFC 5987 or in parts by RFC 2231 3.

    Some clients write ``filename*=utf-8''%e2%82%ac.txt``, or ``filename*0*=``, ``filename*1=``
    and so on. What a quoted value holds is text (RFC 9110 5.6.4), whatever it looks like.
    """
    header = segment["Content-Disposition"]
    whole: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    position = header.find(";")
    while position >= 0 and (found := _PARAMETER.match(header, position)):
        position = found.end()
        name, section, encoded, value = found.groups()
        if section:
            numbered = sections.setdefault(name.lower(), {})
            numbered.setdefault(int(section), (bool(encoded), value))
        elif encoded:
            whole.setdefault(name.lower(), value)
    for name, value in whole.items():  # RFC 6266 4.3 prefers it
        sections[name] = {0: (True, value)}
    texts = {name: _joined(numbered) for name, numbered in sections.items()}
    name, filename = texts.get("name"), texts.get("filename")
    return (
        segment.name if name is None else name,
        segment.filename if filename is None else filename,
    )


def _joined(sections: dict[int, tuple[bool, str]]) -> str | None:
    """Join the sections of a parameter; None if the first is missing or has no charset."""
    charset = "utf-8"
    octets: list[bytes] = []
    while (number := len(octets)) in sections:
        encoded, value = sections[number]
        if encoded and number == 0:
            found = _CHARSET.match(value)
            if not found:
                return None
            charset, value = known_charset(found[1]), value[found.end() :]
        if encoded:
            octets.append(unquote_to_bytes(value))
        else:
            octets.append(unquoted(value).encode(charset, "replace"))
    return b"".join(octets).decode(charset, "replace") if octets else None
