"""When a timer fires next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from azure_functions_lib.delivery.schedule import (
    CronSchedule,
    occurrences,
    parse_schedule,
)
from azure_functions_lib.delivery.zones import time_zone
from azure_functions_lib.errors import DeclarationError

UTC = timezone.utc


def at(text: str) -> datetime:
    """A time; in UTC where it says no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# -- The table: what each schedule says, in sets and a question about the day

Day = Callable[[date], bool]
ALL_HOURS, ALL_60 = range(24), range(60)


def every_day(day: date) -> bool:
    return True


def weekday(*names: str) -> Day:
    return lambda day: day.strftime("%a") in names


def day_of(*, days: Iterable[int] = range(1, 32), months: Iterable[int] = range(1, 13)) -> Day:
    return lambda day: day.day in days and day.month in months


def both(*questions: Day) -> Day:
    return lambda day: all(fits(day) for fits in questions)


WORKDAY = weekday("Mon", "Tue", "Wed", "Thu", "Fri")

CRON: list[tuple[str, Day, Iterable[int], Iterable[int], Iterable[int]]] = [
    ("* * * * * *", every_day, ALL_HOURS, ALL_60, ALL_60),
    ("*/10 * * * * *", every_day, ALL_HOURS, ALL_60, (0, 10, 20, 30, 40, 50)),
    ("5,20,35 * * * * *", every_day, ALL_HOURS, ALL_60, (5, 20, 35)),
    ("50/4 59 23 * * *", every_day, (23,), (59,), (50, 54, 58)),
    ("30 * * * * *", every_day, ALL_HOURS, ALL_60, (30,)),
    ("0 * * * * *", every_day, ALL_HOURS, ALL_60, (0,)),
    ("* * * * *", every_day, ALL_HOURS, ALL_60, (0,)),
    ("*/5 * * * *", every_day, ALL_HOURS, range(0, 60, 5), (0,)),
    ("0 */5 * * * *", every_day, ALL_HOURS, range(0, 60, 5), (0,)),
    ("0 7/20 * * * *", every_day, ALL_HOURS, (7, 27, 47), (0,)),
    ("0 10-20/5 * * * *", every_day, ALL_HOURS, (10, 15, 20), (0,)),
    ("0 20-10 * * * *", every_day, ALL_HOURS, range(10, 21), (0,)),
    ("0 */0 12 * * *", every_day, (12,), ALL_60, (0,)),
    ("0 0 * * * *", every_day, ALL_HOURS, (0,), (0,)),
    ("0 0 */2 * * *", every_day, range(0, 24, 2), (0,), (0,)),
    ("0 0 9-17 * * *", every_day, range(9, 18), (0,), (0,)),
    ("0 15,45 8,20 * * *", every_day, (8, 20), (15, 45), (0,)),
    ("0 30 9 * * *", every_day, (9,), (30,), (0,)),
    ("0 0 22-2 * * *", every_day, range(2, 23), (0,), (0,)),
    ("0 30 9 * * 1-5", WORKDAY, (9,), (30,), (0,)),
    ("0 30 9 * * MON-FRI", WORKDAY, (9,), (30,), (0,)),
    ("0 0 0 * * 0", weekday("Sun"), (0,), (0,), (0,)),
    ("0 0 0 * * s", weekday("Sun"), (0,), (0,), (0,)),
    ("0 0 0 * * t,sa", weekday("Tue", "Sat"), (0,), (0,), (0,)),
    ("0 0 0 * * Wednesday", weekday("Wed"), (0,), (0,), (0,)),
    ("0 0 0 * * */2", weekday("Sun", "Tue", "Thu", "Sat"), (0,), (0,), (0,)),
    ("0 0 0 1 * *", day_of(days=(1,)), (0,), (0,), (0,)),
    ("0 0 0 31 * *", day_of(days=(31,)), (0,), (0,), (0,)),
    ("59 59 23 28-31 * *", day_of(days=range(28, 32)), (23,), (59,), (59,)),
    ("0 0 12 */10 * *", day_of(days=(1, 11, 21, 31)), (12,), (0,), (0,)),
    ("0 0 0 13 * 5", both(weekday("Fri"), day_of(days=(13,))), (0,), (0,), (0,)),
    ("0 0 0 1-7 * MON", both(weekday("Mon"), day_of(days=range(1, 8))), (0,), (0,), (0,)),
    ("0 0 0 1 1 *", day_of(days=(1,), months=(1,)), (0,), (0,), (0,)),
    ("0 0 0 1 J *", day_of(days=(1,), months=(1,)), (0,), (0,), (0,)),
    ("0 0 0 1 mar,JUL,Dec *", day_of(days=(1,), months=(3, 7, 12)), (0,), (0,), (0,)),
    ("0 0 6 1 nov-feb *", day_of(days=(1,), months=range(2, 12)), (6,), (0,), (0,)),
    ("0 0 6 1 */3 *", day_of(days=(1,), months=(1, 4, 7, 10)), (6,), (0,), (0,)),
    (
        "0 0 6 * 6/2 0,6",
        both(weekday("Sat", "Sun"), day_of(months=(6, 8, 10, 12))),
        (6,),
        (0,),
        (0,),
    ),
    ("0 0 0 29 2 *", day_of(days=(29,), months=(2,)), (0,), (0,), (0,)),
    (
        "15 30 4 29 FEB TUE",
        both(weekday("Tue"), day_of(days=(29,), months=(2,))),
        (4,),
        (30,),
        (15,),
    ),
    ("  0   0  0  30  */2  *  ", day_of(days=(30,), months=range(1, 13, 2)), (0,), (0,), (0,)),
]


def by_looking_at_every_day(
    base: datetime, fits: Day, hours: Iterable[int], minutes: Iterable[int], seconds: Iterable[int]
) -> Iterator[datetime]:
    day = base.date()
    while True:
        if fits(day):
            for hour in hours:
                for minute in minutes:
                    for second in seconds:
                        moment = datetime.combine(day, time(hour, minute, second), UTC)
                        if moment > base:
                            yield moment
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "base",
    ["2026-11-27T06:20:24.500+00:00", "2027-12-31T23:59:59+00:00", "2028-02-29T00:00:00+00:00"],
)
@pytest.mark.parametrize(
    ("text", "fits", "hours", "minutes", "seconds"),
    CRON,
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_next_ten_times(
    text: str,
    fits: Day,
    hours: Iterable[int],
    minutes: Iterable[int],
    seconds: Iterable[int],
    base: str,
) -> None:
    expected = by_looking_at_every_day(at(base), fits, hours, minutes, seconds)
    assert list(islice(occurrences(parse_schedule(text), at(base)), 10)) == list(
        islice(expected, 10)
    )


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("00:00:30", timedelta(seconds=30)),
        ("01:00:00", timedelta(hours=1)),
        ("1:30", timedelta(hours=1, minutes=30)),
        ("1.12:00:00", timedelta(days=1.5)),
        ("1:12:00:00", timedelta(days=1.5)),
        ("25:00:00:00", timedelta(days=25)),
        ("24:00:00", timedelta(days=24)),
        ("5", timedelta(days=5)),
        (" 00:00:01.25 ", timedelta(seconds=1.25)),
    ],
)
def test_the_next_ten_times_of_a_time_span(text: str, span: timedelta) -> None:
    base = at("2026-11-27T06:20:24.500")
    expected = [base + span * count for count in range(1, 11)]
    assert list(islice(occurrences(parse_schedule(text), base), 10)) == expected


@pytest.mark.parametrize("text", ["0 0 0 31 2 *", "0 0 0 30-31 feb *", "0 0 0 31 2,4,6,9,11 *"])
def test_a_day_that_no_month_has_never_comes(text: str) -> None:
    schedule = parse_schedule(text)
    assert schedule.next_after(at("2026-01-01")) is None
    assert schedule.notes == ("it never fires, since no month has such a day",)


def test_nothing_comes_after_the_calendar_has_ended() -> None:
    schedule = parse_schedule("0 0 0 1 1 *")
    assert schedule.next_after(at("9998-12-31")) == at("9999-01-01")
    assert schedule.next_after(at("9999-01-01")) is None
    assert schedule.next_after(at("9999-12-31T23:59:59")) is None
    assert parse_schedule("1.00:00:00").next_after(at("9999-12-31T12:00")) is None


def test_the_leap_day_that_a_century_leaves_out() -> None:
    assert parse_schedule("0 0 0 29 2 *").next_after(at("2096-03-01")) == at("2104-02-29")


@pytest.mark.slow
def test_a_year_of_every_ten_minutes() -> None:
    times = occurrences(
        parse_schedule("0 */10 * * * *"), at("2026-01-01"), time_zone("Europe/Berlin")
    )
    year = list(islice(times, 365 * 24 * 6))
    assert year[-1] == at("2027-01-01")
    assert {later - before for before, later in pairwise(year)} == {timedelta(minutes=10)}


# -- What is refused, and what may be a misunderstanding


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("0 0 0 * * 7", "weekday '7' is not 0 to 6 or the beginning of a name such as Monday; Sun"),
        ("0 99 * * * *", "minute '99' is not 0 to 59"),
        ("60 0 0 * * *", "second '60' is not 0 to 59"),
        ("0 0 24 * * *", "hour '24' is not 0 to 23"),
        ("0 0 0 0 * *", "day '0' is not 1 to 31"),
        ("0 0 0 1 13 *", "month '13' is not 1 to 12 or the beginning of a name such as February"),
        ("0 0 0 1 Jänner *", "month 'Jänner' is not of a form that NCRONTAB has"),
        ("0 0 0 L * *", "day 'L' is not 1 to 31"),
        ("0 0 0 ? * *", "day '?' is not of a form"),
        ("0 0 0 * * 1#2", "weekday '1#2' is not of a form"),
        ("0 */ * * * *", "minute '*/' is not of a form"),
        ("0 1, * * * *", "minute '1,' is not of a form"),
        ("0 *-5 * * * *", "minute '*-5' is not of a form"),
        ("0 0 0 " + "1" * 5000 + " * *", "is not of a form"),
        ("every 5 minutes", "it has 3 fields"),
        ("@daily", "it has 1 field"),
        ("", "it has 0 fields"),
        ("0 0 0 0 0 0 0", "it has 7 fields"),
        ("00:60:00", "it has 1 field"),
        ("24:00", "it has 1 field"),
        ("00:00:00", "the time span is not positive"),
        ("-00:05:00", "the time span is not positive"),
        ("99999999.00:00:00", "it has 1 field"),
    ],
)
def test_what_is_no_schedule(text: str, cause: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        parse_schedule(text)
    assert cause in str(raised.value)
    assert "Write six fields" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("0 */5 * * * *", ()),
        ("00:05:00", ()),
        ("1.00:00:00", ()),
        ("5", ("'5' means 5 days",)),
        ("1", ("'1' means 1 day",)),
        ("24:00:00", ("'24:00:00' means 24 days",)),
        ("0 0 22-2 * * *", ("hour '22-2' means 2 to 22; it does not wrap around",)),
        ("0 0 0 1 * MON", ("day and weekday must both fit, unlike in other crons",)),
    ],
)
def test_what_a_reader_may_have_meant_otherwise(text: str, notes: tuple[str, ...]) -> None:
    assert parse_schedule(text).notes == notes


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("*/30 * * * * *", True),
        ("0,1 0 0 1 1 *", True),
        ("30 * * * * *", False),
        ("* * * * *", False),
        ("00:00:59", True),
        ("00:01:00", False),
    ],
)
def test_more_often_than_once_a_minute(text: str, within: bool) -> None:
    assert parse_schedule(text).fires_within_a_minute is within


# -- Time zones and daylight saving


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("", 0),
        ("utc", 0),
        ("Europe/Berlin", 1),
        ("W. Europe Standard Time", 1),
        ("tokyo standard time", 9),
        (":Asia/Tokyo", 9),
    ],
)
def test_time_zones_by_name(name: str, offset: int) -> None:
    assert time_zone(name).utcoffset(datetime(2026, 1, 1)) == timedelta(hours=offset)


@pytest.mark.parametrize("name", ["Nowhere", "../../etc/passwd", "CEST", "x" * 5000, "\0"])
def test_no_time_zone(name: str) -> None:
    with pytest.raises(DeclarationError, match="is not known here. Write an IANA name"):
        time_zone(name)


# Berlin: on 2026-03-29 02:00 becomes 03:00, on 2026-10-25 03:00 becomes 02:00.
# New York: on 2026-11-01 02:00 becomes 01:00. Lord Howe Island moves by half an hour:
# on 2026-04-05 02:00 becomes 01:30.
DAYLIGHT = [
    # In spring a time that clocks skip comes as much later.
    (
        "0 30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T12:00+01:00",
        ["2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"],
    ),
    (
        "0 30 1-3 * * *",
        "Europe/Berlin",
        "2026-03-29T01:00+01:00",
        ["2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00", "2026-03-30T01:30+02:00"],
    ),
    (
        "0 */20 * * * *",
        "Europe/Berlin",
        "2026-03-29T01:30+01:00",
        ["2026-03-29T01:40+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:20+02:00"],
    ),
    (
        "0 0 * * * *",
        "Europe/Berlin",
        "2026-03-29T00:59+01:00",
        ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"],
    ),
    # In autumn a point in time comes once, the first time.
    (
        "0 30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T12:00+02:00",
        ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
    ),
    (
        "0 0,45 2,3 * * *",
        "Europe/Berlin",
        "2026-10-25T02:30+02:00",
        ["2026-10-25T02:45+02:00", "2026-10-25T03:00+01:00", "2026-10-25T03:45+01:00"],
    ),
    # Somebody who starts in the second hour does not get it again.
    ("0 30 2 * * *", "Europe/Berlin", "2026-10-25T02:10+01:00", ["2026-10-26T02:30+01:00"]),
    ("0 0,45 2,3 * * *", "Europe/Berlin", "2026-10-25T02:10+01:00", ["2026-10-25T03:00+01:00"]),
    # An interval goes on through both.
    (
        "0 */30 * * * *",
        "Europe/Berlin",
        "2026-10-25T01:45+02:00",
        [
            "2026-10-25T02:00+02:00",
            "2026-10-25T02:30+02:00",
            "2026-10-25T02:00+01:00",
            "2026-10-25T02:30+01:00",
            "2026-10-25T03:00+01:00",
        ],
    ),
    (
        "0 0 * * * *",
        "America/New_York",
        "2026-11-01T00:30-04:00",
        ["2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00", "2026-11-01T02:00-05:00"],
    ),
    (
        "0 15-45/30 2 * * *",
        "Europe/Berlin",
        "2026-10-25T02:50+02:00",
        ["2026-10-25T02:15+01:00", "2026-10-25T02:45+01:00", "2026-10-26T02:15+01:00"],
    ),
    (
        "0 40 */1 * * *",
        "Australia/Lord_Howe",
        "2026-04-05T01:35+11:00",
        ["2026-04-05T01:40+11:00", "2026-04-05T01:40+10:30", "2026-04-05T02:40+10:30"],
    ),
    # A time span is real time.
    (
        "01:00:00",
        "Europe/Berlin",
        "2026-10-25T01:45+02:00",
        ["2026-10-25T02:45+02:00", "2026-10-25T02:45+01:00", "2026-10-25T03:45+01:00"],
    ),
    ("1.00:00:00", "Europe/Berlin", "2026-03-28T12:00+01:00", ["2026-03-29T13:00+02:00"]),
]


@pytest.mark.parametrize(("text", "zone", "base", "expected"), DAYLIGHT)
def test_daylight_saving(text: str, zone: str, base: str, expected: list[str]) -> None:
    times = occurrences(parse_schedule(text), at(base), ZoneInfo(zone))
    assert [str(each) for each in islice(times, len(expected))] == [
        str(at(each)) for each in expected
    ]


@pytest.mark.parametrize("text", ["0 */7 * * * *", "*/20 13 * * * *", "0 5,35 1-3 * * *"])
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-10-24T12:00"),
        ("America/St_Johns", "2026-10-31T12:00"),
        ("Australia/Lord_Howe", "2026-04-04T06:00"),
    ],
)
def test_an_interval_takes_every_fitting_time_of_both_passes(
    text: str, zone: str, day: str
) -> None:
    schedule = parse_schedule(text)
    assert isinstance(schedule, CronSchedule)
    expected = []
    for seconds in range(20, 24 * 60 * 60, 20):
        moment = at(day) + timedelta(seconds=seconds)
        wall = moment.astimezone(ZoneInfo(zone))
        if (
            wall.second in schedule.seconds
            and wall.minute in schedule.minutes
            and wall.hour in schedule.hours
        ):
            expected.append(moment)
    times = occurrences(schedule, at(day), ZoneInfo(zone))
    assert list(islice(times, len(expected))) == expected
