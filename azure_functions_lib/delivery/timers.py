"""The runs of a timer: which comes next, and what is stored of those that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from typing import Any

from ..wire.scalars import from_iso
from .expressions import resolve_settings
from .schedule import Schedule, local_time, parse_schedule
from .zones import time_zone

__all__ = ["ScheduleStatus", "Tick", "Timer"]


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


_NEVER_RAN = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class ScheduleStatus:
    """What is stored of a timer's runs.

    Attributes:
        last: when the last run began; None before the first.
        next: when the next one is due; None if there is none.
        last_updated: the time that ``next`` was counted from; None before the first.
    """

    last: datetime | None
    next: datetime | None
    last_updated: datetime | None

    def to_json(self) -> dict[str, str]:
        """Give it as the host stores it and sends it to functions: ISO times with an offset."""
        return {
            "Last": (self.last or _NEVER_RAN).isoformat(),
            "Next": (self.next or _NEVER_RAN).isoformat(),
            "LastUpdated": (self.last_updated or _NEVER_RAN).isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> ScheduleStatus:
        """Read what :meth:`to_json` gives.

        Raises:
            KeyError: a part is missing.
            ValueError: a part is no ISO time with an offset.
        """
        times = (from_iso(stored[name]) for name in ("Last", "Next", "LastUpdated"))
        return cls(*(None if each == _NEVER_RAN else each for each in times))


@dataclass(frozen=True)
class Tick:
    """The next run of a timer.

    Attributes:
        due: when it is to begin, at once if that has passed; None if it never comes.
        past_due: whether it makes up for runs that were missed while nothing ran.
        status: what is to be stored until then, and what the function is shown; None for a timer
            without a monitor.
    """

    due: datetime | None
    past_due: bool
    status: ScheduleStatus | None


@dataclass(frozen=True)
class Timer:
    """When a function with a timer trigger runs.

    Attributes:
        schedule: its schedule.
        zone: the time zone of the schedule, and of all times that are given out.
        run_on_startup: whether it also runs when the host starts.
        use_monitor: whether its runs are stored, so that a missed one is made up for; by None
            unless it fires more often than once a minute.
    """

    schedule: Schedule
    zone: tzinfo = timezone.utc
    run_on_startup: bool = False
    use_monitor: bool | None = None

    @classmethod
    def of(cls, trigger: Mapping[str, Any], settings: Mapping[str, str]) -> Timer:
        """Read what a timer trigger says.

        The zone is that of the setting ``WEBSITE_TIME_ZONE``, or else ``TZ``, or else UTC, as it is
        in Azure whatever the zone of the machine.

        Args:
            trigger: the trigger's keys as in function.json.
            settings: the application settings.

        Raises:
            DeclarationError: the schedule is none, or a setting or zone is not known.
        """
        schedule = resolve_settings(
            str(trigger.get("schedule", "")), settings, where="timerTrigger: schedule"
        )
        use_monitor = trigger.get("useMonitor")
        return cls(
            parse_schedule(schedule),
            time_zone(settings.get("WEBSITE_TIME_ZONE") or settings.get("TZ") or ""),
            _is_true(trigger.get("runOnStartup")),
            None if use_monitor is None else _is_true(use_monitor),
        )

    @property
    def is_monitored(self) -> bool:
        """Whether its runs are stored; never those that come more often than once a minute."""
        return self.use_monitor is not False and not self.schedule.fires_within_a_minute

    def start(self, stored: ScheduleStatus | None, now: datetime) -> Tick:
        """Give the first run after a start of the host.

        However many runs were missed, one makes up for them, unless the schedule was changed.

        Args:
            stored: the status of the former runs; None if there is none.
            now: the time.
        """
        now = local_time(now, self.zone)
        status = self._status_at_start(stored, now) if self.is_monitored else None
        if status is not None and status.next is not None and status.next < now:
            return Tick(now, True, status)
        if self.run_on_startup:
            return Tick(now, False, status)
        return Tick(status.next if status else self._after(now), False, status)

    def _status_at_start(self, stored: ScheduleStatus | None, now: datetime) -> ScheduleStatus:
        if stored is None:
            return ScheduleStatus(None, self._after(now), now)
        counted_from = stored.last or stored.last_updated or now
        following = self._after(counted_from)
        if following == stored.next:
            return stored
        if following is not None and following < now:
            counted_from, following = now, self._after(now)
        return ScheduleStatus(None, following, counted_from)

    def after(self, tick: Tick, started: datetime) -> Tick:
        """Give the run after one that has ended.

        It is counted from the beginning of that one: if it has taken longer than the time between
        two, one follows at once and the others are left out.

        Args:
            tick: the run that has ended.
            started: when it began.
        """
        if tick.due is not None and tick.status is not None and tick.due == tick.status.next:
            started = max(started, tick.due)  # a clock may be a bit fast
        started = local_time(started, self.zone)
        following = self._after(started)
        status = ScheduleStatus(started, following, started) if self.is_monitored else None
        return Tick(following, False, status)

    def _after(self, moment: datetime) -> datetime | None:
        return self.schedule.next_after(moment, self.zone)
