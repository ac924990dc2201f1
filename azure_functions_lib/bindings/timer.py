"""Timers: a function that runs by schedule."""

from __future__ import annotations

from typing import Any

from ..enums import DataType
from ..errors import InvalidPayloadError, preview
from ..wire.codec import Codec
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import Trigger
from ..wire.fields import Record, field
from ..wire.jsontext import parse_json
from ..wire.scalars import mapping

__all__ = ["TimerRequest"]


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


class TimerRequest(Record, binding="timerTrigger"):
    """The reason why a timer function runs.

    Each attribute below is also a keyword argument of the constructor.
    """

    past_due: bool = field("IsPastDue", _flag, default=False, shown=True)
    """Whether the run is late, because the app was not running at the due time."""
    schedule_status: dict[str, Any] = field("ScheduleStatus", mapping, default=dict)
    """The host's record of the schedule: ``Last``, ``Next`` and ``LastUpdated`` as ISO 8601
    text; empty when the schedule is not monitored.
    """
    schedule: dict[str, Any] = field("Schedule", mapping, default=dict)
    """The schedule's own properties, such as ``AdjustForDST``."""


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
        if getattr(data, "type", None) != "json":
            raise cls.unsupported_payload(data)
        try:
            source: dict[Any, Any] = mapping(parse_json(data.value))
        except ValueError:
            raise InvalidPayloadError.of(
                cls.binding, "body", came=preview(data.value), expected="a JSON object"
            ) from None
        return TimerRequest._filled(source)


# -- Declarations --


def timer_trigger(
    arg_name: str,
    schedule: str,
    run_on_startup: bool | None = None,
    use_monitor: bool | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function by a schedule.

    Args:
        arg_name: the parameter that is given the TimerRequest.
        schedule: six fields ``second minute hour day month weekday`` (NCRONTAB), such as ``"0
            */5 * * * *"``, or a time span ``HH:MM:SS`` between runs; ``%SETTING%`` stands for
            an app setting. Times are UTC unless the app sets ``WEBSITE_TIME_ZONE``.
        run_on_startup: whether to run also when the host starts; None means no.
        use_monitor: whether the host keeps a record of runs, so that missed ones are noticed;
            None means yes, except for schedules shorter than a minute.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger.of_parameters("timerTrigger", locals())


schedule = timer_trigger
"""The decorator's other name."""
