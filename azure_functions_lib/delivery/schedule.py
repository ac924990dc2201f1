"""When a timer fires: NCRONTAB expressions and time spans.

The grammar is NCRONTAB's as the host's timer extension uses it, with its rules for daylight saving;
time spans are .NET's ``TimeSpan``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from ..errors import DeclarationError
from .timespan import parse_time_span

__all__ = [
    "CronSchedule",
    "Schedule",
    "TimeSpanSchedule",
    "local_time",
    "occurrences",
    "parse_schedule",
]

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)

# The Gregorian calendar, weekdays included, repeats after so many years: a date that has not come
# by then never comes.
_CALENDAR_CYCLE = 400


class _Field(NamedTuple):
    """One field of an expression: what it is called, what it may hold, names for its numbers."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    hint: str = ""


_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")

_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 6, _WEEKDAYS, "Sunday is 0"),
)

_PART = re.compile(
    r"(?P<start>\*|\w{1,9})(?:(?<!\*)-(?P<end>\w{1,9}))?(?:/(?P<step>[+-]?\d{1,9}))?", re.ASCII
)


@dataclass(frozen=True)
class CronSchedule:
    """The times that an NCRONTAB expression gives.

    Attributes:
        text: the expression as it was written.
        seconds: the seconds at which it fires, in order; the following fields likewise.
        minutes: see above.
        hours: see above.
        days: the days of the month; both the day and the weekday must fit.
        months: the months, from 1.
        weekdays: the weekdays; Sunday is 0.
        is_interval: whether it is meant as "every so often" (``*``, ``-`` or ``/`` in second,
            minute or hour), so that it goes on in the hour that daylight saving repeats.
        notes: what a reader may have meant otherwise, one sentence each.
    """

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    is_interval: bool
    notes: tuple[str, ...] = ()

    @property
    def fires_within_a_minute(self) -> bool:
        """Whether it fires more often than once a minute."""
        return len(self.seconds) > 1

    @property
    def follows_daylight_saving(self) -> bool:
        """Whether it follows the clock on the wall."""
        return True

    def next_after(self, moment: datetime, zone: tzinfo = timezone.utc) -> datetime | None:
        """Give the first time strictly after a moment; None if there is none.

        A time that the clocks skip in spring comes by as much later as they skip. Of a time that
        comes twice in autumn the first is taken, and an interval goes on through both.

        Args:
            moment: an aware time.
            zone: the time zone whose clocks the expression is about.

        Returns:
            a time with the offset that the zone has then.
        """
        local = moment.astimezone(zone)
        wall = self._next_wall(local.replace(tzinfo=None))
        if not _is_ambiguous(local):
            return _aware(wall, zone)
        if local.fold:
            while not self.is_interval and wall and _is_ambiguous(wall.replace(tzinfo=zone)):
                wall = self._next_wall(wall)
            return _aware(wall, zone, fold=1)
        first_pass = _aware(wall, zone)
        if not self.is_interval:
            return first_pass
        start = _clocks_go_back(local)
        second_pass = _aware(
            self._next_wall(start.replace(tzinfo=None, fold=0) - _SECOND), zone, fold=1
        )
        return min((each for each in (first_pass, second_pass) if each), default=None)

    def _next_wall(self, wall: datetime) -> datetime | None:
        """The first fitting time after one, both as a clock on the wall shows them."""
        day = wall.date()
        try:
            wall = wall.replace(microsecond=0, fold=0) + _SECOND
        except OverflowError:  # the last second of the calendar
            return None
        if wall.date() == day and self._fits(day):
            found = self._time_from(wall.hour, wall.minute, wall.second)
            if found is not None:
                return datetime.combine(day, found)
        following = next(self._dates_after(day), None)
        if following is None:
            return None
        first = time(self.hours[0], self.minutes[0], self.seconds[0])
        return datetime.combine(following, first)

    def _time_from(self, hour: int, minute: int, second: int) -> time | None:
        """The first fitting time of a day that is not before the given one."""
        for each in self.hours[bisect_left(self.hours, hour) :]:
            if each > hour:
                return time(each, self.minutes[0], self.seconds[0])
            for each in self.minutes[bisect_left(self.minutes, minute) :]:
                if each > minute:
                    return time(hour, each, self.seconds[0])
                for each in self.seconds[bisect_left(self.seconds, second) :]:
                    return time(hour, minute, each)
        return None

    def _dates_after(self, day: date) -> Iterator[date]:
        for year in range(day.year, min(day.year + _CALENDAR_CYCLE, date.max.year) + 1):
            for month in self.months:
                if (year, month) >= (day.year, day.month):
                    for each in self._days(year, month):
                        if (year, month, each) > (day.year, day.month, day.day):
                            yield date(year, month, each)

    def _fits(self, day: date) -> bool:
        return (
            day.month in self.months
            and day.day in self.days
            and day.isoweekday() % 7 in self.weekdays
        )

    def _days(self, year: int, month: int) -> list[int]:
        # Of the first day monthrange gives the weekday, from Monday = 0; here Sunday is 0.
        weekday, length = monthrange(year, month)
        return [day for day in self.days if day <= length and (weekday + day) % 7 in self.weekdays]


@dataclass(frozen=True)
class TimeSpanSchedule:
    """A time from one run to the next; for the other attributes see :class:`CronSchedule`.

    Attributes:
        text: the time span as it was written.
        span: how long it is.
        notes: what a reader may have meant otherwise.
    """

    text: str
    span: timedelta
    notes: tuple[str, ...] = ()

    @property
    def fires_within_a_minute(self) -> bool:
        """Whether it fires more often than once a minute."""
        return self.span < _MINUTE

    @property
    def follows_daylight_saving(self) -> bool:
        """Whether it follows the clock on the wall: no, the time between runs stays the same."""
        return False

    def next_after(self, moment: datetime, zone: tzinfo = timezone.utc) -> datetime | None:
        """Give the time one span after a moment; None beyond the calendar."""
        try:
            return local_time(moment.astimezone(timezone.utc) + self.span, zone)
        except OverflowError:
            return None


Schedule = CronSchedule | TimeSpanSchedule


def occurrences(
    schedule: Schedule, after: datetime, zone: tzinfo = timezone.utc
) -> Iterator[datetime]:
    """Give the times of a schedule after a moment, one after another."""
    moment = schedule.next_after(after, zone)
    while moment is not None:
        yield moment
        moment = schedule.next_after(moment, zone)


# -- Reading a schedule


def parse_schedule(text: str) -> Schedule:
    """Read a timer's schedule.

    Five fields are NCRONTAB from the minute on, six begin with the second; anything else is a .NET
    ``TimeSpan``, of which a number alone means days.

    Raises:
        DeclarationError: it is none of them; the message says what is wrong with which field.
    """
    fields = text.split()
    if len(fields) not in (5, 6):
        span = parse_time_span(text)
        if span is None:
            raise _refused(text, f"it has {len(fields)} field{'' if len(fields) == 1 else 's'}")
        if span <= timedelta(0):
            raise _refused(text, "the time span is not positive")
        return TimeSpanSchedule(text, span, _span_notes(text, span))
    if len(fields) == 5:
        fields = ["0", *fields]
    notes: list[str] = []
    seconds, minutes, hours, days, months, weekdays = (
        _field_values(text, field, given, notes)
        for field, given in zip(_FIELDS, fields, strict=True)
    )
    is_interval = any(sign in part for part in fields[:3] for sign in "*-/")
    schedule = CronSchedule(text, seconds, minutes, hours, days, months, weekdays, is_interval)
    if len(days) < 31 and len(weekdays) < 7:
        notes.append("day and weekday must both fit, unlike in other crons")
    if next(schedule._dates_after(date(2000, 1, 1)), None) is None:
        notes.append("it never fires, since no month has such a day")
    return replace(schedule, notes=tuple(notes))


def _span_notes(text: str, span: timedelta) -> tuple[str, ...]:
    if span >= timedelta(days=1) and "." not in text and text.count(":") < 3:
        days = span // timedelta(days=1)
        return (f"{text.strip()!r} means {days} day{'' if days == 1 else 's'}",)
    return ()


def _field_values(text: str, field: _Field, given: str, notes: list[str]) -> tuple[int, ...]:
    values: set[int] = set()
    for part in given.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise _refused(text, f"{field.name} {given!r} is not of a form that NCRONTAB has")
        if match["start"] == "*":
            start, end = field.first, field.last
        else:
            start = _number(text, field, match["start"])
            end = field.last if match["step"] else start
            if match["end"]:
                end = _number(text, field, match["end"])
        if start > end:
            start, end = end, start
            notes.append(f"{field.name} {part!r} means {start} to {end}; it does not wrap around")
        values.update(range(start, end + 1, max(1, int(match["step"] or 1))))
    return tuple(sorted(values))


def _number(text: str, field: _Field, given: str) -> int:
    if given.isdecimal():
        number = int(given)
        if field.first <= number <= field.last:
            return number
    else:
        for number, name in enumerate(field.names, field.first):
            if name.startswith(given.lower()):
                return number
    allowed = f"{field.first} to {field.last}"
    if field.names:
        allowed += f" or the beginning of a name such as {field.names[1].title()}"
    if field.hint:
        allowed += f"; {field.hint}"
    raise _refused(text, f"{field.name} {given!r} is not {allowed}")


def _refused(text: str, cause: str) -> DeclarationError:
    return DeclarationError(
        f"schedule {text!r}: {cause}. Write six fields, second minute hour day month weekday, such "
        "as '0 */5 * * * *' for every five minutes; or five, from the minute on; or a time span "
        "hh:mm:ss"
    )


# -- Daylight saving


def local_time(moment: datetime, zone: tzinfo) -> datetime:
    """Give a time as the clocks of a zone show it, with the offset that it has then.

    With a zone of its own instead of an offset, a time of the hour that comes twice would equal no
    time of another zone (PEP 495).
    """
    local = moment.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def _is_ambiguous(local: datetime) -> bool:
    """Whether clocks show this time twice, since they go back."""
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    # In the gap of spring it is the second that is greater.
    return first is not None and second is not None and first > second


def _aware(wall: datetime | None, zone: tzinfo, fold: int = 0) -> datetime | None:
    if wall is None:
        return None
    local = wall.replace(tzinfo=zone)
    if fold and _is_ambiguous(local):
        local = local.replace(fold=1)
    # The way through UTC moves a time that clocks skip to where they go on.
    return local_time(local.astimezone(timezone.utc), zone)


def _clocks_go_back(local: datetime) -> datetime:
    """Where an ambiguous time's second pass begins."""
    start = local.replace(microsecond=0).astimezone(timezone.utc)
    first, second = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    seconds = bisect_left(
        range((first - second) // _SECOND),
        1,
        key=lambda each: (start + each * _SECOND).astimezone(local.tzinfo).fold,
    )
    return (start + seconds * _SECOND).astimezone(local.tzinfo)
