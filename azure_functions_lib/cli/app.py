"""The command ``azfl`` itself: it imports a subcommand's file when that subcommand is asked for."""

from __future__ import annotations

import importlib

import click

from .. import __version__

COMMANDS = (
    "blob",
    "call",
    "check",
    "event",
    "export",
    "invoke",
    "list",
    "log",
    "new",
    "pack",
    "queue",
    "replay",
    "save",
    "settings",
    "shim",
    "show",
    "start",
    "table",
    "time",
)
"""The subcommands: each is the object ``command`` of the file of its name."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__package__}.{cmd_name}")
        found: click.Command = module.command
        return found


_EPILOG = "Exit status: 0 all went well, 1 the function raised, 2 the app or the call is wrong."


@click.group(
    cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG
)
@click.version_option(__version__, prog_name="azfl")
def cli() -> None:
    """Begin, check, run and pack apps of Azure Functions on this machine.

    APP is a folder: with host.json and a folder for each function, with a function_app.py, or
    holding such a folder named __app__.
    """
