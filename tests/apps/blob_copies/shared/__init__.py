from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import azure.functions as func


def describe(blob: func.InputStream) -> str:
    first = blob.read(2)
    return f"{blob.name} {blob.uri} {blob.length} {first!r} {blob.read()!r} {blob.metadata}"
