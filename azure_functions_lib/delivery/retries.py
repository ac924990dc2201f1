"""What follows a failure: the waits of a retry policy, and what becomes of a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import islice
from random import random as uniform
from typing import Any, NamedTuple

from ..errors import DeclarationError, preview
from .timespan import parse_time_span

__all__ = [
    "LEASE",
    "MAX_DELIVERY_COUNT",
    "Fate",
    "RetryPolicy",
    "Settlement",
    "poison_queue",
    "settle_bus_message",
    "settle_queue_message",
]

FOR_EVER = -1

MAX_DELIVERY_COUNT = 10
"""How often Service Bus delivers a message that fails before it goes to the dead-letter queue."""

LEASE = timedelta(minutes=10)
"""How long a message is invisible while its function runs, unless that is renewed."""

_LONGEST_QUEUE_NAME = 63
_POISON = "-poison"


# -- Retry policies


@dataclass(frozen=True)
class RetryPolicy:
    """How often a failed invocation is run again, and how long after.

    Attributes:
        max_retry_count: how often at most; -1 means for ever.
        minimum: the first wait.
        maximum: the longest wait; that of a fixed delay is the first one.
    """

    max_retry_count: int
    minimum: timedelta
    maximum: timedelta

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> RetryPolicy:
        """Read a policy by the names of ``@app.retry``, or by those of function.json and host.json.

        Raises:
            DeclarationError: a part is missing or has no meaning.
        """
        given = {name.replace("_", "").lower(): value for name, value in settings.items()}
        strategy = str(given.get("strategy")).replace("_", "").lower()
        if strategy == "fixeddelay":
            minimum = maximum = _interval(given, "delayInterval")
        elif strategy == "exponentialbackoff":
            minimum, maximum = (
                _interval(given, "minimumInterval"),
                _interval(given, "maximumInterval"),
            )
        else:
            raise _refused("strategy", given.get("strategy"), "fixedDelay or exponentialBackoff")
        if minimum > maximum:
            raise _refused("minimumInterval", minimum, "no more than maximumInterval")
        try:
            count = int(given["maxretrycount"])
        except (KeyError, TypeError, ValueError):
            count = FOR_EVER - 1
        if count < FOR_EVER:
            raise _refused("maxRetryCount", given.get("maxretrycount"), "a whole number from -1 on")
        return cls(count, minimum, maximum)

    def waits(self, random: Callable[[], float] = uniform) -> Iterator[timedelta]:
        """Give the wait before each retry.

        An exponential one is the minimum at first, and then the minimum and as much again, doubled
        each time and varied by a fifth, until it has reached the maximum.

        Args:
            random: gives numbers from 0 to below 1.
        """
        waits = self._all_waits(random)
        if self.max_retry_count == FOR_EVER:
            return waits
        return islice(waits, self.max_retry_count)

    def _all_waits(self, random: Callable[[], float]) -> Iterator[timedelta]:
        wait, growth = self.minimum, self.minimum
        while wait < self.maximum:
            yield wait
            wait = self.minimum + (0.8 + 0.4 * random()) * growth
            growth = min(2 * growth, self.maximum)
        while True:
            yield self.maximum


def _interval(given: Mapping[str, Any], name: str) -> timedelta:
    value = given.get(name.lower())
    span = parse_time_span(value) if isinstance(value, str) else None
    if span is None or span < timedelta(0):
        raise _refused(name, value, "a time span such as '00:00:10'")
    return span


def _refused(name: str, value: object, expected: str) -> DeclarationError:
    came = "nothing" if value is None else preview(value)
    return DeclarationError(f"retry: {name}: got {came}; expected {expected}")


# -- What becomes of a message


class Fate(Enum):
    """What becomes of a message that was delivered."""

    DELETE = "it is deleted"
    RELEASE = "it can be taken again"
    MOVE = "it goes to another queue"


class Settlement(NamedTuple):
    """What becomes of a message.

    Attributes:
        fate: what is done with it.
        queue: where it is moved to.
        visibility: when it can be taken again, if it is released.
    """

    fate: Fate
    queue: str = ""
    visibility: timedelta = timedelta(0)


def poison_queue(queue: str) -> str | None:
    """Give the queue for messages that keep failing; None if there is none.

    A poison queue has none itself, nor has one whose name would be longer than a name can be.
    """
    name = queue + _POISON
    if queue.endswith(_POISON) or len(name) > _LONGEST_QUEUE_NAME:
        return None
    return name


def settle_queue_message(
    queue: str,
    dequeue_count: int,
    *,
    succeeded: bool,
    max_dequeue_count: int = 5,
    visibility_timeout: timedelta = timedelta(0),
) -> Settlement:
    """Decide what becomes of a message of a storage queue.

    Args:
        queue: its queue.
        dequeue_count: how often it has been taken.
        succeeded: whether the function has taken it, and its outputs are stored.
        max_dequeue_count: how often it may be taken (``extensions.queues.maxDequeueCount``).
        visibility_timeout: how long it is invisible after a failure (``visibilityTimeout``).
    """
    if succeeded:
        return Settlement(Fate.DELETE)
    poison = poison_queue(queue)
    if poison is None:
        # It is not released, and comes again when its lease is over.
        return Settlement(Fate.RELEASE, visibility=LEASE)
    if dequeue_count >= max_dequeue_count:
        return Settlement(Fate.MOVE, poison)
    return Settlement(Fate.RELEASE, visibility=visibility_timeout)


def settle_bus_message(dead_letters: str, delivery_count: int, *, succeeded: bool) -> Settlement:
    """Decide what becomes of a message of Service Bus.

    Args:
        dead_letters: its dead-letter queue.
        delivery_count: how often it has been delivered.
        succeeded: whether the function has taken it, and its outputs are stored.
    """
    if succeeded:
        return Settlement(Fate.DELETE)
    if delivery_count >= MAX_DELIVERY_COUNT:
        return Settlement(Fate.MOVE, dead_letters)
    return Settlement(Fate.RELEASE)
