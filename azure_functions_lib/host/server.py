"""Runs a host behind a socket of its own, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

from ..errors import AppError

if TYPE_CHECKING:
    from uvicorn import Server

    from .host import Host

__all__ = ["listening_socket", "make_server", "serve"]


def listening_socket(address: str, port: int) -> socket.socket:
    """Open the socket that requests come to.

    Args:
        address: the IP address or host name.
        port: the port; 0 for a free one.

    Raises:
        AppError: it cannot be opened; where the port is taken the message names who has it.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((address, port))
        opened.listen(2048)
    except OSError as error:
        opened.close()
        from .ports import holder

        holds = holder(port)
        who = f" by {holds}" if holds else ""
        raise AppError(
            f"port {port} of {address} cannot be opened{who}: {error.strerror}. End what holds it, "
            "or choose another one by --port"
        ) from None
    opened.setblocking(False)
    return opened


def make_server(host: Host) -> Server:
    """Make the server before a host; signals are left to whoever runs it."""
    import uvicorn

    config = uvicorn.Config(
        host,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(host.grace)),
        ws="none",
    )

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # signals stop the host, not the server alone

    return Quiet(config)


async def serve(
    host: Host,
    listening: socket.socket,
    *,
    started: Callable[[], Awaitable[None]] | None = None,
    end_at_once: Callable[[], None],
) -> None:
    """Serve until the process is told to stop, or ``started`` has ended.

    The first signal lets what runs end; a second one ends at once.

    Args:
        host: the host, which is started and stopped.
        listening: where its requests come to.
        started: what to run once it is served; when it ends the host stops.
        end_at_once: what to do at a second signal.
    """
    loading = asyncio.ensure_future(host.start())  # the app loads while the server is imported
    await asyncio.sleep(0)
    server = make_server(host)

    def stop() -> None:
        if server.should_exit:
            end_at_once()
        server.should_exit = True
        loading.cancel()

    with _on_signals(stop):
        try:
            await loading
            running = asyncio.ensure_future(server.serve(sockets=[listening]))
            if started is not None:
                await started()
                server.should_exit = True
            await running
        except asyncio.CancelledError:
            if not server.should_exit:
                raise
        finally:
            await host.stop()


@contextlib.contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    try:
        for each in signals:
            loop.add_signal_handler(each, stop)
    except NotImplementedError:  # Windows
        former = {
            each: signal.signal(each, lambda *_: loop.call_soon_threadsafe(stop))
            for each in signals
        }
        try:
            yield
        finally:
            for each, handler in former.items():
                signal.signal(each, handler)
        return
    try:
        yield
    finally:
        for each in signals:
            loop.remove_signal_handler(each)
