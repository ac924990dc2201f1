"""``azfl start [APP]``."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import AppError, AzureFunctionsError
from .common import app_argument, app_path, printable

_FUNCTIONS = "--functions"
_APP_FILES = ("host.json", "function_app.py", "__app__")


class _Start(click.Command):
    """Takes several names after ``--functions``, as the command ``func start`` does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_each_with_option(args)))


def _each_with_option(args: Sequence[str]) -> Iterator[str]:
    """Write ``--functions A B`` as ``--functions A --functions B``; an app's folder is no name."""
    names = False
    for index, argument in enumerate(args):
        if argument == _FUNCTIONS or argument.startswith("-"):
            names = argument == _FUNCTIONS
            if not names:
                yield argument
        elif names and not (index == len(args) - 1 and _is_app(argument)):
            yield from (_FUNCTIONS, argument)
        else:
            yield argument


def _is_app(argument: str) -> bool:
    return any(Path(argument, name).exists() for name in _APP_FILES)


def _names(_: object, __: object, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for each in given for name in each.replace(",", " ").split())


@click.command("start", cls=_Start)
@app_argument
@click.option(
    "--port", "-p", type=click.IntRange(0, 65535), help="Default: local.settings.json, 7071."
)
@click.option("--address", help="Where requests come to. Default: local.settings.json, 127.0.0.1.")
@click.option("--cors", help="Origins that may call the app, or * for all.")
@click.option(_FUNCTIONS, multiple=True, callback=_names, help="Load only these: A B, or A,B.")
@click.option("--auth", is_flag=True, help="Ask for access keys, as Azure does.")
@click.option("--processes", type=click.IntRange(1, 64), help="Child processes that run the code.")
@click.option("--in-process", is_flag=True, help="Run the code in this process, for a debugger.")
@click.option("--no-reload", is_flag=True, help="Do not load the app anew when a file changes.")
@click.option("--memory", is_flag=True, help="Keep queues, blobs and tables in memory.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The state file.  [default: .azfl/state.db of APP]",
)
@click.option("--env-file", type=app_path, help="Further settings, as lines NAME=VALUE.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="What is shown of logs; from warning on no calls that succeed.",
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
    "--debug",
    type=click.IntRange(1, 65535),
    is_flag=False,
    flag_value=5678,
    metavar="[PORT]",
    help="Wait for a debugger to attach to debugpy, at port 5678 by default.",
)
def command(app: Path, **options: Any) -> None:
    """Serve APP on this machine until Ctrl-C: HTTP, queues, blobs, tables and timers.

    Exit status: 0 after Ctrl-C, that of the command of --exec, 1 if it cannot be served.
    """
    for package in ("uvicorn", "watchfiles"):  # imported while the app is loaded, which is late
        if importlib.util.find_spec(package) is None:
            raise ModuleNotFoundError(name=package)
    try:
        status = _run(app, options)
    except AzureFunctionsError as error:
        raise click.ClickException(printable(error)) from None
    if any(not each.daemon for each in threading.enumerate()[1:]):
        # A function that does not end, in a thread that nothing can end but this.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    raise SystemExit(status)


def _run(app: Path, options: dict[str, Any]) -> int:
    from ..app.root import app_root
    from ..app.settings import read_local_settings
    from ..delivery.cors import Cors
    from ..host.compose import Setup, begin
    from ..host.ports import base_url, listening_socket

    local = read_local_settings(app_root(app))
    port = local.port if options["port"] is None else options["port"]
    address = local.address if options["address"] is None else options["address"]
    with listening_socket(address, port) as listening:
        variables = {}
        if options["log_level"] == "debug":
            variables["PYTHON_ENABLE_DEBUG_LOGGING"] = "1"
        if options["debug"] is not None:
            variables["AzureFunctionsJobHost__functionTimeout"] = "-1"  # a breakpoint takes time
            _wait_for_debugger(options["debug"])
        cors = options["cors"]
        setup = Setup(
            app,
            base_url=base_url(listening),
            functions=options["functions"],
            processes=options["processes"],
            in_process=options["in_process"],
            memory=options["memory"],
            state=options["state"],
            auth=options["auth"],
            cors=None if cors is None else Cors.named(cors, credentials=local.cors_credentials),
            grace=options["grace"],
            env_file=options["env_file"],
            variables=variables,
        )
        since = time.time()
        begun = begin(setup)

        # Meanwhile the children load the app: this takes about as long. What is imported is no
        # garbage, and to look for some would take a twentieth of the time.
        gc.disable()
        from .host_run import run_host

        return run_host(setup, begun, since, listening, options)


def _wait_for_debugger(port: int) -> None:
    try:
        debugpy: Any = importlib.import_module("debugpy")
    except ImportError:
        raise AppError("--debug needs the package debugpy: pip install debugpy") from None
    try:
        debugpy.listen(("127.0.0.1", port))
    except Exception as error:  # debugpy's own kinds
        raise AppError(f"--debug: debugpy cannot listen at port {port}: {error}") from None
    click.echo(f"Waiting for a debugger to attach to port {port}.", err=True)
    debugpy.wait_for_client()
