"""The note that a running host leaves in ``.azfl`` of its app, for commands that talk to it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .storage import make_state_folder, state_file

__all__ = ["announced", "running_url"]

_NAME = "host.json"


def _note(app: Path) -> Path:
    return state_file(app).with_name(_NAME)


@contextmanager
def announced(app: Path, url: str) -> Iterator[None]:
    """Tell other commands where the app is served, for the time of a ``with`` block.

    The note holds no secret. A folder that cannot be written to goes without it.

    Args:
        app: the app's folder.
        url: scheme and host of its URLs.
    """
    note, content = _note(app), json.dumps({"url": url, "pid": os.getpid()})
    with suppress(OSError):
        make_state_folder(state_file(app))
        note.write_text(content)
    try:
        yield
    finally:
        with suppress(OSError):
            if note.read_text() == content:  # not that of a host that was started later
                note.unlink()


def running_url(app: Path) -> str | None:
    """Give the URL at which an app is served, or was when its host was killed; None for neither."""
    try:
        url = json.loads(_note(app).read_bytes())["url"]
    except (KeyError, OSError, TypeError, ValueError):
        return None
    return url if isinstance(url, str) else None
