"""``azfl pack [APP]``."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..errors import PackageError
from ..packing.pack import Request, Steps, pack, plan
from ..packing.target import DEFAULT_PLATFORM, HERE, Target
from ..packing.verify import verify
from .common import Failed, app_path, output_option, print_json, print_table, printable, url


@click.command("pack")
@click.argument("app", type=app_path, default=".")
@click.option(
    "-o", "package", type=click.Path(dir_okay=False, path_type=Path), help="Default: APP.zip."
)
@click.option(
    "--build",
    type=click.Choice(["local", "none"]),
    default="local",
    show_default=True,
    help="Install dependencies into the package, or leave that to the server.",
)
@click.option("--python", metavar="3.X", help="Default: the version that runs azfl.")
@click.option("--platform", metavar="TAG", help="Default: manylinux_2_28_x86_64.")
@click.option("--installer", type=click.Choice(["uv", "pip"]), help="Default: uv, if it is here.")
@click.option("--extra-index-url", multiple=True, type=url, help="A further package index.")
@click.option(
    "--shim/--no-shim",
    default=None,
    help="Let this library answer to azure.functions. Default: if the app depends on it.",
)
@click.option("--list", "lists", is_flag=True, help="Only show what goes in, and what does not.")
@click.option("--verify", "verifies", is_flag=True, help="Index the package; APP may be one.")
@output_option
def command(app: Path, output: str, **options: Any) -> None:
    """Make the zip file that APP is published as, with its dependencies.

    Leaves out what .funcignore lists, and local.settings.json. The same app gives the same bytes.
    """
    try:
        with _interruptible():
            if options["verifies"] and app.is_file():
                _show_verified(verify(app), output)
                return
            request = _request(app, options)
            if options["lists"]:
                _show_plan(request, output)
                return
            _pack(request, output)
            if options["verifies"]:
                _show_verified(verify(request.output), output)
    except PackageError as error:
        raise Failed(printable(error)) from None
    except KeyboardInterrupt:
        raise Failed("interrupted; no package was written") from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a request to terminate clean up as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _request(app: Path, options: dict[str, Any]) -> Request:
    return Request(
        app,
        options["package"] or Path(f"{app.resolve().name}.zip"),
        builds=options["build"] == "local",
        shim=options["shim"],
        target=Target(options["python"] or HERE, options["platform"] or DEFAULT_PLATFORM),
        installer=options["installer"],
        extra_index_urls=options["extra_index_url"],
    )


def _pack(request: Request, output: str) -> None:
    warnings: list[str] = []

    class Shown(Steps):
        def warn(self, message: str) -> None:
            warnings.append(message)
            if output == "text":
                click.echo(f"{click.style('warning', fg='yellow')}: {printable(message)}", err=True)

        @contextmanager
        def step(self, what: str, total: int | None = None) -> Iterator[Callable[[int], object]]:
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task(what, total=total)
                yield lambda count: progress.advance(task, count)

    packed = pack(request, Shown())
    if output == "json":
        document = {"package": str(packed.output), "files": packed.files, "bytes": packed.size}
        print_json({**document, "warnings": warnings})
        return
    files = f"{packed.files:,} file{'' if packed.files == 1 else 's'}"
    click.echo(f"wrote {printable(packed.output)}: {files}, {packed.size:,} bytes")


def _show_plan(request: Request, output: str) -> None:
    contents, requirements = plan(request)
    installed = [str(each) for each in requirements.items] if requirements else []
    if not request.builds:
        installed = []
    if output == "json":
        print_json(
            {
                "files": {entry.name: entry.size for entry in contents.entries},
                "installed": installed,
                "left_out": {each.name: each.reason for each in contents.left_out},
            }
        )
        return
    rows = [(entry.name, "yes", f"{entry.size:,} bytes") for entry in contents.entries]
    rows += [(each.name, "no", each.reason) for each in contents.left_out]
    for text in installed:
        tool, _, name = text.partition(": ")
        rows.append((name, "yes", f"by {tool}"))
    print_table(("what", "in", "why"), rows)


def _show_verified(verified: Any, output: str) -> None:
    if output == "json":
        print_json(
            {
                "functions": verified.functions,
                "problems": verified.problems,
                "answers": verified.answers,
            }
        )
    else:
        for name in verified.functions:
            click.echo(printable(name))
        for problem in verified.problems:
            click.echo(f"{click.style('problem', fg='red')}: {printable(problem)}", err=True)
        click.echo(f"azure.functions is {printable(verified.answers)}", err=True)
    if verified.problems:
        raise SystemExit(2)
