"""Payloads as the host sends them: one builder for each trigger.

Every builder fills in what the host always sends, with fixed values; what a test does not give, it
should not depend on. The result is what ``client.invoke`` takes, what :func:`dump` writes and
:func:`load` reads, and what ``azfl invoke --payload`` takes. A body may be text, bytes, or a value
that is sent as JSON.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..delivery import events
from ..delivery.events import *  # noqa: F403 - all builders, where tests look for them
from ..delivery.recorded import RecordedPayload, dumps, loads

__all__ = ["RecordedPayload", "dump", "load"]
__all__ += events.__all__


def load(path: str | os.PathLike[str]) -> RecordedPayload:
    """Read a recorded payload from a file.

    Raises:
        InvalidPayloadError: the file holds none (a ValueError).
        OSError: the file cannot be read.
    """
    return loads(Path(path).read_bytes())


def dump(payload: RecordedPayload, path: str | os.PathLike[str]) -> None:
    """Write a payload to a file, for :func:`load` and for ``azfl invoke --payload``.

    Raises:
        OSError: the file cannot be written.
    """
    Path(path).write_text(dumps(payload) + "\n", encoding="utf-8")
