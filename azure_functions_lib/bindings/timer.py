"""Timers: a function that runs by schedule."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidPayloadError, preview
from ..wire.codec import Codec
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.fields import Record, field
from ..wire.scalars import mapping, parse_json

__all__ = ["TimerRequest"]


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


class TimerRequest(Record, binding="timerTrigger"):
    """The reason why a timer function runs.

    Args:
        past_due: whether the run is late, because the app was not running at the due time.
        schedule_status: the host's record of the schedule: ``Last``, ``Next`` and ``LastUpdated``
            as ISO 8601 text; empty when the schedule is not monitored.
        schedule: the schedule's own properties, such as ``AdjustForDST``.
    """

    past_due: bool = field("IsPastDue", _flag, default=False, shown=True)
    schedule_status: dict[str, Any] = field("ScheduleStatus", mapping, default=dict)
    schedule: dict[str, Any] = field("Schedule", mapping, default=dict)


class TimerTriggerCodec(Codec):
    """The timer that triggers a function."""

    binding = "timerTrigger"
    accepts = (TimerRequest,)
    takes = "a payload of type 'json'"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> TimerRequest:
        """Make the request from the host's JSON object."""
        if data is None or data.type != "json":
            raise cls.unsupported_payload(data)
        try:
            return TimerRequest._from_source(mapping(parse_json(data.value)))
        except ValueError:
            raise InvalidPayloadError.of(
                cls.binding, "body", came=preview(data.value), expected="a JSON object"
            ) from None
