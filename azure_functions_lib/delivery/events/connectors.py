"""Events of connected services."""

from __future__ import annotations

from typing import Any

from ...wire.datum import Datum
from ..recorded import RecordedPayload
from .common import json_datum


def connector(event: Any = ...) -> RecordedPayload:
    """Make an event of a connected service.

    Args:
        event: the event, a value that is sent as JSON.
    """
    body = {"body": {"id": "1", "subject": "subject"}} if event is ... else event
    data = Datum(body, "string") if isinstance(body, str) else json_datum(body)
    return RecordedPayload(data, event="connector")
