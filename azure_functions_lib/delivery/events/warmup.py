"""The occasion of a warm-up."""

from __future__ import annotations

from ..recorded import RecordedPayload
from .common import json_datum


def warmup() -> RecordedPayload:
    """Make the occasion of a warm-up."""
    return RecordedPayload(json_datum({}), event="warmup")
