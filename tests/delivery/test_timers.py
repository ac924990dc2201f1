"""Which run of a timer comes next, and what is stored of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from azure_functions_lib.delivery.schedule import (
    TimeSpanSchedule,
    parse_schedule,
)
from azure_functions_lib.delivery.timers import ScheduleStatus, Tick, Timer
from azure_functions_lib.delivery.zones import time_zone

UTC = timezone.utc


def at(text: str) -> datetime:
    """A time; in UTC where it says no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


NOON = at("2026-11-27T12:00")
HOURLY = Timer(parse_schedule("0 0 * * * *"))


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def test_the_first_start_stores_the_next_time() -> None:
    assert HOURLY.start(None, hours(0.5)) == Tick(
        hours(1), False, ScheduleStatus(None, hours(1), hours(0.5))
    )


def test_after_a_run_the_status_tells_of_it() -> None:
    tick = HOURLY.start(None, hours(0.5))
    assert HOURLY.after(tick, hours(1.001)) == Tick(
        hours(2), False, ScheduleStatus(hours(1.001), hours(2), hours(1.001))
    )


def test_a_run_a_bit_early_counts_as_the_one_that_was_due() -> None:
    tick = HOURLY.start(None, hours(0.5))
    assert HOURLY.after(tick, hours(0.9999)) == Tick(
        hours(2), False, ScheduleStatus(hours(1), hours(2), hours(1))
    )


def test_missed_runs_are_made_up_for_by_one() -> None:
    stored = ScheduleStatus(hours(1), hours(2), hours(1))
    tick = HOURLY.start(stored, hours(7.5))
    assert tick == Tick(hours(7.5), True, stored)
    assert HOURLY.after(tick, hours(7.5)) == Tick(
        hours(8), False, ScheduleStatus(hours(7.5), hours(8), hours(7.5))
    )


def test_a_restart_in_time_goes_on_where_it_was() -> None:
    stored = ScheduleStatus(hours(1), hours(2), hours(1))
    assert HOURLY.start(stored, hours(1.7)) == Tick(hours(2), False, stored)
    never_ran = ScheduleStatus(None, hours(2), hours(1.5))
    assert HOURLY.start(never_ran, hours(1.7)) == Tick(hours(2), False, never_ran)


def test_a_start_at_the_very_time_is_not_late() -> None:
    stored = ScheduleStatus(hours(1), hours(2), hours(1))
    assert HOURLY.start(stored, hours(2)) == Tick(hours(2), False, stored)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, (False, None)),
        ({"runOnStartup": True, "useMonitor": True}, (True, True)),
        ({"runOnStartup": "true", "useMonitor": "False"}, (True, False)),
        ({"runOnStartup": False, "useMonitor": False}, (False, False)),
    ],
)
def test_what_a_trigger_says(keys: dict[str, object], expected: tuple[bool, bool | None]) -> None:
    settings = {"EVERY": "0 30 2 * * *", "TZ": "Asia/Tokyo"}
    timer = Timer.of({"schedule": "%every%", **keys}, settings)
    assert (timer.run_on_startup, timer.use_monitor) == expected
    assert timer.schedule.next_after(NOON, timer.zone) == at("2026-11-28T02:30+09:00")
    assert timer.schedule.follows_daylight_saving
    assert not parse_schedule("01:00:00").follows_daylight_saving


def test_a_changed_schedule_makes_up_for_nothing() -> None:
    stored = ScheduleStatus(hours(0), hours(24), hours(0))  # it was daily
    assert HOURLY.start(stored, hours(0.5)) == Tick(
        hours(1), False, ScheduleStatus(None, hours(1), hours(0))
    )
    assert HOURLY.start(stored, hours(7.5)) == Tick(
        hours(8), False, ScheduleStatus(None, hours(8), hours(7.5))
    )


def test_a_run_longer_than_the_time_between_two_is_followed_by_one_at_once() -> None:
    tick = HOURLY.start(None, hours(0.5))
    tick = HOURLY.after(tick, hours(1))  # and it took until 15:30
    assert (tick.due, tick.past_due) == (hours(2), False)
    assert HOURLY.after(tick, hours(3.5)).due == hours(4)


def test_run_on_startup_runs_at_once_and_is_not_late() -> None:
    timer = Timer(parse_schedule("0 0 * * * *"), run_on_startup=True)
    tick = timer.start(None, hours(0.5))
    assert tick == Tick(hours(0.5), False, ScheduleStatus(None, hours(1), hours(0.5)))
    assert timer.after(tick, hours(0.5)).due == hours(1)
    late = timer.start(ScheduleStatus(hours(1), hours(2), hours(1)), hours(3.5))
    assert (late.due, late.past_due) == (hours(3.5), True)


@pytest.mark.parametrize(
    ("text", "use_monitor", "monitored"),
    [
        ("0 0 * * * *", None, True),
        ("0 0 * * * *", False, False),
        ("*/30 * * * * *", None, False),
        ("*/30 * * * * *", True, False),
        ("00:00:30", None, False),
    ],
)
def test_what_has_a_monitor(text: str, use_monitor: bool | None, monitored: bool) -> None:
    timer = Timer(parse_schedule(text), use_monitor=use_monitor)
    assert timer.is_monitored is monitored
    tick = timer.start(ScheduleStatus(None, hours(-5), hours(-6)), hours(0.1))
    assert (tick.status is not None, tick.past_due) == (monitored, monitored)
    assert (timer.after(tick, hours(0.1)).status is not None) is monitored


def test_a_timer_that_never_fires() -> None:
    timer = Timer(parse_schedule("0 0 0 31 2 *"))
    tick = timer.start(None, NOON)
    assert tick == Tick(None, False, ScheduleStatus(None, None, NOON))
    assert timer.start(tick.status, hours(1)) == tick


def test_the_status_is_stored_as_the_host_has_it() -> None:
    berlin = Timer(parse_schedule("0 30 2 * * *"), time_zone("Europe/Berlin"))
    status = berlin.start(None, at("2026-10-24T22:00")).status
    assert status is not None
    assert status.to_json() == {
        "Last": "0001-01-01T00:00:00+00:00",
        "Next": "2026-10-25T02:30:00+02:00",
        "LastUpdated": "2026-10-25T00:00:00+02:00",
    }
    assert ScheduleStatus.from_json(status.to_json()) == status


def test_the_hour_that_comes_twice_is_no_change_of_the_schedule() -> None:
    berlin = Timer(parse_schedule("0 30 * * * *"), time_zone("Europe/Berlin"))
    tick = berlin.start(None, at("2026-10-25T00:00"))
    for started in ("00:30", "01:30", "02:30"):
        assert tick.due == at(f"2026-10-25T{started}")
        assert tick.status is not None
        stored = ScheduleStatus.from_json(tick.status.to_json())
        assert berlin.start(stored, tick.due - timedelta(minutes=1)).status == tick.status
        tick = berlin.after(tick, tick.due)


def test_time_spans_count_from_the_run_before() -> None:
    timer = Timer(parse_schedule("00:20:00"))
    assert isinstance(timer.schedule, TimeSpanSchedule)
    tick = timer.start(None, hours(0.1))
    assert tick.due == hours(0.1) + timedelta(minutes=20)
    assert timer.after(tick, hours(1)).due == hours(1) + timedelta(minutes=20)
