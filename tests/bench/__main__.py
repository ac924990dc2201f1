"""Print one table of the benchmarks, all or the named: ``python -m tests.bench http queue``."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

import azure_functions_lib

from . import Row


def main(names: list[str]) -> None:
    """Run the benchmarks and print their table."""
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    try:
        other = f"azure-functions {importlib.metadata.version('azure-functions')}"
    except importlib.metadata.PackageNotFoundError:
        other = "azure-functions (not installed)"
    table = Table(
        title=f"azure-functions-lib {azure_functions_lib.__version__} beside {other}, "
        f"{platform.python_implementation()} {platform.python_version()}",
        box=MARKDOWN,
    )
    table.add_column("operation")
    for heading in ("here", "azure-functions", "times as fast", "aim"):
        table.add_column(heading, justify="right")
    table.add_column("note")
    for row in _rows(names):
        table.add_row(
            row.name,
            _seconds(row.ours) if row.ours else "",
            "" if row.theirs is None else _seconds(row.theirs),
            "" if row.factor is None else _factor(row),
            "" if row.target is None else f"{row.target:g}",
            row.note,
        )
    console.print(table)


def _rows(names: list[str]) -> Iterable[Row]:
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if not names or path.stem.removeprefix("bench_") in names:
            yield from importlib.import_module(f"{__package__}.{path.stem}").rows()


def _seconds(value: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(value) >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def _factor(row: Row) -> str:
    assert row.factor is not None
    missed = row.target is not None and row.factor < row.target
    return f"[red]{row.factor:.3g}[/red]" if missed else f"{row.factor:.3g}"


main(sys.argv[1:])
