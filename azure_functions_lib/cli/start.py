"""``azfl start [APP]``."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import AzureFunctionsError
from .common import app_argument, app_path

if TYPE_CHECKING:
    from ..host.host import Host


def _names(_: object, __: object, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for each in given for name in each.replace(",", " ").split())


@click.command("start")
@app_argument
@click.option(
    "--port", "-p", type=click.IntRange(0, 65535), help="Default: local.settings.json, 7071."
)
@click.option("--address", default="127.0.0.1", show_default=True, help="Where requests come to.")
@click.option("--cors", help="Origins whose pages may call the app, with commas; * for all.")
@click.option("--functions", multiple=True, callback=_names, help="Load only these, with commas.")
@click.option("--auth", is_flag=True, help="Ask for access keys, as Azure does.")
@click.option("--processes", type=click.IntRange(1, 64), help="Child processes that run the code.")
@click.option("--in-process", is_flag=True, help="Run the code in this process, for a debugger.")
@click.option("--no-reload", is_flag=True, help="Do not load the app anew when a file changes.")
@click.option("--memory", is_flag=True, help="Keep queues, blobs and tables in memory.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="The state file.")
@click.option("--env-file", type=app_path, help="Settings as NAME=VALUE lines.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--exec", "command_line", help="Start, run a command with AZFL_URL set, and stop.")
@click.option("--open", "opens", is_flag=True, help="Open the app in a browser.")
@click.option(
    "--grace",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    help="Seconds that running invocations may take to end.",
)
@click.option(
    "--debug", type=int, is_flag=False, flag_value=5678, help="Wait for debugpy's client on a port."
)
def command(app: Path, **options: Any) -> None:
    """Serve APP on this machine until Ctrl-C: HTTP, queues, blobs, tables and timers."""
    try:
        status = _run(app, options)
    except AzureFunctionsError as error:
        raise click.ClickException(str(error)) from None
    raise SystemExit(status)


def _run(app: Path, options: dict[str, Any]) -> int:
    from ..app.settings import read_local_settings
    from ..delivery.cors import Cors
    from ..host.compose import Setup, compose
    from ..host.loop import run
    from ..host.running import announced
    from ..host.server import listening_socket, serve
    from .host_output import JsonLines, Lines

    local = read_local_settings(app)
    for name, value in _env_file(options["env_file"]):
        os.environ.setdefault(name, value)
    port = local.port if options["port"] is None else options["port"]
    listening = listening_socket(options["address"], port)
    port = listening.getsockname()[1]
    base_url = f"http://localhost:{port}"
    cors = options["cors"]
    setup = Setup(
        app,
        base_url=base_url,
        functions=options["functions"],
        processes=options["processes"],
        in_process=options["in_process"],
        memory=options["memory"],
        state=options["state"],
        auth=options["auth"],
        cors=None if cors is None else Cors.named(cors, credentials=local.cors_credentials),
        grace=options["grace"],
    )
    level = logging.getLevelName(options["log_level"].upper())
    observer = JsonLines() if options["as_json"] else Lines(level)
    status = 0

    async def main() -> None:
        nonlocal status
        host = compose(setup, observer)

        async def started() -> None:
            nonlocal status
            if isinstance(observer, Lines):
                observer.show_banner(host, setup.state_file)
            if options["opens"]:
                click.launch(base_url)
            if options["command_line"] is None:
                await _watched(host, reloads=not (options["no_reload"] or setup.in_process))
            else:
                status = await _executed(options["command_line"], base_url)

        await serve(host, listening, started=started, end_at_once=lambda: os._exit(0))

    with announced(app, base_url):
        run(main())
    return status


async def _executed(command_line: str, base_url: str) -> int:
    """Run a command that finds the app by ``AZFL_URL``; give its exit status."""
    environment = {**os.environ, "AZFL_URL": base_url}
    process = await asyncio.create_subprocess_shell(command_line, env=environment)
    return await process.wait()


async def _watched(host: Host, *, reloads: bool) -> None:
    """Load the app anew when a file of it changes; for ever."""
    if not reloads or host.serving is None:
        await asyncio.Event().wait()
    assert host.serving is not None
    from ..host.reload import changes

    data = host.serving.app.host.data
    async for _ in changes(
        host.serving.app.root,
        files=data.get("watchFiles") or (),
        directories=data.get("watchDirectories") or (),
    ):
        await host.reload()


def _env_file(path: Path | None) -> Iterator[tuple[str, str]]:
    for line in () if path is None else path.read_text().splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            yield name.removeprefix("export ").strip(), value.strip().strip("\"'")
