"""Runs a host behind a socket of its own, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvicorn import Server

    from .host import Host

__all__ = ["make_server", "serve"]


def make_server(host: Host) -> Server:
    """Make the server before a host; signals are left to whoever runs it."""
    import uvicorn

    config = uvicorn.Config(
        host,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(host.grace) + 1,
        ws="none",
    )
    config.load()  # the protocol's module, too, is imported while the app is loaded

    logging.getLogger("uvicorn.error").addFilter(_is_news)

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # signals stop the host, not the server alone

    return Quiet(config)


# The host says itself, and better, that it takes no WebSocket, and what an app did not complete.
_KNOWN = ("Unsupported upgrade", "No supported WebSocket", "ASGI callable returned without compl")


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_KNOWN)


async def serve(
    host: Host,
    listening: socket.socket,
    *,
    load: Callable[[], Awaitable[None]],
    work: Callable[[], Awaitable[None]],
    end_at_once: Callable[[], None],
) -> None:
    """Serve until the process is told to stop, or ``work`` has ended.

    The first signal lets what runs end; a second one ends at once.

    Args:
        host: the host, which is stopped in the end.
        listening: where its requests come to.
        load: loads the app, for the first time.
        work: what to do while it is served; when it ends the host stops, and a signal cancels it.
        end_at_once: what to do at a second signal.

    Raises:
        AppError: what ``load`` raises.
    """
    serving = asyncio.ensure_future(_serve(host, listening, load, work))
    signalled = False

    def stop() -> None:
        nonlocal signalled
        if signalled:
            end_at_once()
        signalled = True
        serving.cancel()

    with _on_signals(stop):
        try:
            await serving
        except asyncio.CancelledError:
            if not signalled:
                raise


async def _serve(
    host: Host,
    listening: socket.socket,
    load: Callable[[], Awaitable[None]],
    work: Callable[[], Awaitable[None]],
) -> None:
    loading = asyncio.ensure_future(load())
    server = running = None
    try:
        await asyncio.sleep(0)  # in this process, too, loading begins before the server is imported
        server = make_server(host)
        await loading
        running = asyncio.ensure_future(server.serve(sockets=[listening]))
        await work()
    finally:
        loading.cancel()
        if server is not None:
            server.should_exit = True
        await host.stop()  # at once: what is on its way is answered meanwhile
        if running is not None:
            await running


@contextlib.contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    former = {}
    for each in signals:
        try:
            loop.add_signal_handler(each, stop)
        except NotImplementedError:  # Windows
            former[each] = signal.signal(each, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for each in signals:
            if each in former:
                signal.signal(each, former[each])
            else:
                loop.remove_signal_handler(each)
