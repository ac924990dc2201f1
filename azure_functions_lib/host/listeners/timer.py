"""Waits for the times of a timer trigger."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...delivery.schedule import ScheduleStatus
from ...delivery.storage import HOST_CONTAINER, NotFoundError
from .base import Listener

if TYPE_CHECKING:
    from ...app.loaded import LoadedFunction
    from ...delivery.clock import Clock
    from ...delivery.dispatch import Dispatcher
    from ...delivery.schedule import Tick, Timer
    from ...delivery.storage import Blobs

__all__ = ["TimerListener"]

_FAST_CLOCK = timedelta(minutes=1)  # by how much another machine's may differ


class TimerListener(Listener):
    """Runs a function at the times of its schedule, one run after the other.

    The status of its runs is a blob, as the host's is: what was missed while nothing ran is made
    up for by one run.

    Args:
        function: the function.
        timer: when it runs.
        dispatcher: runs it.
        blobs: where its status is kept.
        clock: tells the time.
        lock: see :class:`Listener`.
    """

    def __init__(
        self,
        function: LoadedFunction,
        timer: Timer,
        dispatcher: Dispatcher,
        blobs: Blobs,
        clock: Clock,
        *,
        lock: str,
    ) -> None:
        super().__init__(function.name, lock=lock)
        self._function = function
        self._timer = timer
        self._dispatcher = dispatcher
        self._blobs = blobs
        self._clock = clock
        self._blob = f"timers/{dispatcher.host_id}/Host.Functions.{function.name}/status"

    async def run(self) -> None:
        """Wait for the times of the schedule; see :meth:`Listener.run`."""
        tick = self._timer.start(await self.status(), self._clock.now())
        await self._store(tick.status)
        while tick.due is not None:
            await self._rest(self._clock.sleep_until(tick.due))
            started = self._clock.now()
            tick = await self._rest(self._start(self._ran(tick, started)))

    async def _ran(self, tick: Tick, started: datetime) -> Tick:
        """Run the function, store that it ran, and give the next run."""
        await self._dispatcher.deliver_tick(self._function, self._timer, tick)
        following = self._timer.after(tick, started)
        await self._store(following.status)
        return following

    async def status(self) -> ScheduleStatus | None:
        """Read what is stored of the timer's runs; None if there is nothing that can be used.

        So it is after the clock went back: what was stored lies ahead.
        """
        try:
            blob = await self._blobs.read(HOST_CONTAINER, self._blob)
            status = ScheduleStatus.from_json(json.loads(blob.content))
        except (NotFoundError, KeyError, TypeError, ValueError):
            return None
        latest = self._clock.now() + _FAST_CLOCK
        return None if status.last_updated and status.last_updated > latest else status

    async def _store(self, status: ScheduleStatus | None) -> None:
        if status is not None:
            await self._blobs.create(HOST_CONTAINER)
            await self._blobs.write(
                HOST_CONTAINER, self._blob, json.dumps(status.to_json()).encode()
            )
