"""The occasions of timers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..recorded import RecordedPayload
from .common import json_datum

if TYPE_CHECKING:
    from ...bindings.timer import TimerRequest


def timer(
    request: TimerRequest | None = None,
    *,
    past_due: bool | None = None,
    schedule_status: Mapping[str, Any] | None = None,
    schedule: Mapping[str, Any] | None = None,
) -> RecordedPayload:
    """Make the occasion of a timer.

    Args:
        request: one with all fields.
        past_due: whether the run is late.
        schedule_status: the host's record of the schedule.
        schedule: the schedule's properties.
    """
    if request is not None:
        past_due = request.past_due if past_due is None else past_due
        schedule_status = schedule_status or request.schedule_status
        schedule = schedule or request.schedule
    status = {
        "Last": "2024-05-06T07:05:00.0021+00:00",
        "Next": "2024-05-06T07:10:00+00:00",
        "LastUpdated": "2024-05-06T07:05:00.0021+00:00",
    }
    document = {
        "Schedule": dict(schedule or {"AdjustForDST": True}),
        "ScheduleStatus": dict(schedule_status or status),
        "IsPastDue": bool(past_due),
    }
    return RecordedPayload(json_datum(document), event="timer")
