"""What waits in a test client's storage and clock, and its way to the functions."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..bindings import Channel
from ..context import Context
from ..delivery.dispatch import Dispatcher, Source
from ..delivery.options import read_host_options
from ..delivery.timers import Tick, Timer
from ..errors import InvocationError
from ..runtime.invocation import Invocation
from .clock import JumpingClock
from .memory import MemoryStorage

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp, LoadedFunction
    from ..delivery.call import Call, Outcome
    from ..delivery.storage import Message

__all__ = ["Deliveries"]

MAX_RETRIES = 100
"""After how many retries a policy that retries for ever is given up."""

# However far the clock jumps, a message whose function runs is not taken by another.
_NO_END = timedelta(days=36500)

_STREAMS = (Channel.EVENT_HUB, Channel.KAFKA)

_attempts: ContextVar[list[Invocation]] = ContextVar("attempts")


@dataclass
class _Ticking:
    function: LoadedFunction
    timer: Timer
    tick: Tick


class Deliveries:
    """Delivers what is sent, and what time brings, by the host's rules.

    Args:
        app: the app.
        run: makes one call.
        start: the time that the clock shows first.
    """

    def __init__(
        self,
        app: LoadedApp,
        run: Callable[[Call], Invocation | Awaitable[Invocation]],
        start: datetime | None,
    ) -> None:
        self._app = app
        self._run = run
        self.clock = JumpingClock(start)
        self.storage = MemoryStorage(self.clock)
        self.dispatcher = Dispatcher(
            app,
            self,
            self.storage,
            self,
            options=read_host_options(app.host.data, os.environ),
            settings=os.environ,
            lease=_NO_END,
            observe=self._observe,
        )
        self._taken: set[str] = set()
        self._ticking = list(self._timers())

    # -- Calls

    async def invoke(self, call: Call) -> Outcome:
        """Make one call, as the dispatcher asks."""
        made = self._run(call)
        invocation = made if isinstance(made, Invocation) else await made
        _attempts.get().append(invocation)
        return invocation.outcome()

    def now(self) -> datetime:
        """Tell the dispatcher the time."""
        return self.clock.now()

    async def sleep_until(self, when: datetime) -> None:
        """Jump over the wait before a retry, unless there have been too many."""
        attempts = _attempts.get()
        if len(attempts) > MAX_RETRIES:
            raise InvocationError(
                f"function {attempts[-1].function_name!r} still fails after {MAX_RETRIES} retries, "
                "and its policy allows more"
            ) from attempts[-1].exception
        self.clock.jump(when)

    def _observe(self, call: Call, outcome: Outcome, error: Exception | None) -> None:
        """Give an attempt what kept its inputs from being read or its outputs from being stored."""
        if error is None:
            return
        attempts = _attempts.get()
        if not attempts or attempts[-1].invocation_id != outcome.invocation_id:
            attempts.append(Invocation(Context(outcome.invocation_id, outcome.function)))
        attempts[-1].exception = error

    async def run(self, function: LoadedFunction, call: Call) -> list[Invocation]:
        """Run a function as often as its retry policy says; give all attempts."""
        return await self._attempted(self.dispatcher.run(function, call))

    async def _attempted(self, delivery: Awaitable[object]) -> list[Invocation]:
        attempts: list[Invocation] = []
        token = _attempts.set(attempts)
        try:
            await delivery
        finally:
            _attempts.reset(token)
        return attempts

    # -- Messages

    def sources(self, name: str | None) -> list[Source]:
        """Find the triggers of a queue, topic, hub, blob path or container; all by None.

        Raises:
            InvocationError: there are none.
        """
        sources = self.dispatcher.sources
        if name is None:
            return list(sources)
        found = [source for source in sources if name.lower() in _names(source)]
        if not found:
            known = ", ".join(sorted({repr(source.place.name) for source in sources}))
            raise InvocationError(
                f"no function is triggered by {name!r}. There are triggers for: {known or 'none'}"
            )
        return found

    async def deliver_next(
        self, sources: Sequence[Source], count: int, limit: int
    ) -> list[Invocation] | None:
        """Deliver the next messages of the first source that has some; None if there are none.

        The clock jumps to when a message that has failed can be taken again.

        Raises:
            InvocationError: there are some, and ``count`` deliveries have reached the limit.
        """
        if count >= limit:
            waiting = [source.place.name for source in sources if await self._waits(source)]
            if waiting:
                raise InvocationError(
                    f"{waiting[0]!r} still has messages after {limit} deliveries. Does a function "
                    "send to what triggers it, or fail for ever? Give a higher limit if not"
                )
            return None
        while True:
            for source in sources:
                attempts = await self._deliver(source)
                if attempts:
                    return attempts
            when = min(
                (each.next_visible_on for source in sources for each in self._released(source)),
                default=None,
            )
            if when is None:
                return None
            self.clock.jump(when)

    async def _waits(self, source: Source) -> bool:
        if source.place.channel in _STREAMS:
            streams, reader = self.storage.streams, source.function.name
            position = await streams.position(source.name, reader)
            return bool(await streams.read(source.name, after=position, count=1))
        return bool(self._released(source))

    async def _deliver(self, source: Source) -> list[Invocation]:
        """Deliver what a source has next, leaving out what needs no invocation."""
        if source.place.channel in _STREAMS:
            return await self._attempted(self.dispatcher.deliver_events(source))
        while taken := await self.dispatcher.take(source):
            ids = {message.id for message in taken}
            self._taken |= ids
            try:
                attempts = await self._attempted(self.dispatcher.deliver(source, taken))
            finally:
                self._taken -= ids
            if attempts:
                return attempts
        return []

    def _released(self, source: Source) -> list[Message]:
        """The messages of a source that nobody has taken, visible or not."""
        queues = self.storage.queues
        if source.place.channel is not Channel.QUEUE:
            queues = self.storage.bus
        return [each for each in queues.all(source.name) if each.id not in self._taken]

    # -- Timers

    def _timers(self) -> Iterator[_Ticking]:
        for name, timer in self.dispatcher.timers.items():
            # A test that opens a client has not asked for a run.
            waiting = replace(timer, run_on_startup=False)
            tick = waiting.start(None, self.clock.now())
            yield _Ticking(self._app.functions[name], waiting, tick)

    async def fire_next(self, until: datetime) -> list[Invocation] | None:
        """Run the function of the timer that is due next, if that is not after a time."""
        due = [
            (each.tick.due, index)
            for index, each in enumerate(self._ticking)
            if each.tick.due is not None and each.tick.due <= until
        ]
        if not due:
            self.clock.jump(until)
            return None
        when, index = min(due)
        self.clock.jump(when)
        ticking, started = self._ticking[index], self.clock.now()
        tick = ticking.tick
        ticking.tick = ticking.timer.after(tick, started)
        delivery = self.dispatcher.deliver_tick(ticking.function, ticking.timer, tick)
        return await self._attempted(delivery)


def _names(source: Source) -> tuple[str, ...]:
    names = (source.place.name.lower(),)
    return names if source.pattern is None else (*names, source.pattern.container.lower())
