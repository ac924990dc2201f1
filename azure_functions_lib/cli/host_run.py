"""Runs the host for ``azfl start``; it imports what serves, while children load the app already."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from ..host.compose import Setup, compose
from ..host.host import Host
from ..host.loop import run
from ..host.observer import Observer
from ..host.output import LogSender, captured
from ..host.running import announced
from ..host.server import serve
from ..host.spawn import Spawned
from .host_output import JsonLines, Lines

__all__ = ["run_host"]

_WATCH_AFTER = 0.1
"""Seconds: the first requests need not wait until what watches files is imported, for 20 ms."""


def run_host(
    setup: Setup,
    begun: Sequence[Spawned],
    since: float,
    listening: socket.socket,
    options: Mapping[str, Any],
) -> int:
    """Serve an app until Ctrl-C, or until the command of ``--exec`` has ended.

    Args:
        setup: what the host is made of.
        begun: its child processes, which load the app.
        since: when they have begun, in seconds since 1970.
        listening: where requests come to.
        options: those of the command line.

    Returns:
        the exit status.

    Raises:
        AzureFunctionsError: the app cannot be served.
    """
    level = getattr(logging, options["log_level"].upper())
    command_line, debug = options["command_line"], options["debug"]
    once = options["no_reload"] or options["in_process"] or command_line is not None
    kind = JsonLines if options["as_json"] else Lines
    # With a command, stdout is for what that prints.
    observer = kind(setup, level, to_stderr=command_line is not None, reloads=not once)
    status = 0

    async def main() -> None:
        nonlocal status
        try:
            host = compose(setup, observer, begun)
        except BaseException:
            for each in begun:
                each.end()
            raise

        async def load() -> None:
            gc.enable()  # which the app may be in need of, in this process
            await (host.start() if once else host.reload())

        async def work() -> None:
            nonlocal status
            gc.freeze()  # what is loaded stays: a tenth of what a request costs is to look at it
            if options["opens"]:
                click.launch(setup.base_url)
            if command_line is not None:
                if host.checking is not None:  # whose result is to be shown
                    await host.checking
                status = await _executed(command_line, setup.base_url, setup.grace)
            elif once:
                await asyncio.Event().wait()
            else:
                await _reloaded(host, setup.app, since)

        def end_at_once() -> None:
            host.kill()
            os._exit(0)

        await serve(host, listening, load=load, work=work, end_at_once=end_at_once)

    machine_read = options["as_json"] or command_line is not None
    with (
        announced(setup.app, setup.base_url),
        _shown(observer, prints=options["in_process"] and machine_read),
    ):
        # What begins a process for debugpy is Python's own loop.
        run(main(), plain=debug is not None)
    return status


@contextmanager
def _shown(observer: Observer, *, prints: bool) -> Iterator[None]:
    """Show what is logged in this process, and what is printed where that would be in the way."""
    if prints:
        with captured(observer.told):
            yield
    else:
        logging.root.addHandler(LogSender(observer.told))
        yield


async def _executed(command_line: str, base_url: str, grace: float) -> int:
    """Run a command that finds the app by ``AZFL_URL``; give its exit status."""
    environment = {**os.environ, "AZFL_URL": base_url}
    process = await asyncio.create_subprocess_shell(command_line, env=environment)
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):  # Ctrl-C has been for it, too
            process.terminate()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), grace)
        raise
    return status if status >= 0 else 128 - status  # as a shell tells of signals


async def _reloaded(host: Host, app: Path, since: float) -> None:
    """Load the app anew when a file of it changes; for ever."""
    await asyncio.sleep(_WATCH_AFTER)
    from ..host.reload import changes

    async for _ in changes(app, since):
        await host.reload()
