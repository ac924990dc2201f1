"""Waits of a retry policy, and what becomes of a message."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from azure_functions_lib.delivery.retries import (
    Fate,
    RetryPolicy,
    Settlement,
    poison_queue,
    settle_bus_message,
    settle_queue_message,
)
from azure_functions_lib.errors import DeclarationError

EXPONENTIAL = {
    "strategy": "exponential_backoff",
    "max_retry_count": "5",
    "minimum_interval": "00:00:10",
    "maximum_interval": "00:02:00",
}


def seconds(policy: RetryPolicy, random: float = 0.5, count: int = 20) -> list[float]:
    return [each.total_seconds() for each in islice(policy.waits(lambda: random), count)]


def test_a_fixed_delay() -> None:
    policy = RetryPolicy.of(
        {"strategy": "fixed_delay", "max_retry_count": "3", "delay_interval": "00:00:10"}
    )
    assert seconds(policy) == [10, 10, 10]


def test_an_exponential_one_doubles_up_to_its_longest_wait() -> None:
    assert seconds(RetryPolicy.of(EXPONENTIAL)) == [10, 20, 30, 50, 90]
    assert seconds(RetryPolicy.of({**EXPONENTIAL, "max_retry_count": 8})) == [
        10, 20, 30, 50, 90, 120, 120, 120,
    ]  # fmt: skip


@pytest.mark.parametrize(("random", "waits"), [(0, [10, 18, 26, 42]), (1, [10, 22, 34, 58])])
def test_its_waits_vary_by_a_fifth_of_their_growth(random: float, waits: list[float]) -> None:
    assert seconds(RetryPolicy.of(EXPONENTIAL), random)[:4] == waits
    assert all(0 < each <= 120 for each in seconds(RetryPolicy.of(EXPONENTIAL), random))


def test_for_ever() -> None:
    policy = RetryPolicy.of({**EXPONENTIAL, "max_retry_count": -1})
    assert len(seconds(policy, count=5000)) == 5000


def test_the_names_of_function_json_and_none_at_all() -> None:
    given = {"strategy": "fixedDelay", "maxRetryCount": 2, "delayInterval": "00:00:00"}
    assert seconds(RetryPolicy.of(given)) == [0, 0]
    assert seconds(RetryPolicy.of({**given, "maxRetryCount": 0})) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strategy": None}, "retry: strategy: got nothing; expected fixedDelay or exponential"),
        ({"strategy": "linear"}, "retry: strategy: got str 'linear'"),
        ({"max_retry_count": None}, "retry: maxRetryCount: got nothing; expected a whole number"),
        ({"max_retry_count": "-2"}, "retry: maxRetryCount: got str '-2'"),
        ({"max_retry_count": "many"}, "retry: maxRetryCount: got str 'many'"),
        ({"minimum_interval": "soon"}, "retry: minimumInterval: got str 'soon'; expected a time"),
        ({"minimum_interval": 10}, "retry: minimumInterval: got int 10"),
        ({"maximum_interval": None}, "retry: maximumInterval: got nothing"),
        ({"maximum_interval": "-00:02:00"}, "retry: maximumInterval: got str '-00:02:00'"),
        ({"minimum_interval": "00:03:00"}, "retry: minimumInterval: got timedelta"),
    ],
)
def test_policies_that_cannot_be(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        RetryPolicy.of({**EXPONENTIAL, **change})
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("queue", "poison"),
    [
        ("images", "images-poison"),
        ("images-poison", None),
        ("q" * 56, "q" * 56 + "-poison"),
        ("q" * 57, None),
    ],
)
def test_the_poison_queue(queue: str, poison: str | None) -> None:
    assert poison_queue(queue) == poison


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("queue", "count", "succeeded", "settlement"),
    [
        ("q", 1, True, Settlement(Fate.DELETE)),
        ("q", 9, True, Settlement(Fate.DELETE)),
        ("q", 1, False, Settlement(Fate.RELEASE, visibility=MINUTE)),
        ("q", 2, False, Settlement(Fate.RELEASE, visibility=MINUTE)),
        ("q", 3, False, Settlement(Fate.MOVE, "q-poison")),
        ("q", 4, False, Settlement(Fate.MOVE, "q-poison")),
        ("q-poison", 1, False, Settlement(Fate.RELEASE, visibility=10 * MINUTE)),
        ("q-poison", 4, False, Settlement(Fate.RELEASE, visibility=10 * MINUTE)),
        ("q-poison", 4, True, Settlement(Fate.DELETE)),
    ],
)
def test_what_becomes_of_a_queue_message(
    queue: str, count: int, succeeded: bool, settlement: Settlement
) -> None:
    assert settlement == settle_queue_message(
        queue, count, succeeded=succeeded, max_dequeue_count=3, visibility_timeout=MINUTE
    )


@pytest.mark.parametrize(
    ("count", "succeeded", "settlement"),
    [
        (1, True, Settlement(Fate.DELETE)),
        (9, False, Settlement(Fate.RELEASE)),
        (10, False, Settlement(Fate.MOVE, "dead")),
        (10, True, Settlement(Fate.DELETE)),
    ],
)
def test_what_becomes_of_a_bus_message(count: int, succeeded: bool, settlement: Settlement) -> None:
    assert settle_bus_message("dead", count, succeeded=succeeded) == settlement
