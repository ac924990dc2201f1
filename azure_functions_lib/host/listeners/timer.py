"""Waits for the times of a timer trigger."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...delivery.storage import HOST_CONTAINER, NotFoundError
from ...delivery.timers import ScheduleStatus
from .base import Listener

if TYPE_CHECKING:
    from ...app.loaded import LoadedFunction
    from ...delivery.clock import Clock
    from ...delivery.dispatch import Dispatcher
    from ...delivery.storage import Blobs
    from ...delivery.timers import Tick, Timer

__all__ = ["TimerListener", "stored_status"]

_FAST_CLOCK = timedelta(minutes=1)  # by how much another machine's may differ


def _status_blob(host_id: str, function: str) -> str:
    return f"timers/{host_id}/Host.Functions.{function}/status"


async def stored_status(
    blobs: Blobs, host_id: str, function: str, now: datetime
) -> ScheduleStatus | None:
    """Read what is stored of the runs of a function; None if there is nothing that can be used.

    So it is after the clock went back: what was stored lies ahead.
    """
    try:
        blob = await blobs.read(HOST_CONTAINER, _status_blob(host_id, function))
        status = ScheduleStatus.from_json(json.loads(blob.content))
    except (NotFoundError, KeyError, TypeError, ValueError):
        return None
    latest = now + _FAST_CLOCK
    return None if status.last_updated and status.last_updated > latest else status


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
        self._blob = _status_blob(dispatcher.host_id, function.name)

    async def run(self) -> None:
        """Wait for the times of the schedule; see :meth:`Listener.run`."""
        now, host_id = self._clock.now(), self._dispatcher.host_id
        stored = await stored_status(self._blobs, host_id, self._function.name, now)
        tick = self._timer.start(stored, now)
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

    async def _store(self, status: ScheduleStatus | None) -> None:
        if status is not None:
            await self._blobs.create(HOST_CONTAINER)
            await self._blobs.write(
                HOST_CONTAINER, self._blob, json.dumps(status.to_json()).encode()
            )
