"""The command ``azfl`` itself: it imports a subcommand's file when that subcommand is asked for."""

from __future__ import annotations

import importlib

import click

from .. import __version__

COMMANDS = {
    "blob": "Look at blobs and write them, whether a host runs or not.",
    "call": "Let a running host call a function, whatever its trigger.",
    "check": "Print every problem of an app, with its remedy and place.",
    "event": "Print a trigger's payload to edit, for azfl invoke.",
    "export": "Print the function.json of every function, as the host sees it.",
    "invoke": "Run a function once, as a worker would.",
    "list": "Print the functions with their triggers, URLs and outputs.",
    "log": "Print the last invocations, whether a host runs or not.",
    "new": "Begin an app, or add a function to one.",
    "pack": "Make the zip file that an app is published as.",
    "queue": "Look at queues and put messages into them.",
    "replay": "Let a running host run a function again with what it was given.",
    "save": "Write what an invocation was given into a file.",
    "settings": "Show and change the settings of an app on this machine.",
    "shim": "Let workers that find a folder run on this library.",
    "show": "Print what an invocation was given, logged and gave.",
    "start": "Serve an app on this machine until Ctrl-C.",
    "table": "Look at tables and write rows, whether a host runs or not.",
    "time": "Let time pass for a running host.",
}
"""The subcommands and what ``azfl --help`` says of them.

Each is the object ``command`` of the file of its name.
"""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

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
