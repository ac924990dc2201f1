"""What reprs and errors leave out: access keys, signatures and credentials."""

from __future__ import annotations

import re

from ..errors import preview

__all__ = ["hide_in_url", "is_secret_header", "safe_preview", "shown_header"]

# Of a query: the Functions host's access key, the signature of a shared access signature (SAS),
# and what other services call a credential.
_SECRET_PARAMETER = re.compile(
    r"\A(?:code|sig|key)\Z|token|secret|passw|signature|[-_]key|(?:api|access|account|system)key"
)
_SECRET_HEADER = re.compile(r"auth|cookie|key|token|secret|passw|signature|principal|cert")
_NAME = re.compile(r"([^?&;#=/\s'\"]+)=")  # some servers take ";" for "&"
_END_OF_VALUE = re.compile(r"[&#]|\Z")
_USER = re.compile(r"//[^/?#@\s]*@")


def hide_in_url(text: str) -> str:
    """Give a URL, or text that holds one, with ``...`` for each secret of its query.

    A parameter's name is known in any letter case and however it is percent-encoded, as the host
    reads it.
    """
    if "=" not in text and "@" not in text:
        return text
    from urllib.parse import unquote_plus

    parts = []
    position = 0
    for found in _NAME.finditer(text):
        if found.start() < position:  # inside of a value that is hidden
            continue
        if _SECRET_PARAMETER.search(unquote_plus(found[1]).strip().lower()):
            end = _END_OF_VALUE.search(text, found.end())
            assert end is not None
            parts += [text[position : found.end()], "..."]
            position = end.start()
    parts.append(text[position:])
    return _USER.sub("//...@", "".join(parts))


def is_secret_header(name: str) -> bool:
    """Whether the header of a name may hold a credential, as Authorization and Cookie do."""
    return _SECRET_HEADER.search(name.lower()) is not None


def shown_header(name: str, value: str) -> str:
    """Give a header's value as a repr may show it."""
    return "..." if is_secret_header(name) else hide_in_url(value)


def safe_preview(value: object) -> str:
    """Show what came as :func:`preview` does, without the secrets of a URL."""
    return hide_in_url(preview(value))
