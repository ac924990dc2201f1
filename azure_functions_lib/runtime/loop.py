"""The event loop of a runtime that has none around it, and how threads are brought to an end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from .._log import warn
from ..context import current
from ..errors import InvocationError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine

__all__ = ["Loop", "shut_down"]

T = TypeVar("T")

_around: ContextVar[tuple[Loop, ...]] = ContextVar("loops that wait", default=())
"""The loops that wait for the running code."""


class Loop:
    """An event loop that runs one coroutine at a time; it is made when it is first needed.

    Args:
        timeout: how many seconds closing waits for tasks, and for threads, that do not end.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._guard = threading.Lock()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end, while other threads wait for their turn.

        Raises:
            InvocationError: the calling code is run by this loop, which would wait for itself.
        """
        around = _around.get()
        if self in around:
            coroutine.close()
            context = current.get()
            raise InvocationError(
                f"function {context.function_name if context else '?'!r} calls the runtime, or "
                "the client, that waits for it: neither would ever go on. Call the other "
                "function's code itself, or open the runtime by 'async with' and await it"
            )
        with self._guard:
            if self._loop is None:
                self._make()
            assert self._loop is not None
            token = _around.set((*around, self))
            try:
                return self._run(self._loop, coroutine)
            finally:
                _around.reset(token)

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
        import asyncio

        if asyncio._get_running_loop() is None:
            return loop.run_until_complete(coroutine)
        # Another loop runs in this thread, which waits for a thread that runs this one.
        with ThreadPoolExecutor(1) as helper:
            run = copy_context().run
            return helper.submit(run, loop.run_until_complete, coroutine).result()

    def _make(self) -> None:
        import asyncio

        self._loop = asyncio.new_event_loop()
        # Its default would be waited for without an end, before Python 3.12.
        self._threads = ThreadPoolExecutor(thread_name_prefix="asyncio")
        self._loop.set_default_executor(self._threads)

    def close(self) -> None:
        """End what still runs on the loop, and the loop."""
        if self._loop is None:
            return
        assert self._threads is not None
        try:
            self.run(_cancel_tasks(self._timeout))
            self.run(self._loop.shutdown_asyncgens())
            if not self.run(shut_down(self._threads, self._timeout)):
                warn("left while what the app gave to asyncio.to_thread still runs")
        finally:
            self._loop.close()
            self._loop = None


async def _cancel_tasks(timeout: float) -> None:
    import asyncio

    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    ended = asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait((asyncio.ensure_future(ended),), timeout=timeout)
    for task in tasks:
        if not task.done():
            warn("left while the task %s of the app still runs", task.get_name())


async def shut_down(pool: ThreadPoolExecutor, timeout: float) -> bool:
    """Shut down a pool of threads while the event loop goes on, since threads may wait for it.

    Args:
        pool: calls that no thread has begun with are cancelled.
        timeout: how many seconds to wait for threads that do not end.

    Returns:
        whether all threads have ended.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def wait_for_threads() -> None:
        pool.shutdown(cancel_futures=True)
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set)

    waiting = threading.Thread(target=wait_for_threads, daemon=True)
    waiting.start()
    try:
        await asyncio.wait_for(ended.wait(), timeout)
    except asyncio.TimeoutError:
        return False
    waiting.join()
    return True
