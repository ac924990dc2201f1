"""Packing an app of many files, and of large ones, without a build."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from . import Row

_MANY = 2_000
_SMALL, _LARGE = 1 << 20, 64 << 20


def rows() -> Iterable[Row]:
    """Measure the whole command, and how its memory grows with the size of a file."""
    with tempfile.TemporaryDirectory() as folder:
        app = _app(Path(folder, "many"))
        for number in range(_MANY):
            file = app / f"part{number % 20}" / f"module{number}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"NUMBER = {number}\n" * 20)
        seconds, peak = _pack(app)
        yield Row(f"azfl pack: {_MANY:,} files", seconds, note=f"peak {peak >> 20} MiB; aim 2 s")
        peaks = []
        for size in (_SMALL, _LARGE):
            app = _app(Path(folder, str(size)))
            with (app / "data.bin").open("wb") as file:
                for _ in range(size >> 20):
                    file.write(os.urandom(1 << 20))
            seconds, peak = _pack(app)
            peaks.append(peak >> 20)
        note = f"peak {peaks[1]} MiB, {peaks[0]} MiB for a file of {_SMALL >> 20} MiB"
        yield Row(f"azfl pack: a file of {_LARGE >> 20} MiB", seconds, note=note)


def _app(root: Path) -> Path:
    root.mkdir()
    (root / "host.json").write_text('{"version": "2.0"}')
    (root / "function_app.py").write_text(
        "import azure_functions_lib as func\n\napp = func.FunctionApp()\n\n\n"
        '@app.route("hello")\ndef hello(req: func.HttpRequest) -> str:\n    return "hello"\n'
    )
    return root


_MEASURED = """
import resource, sys
from azure_functions_lib.cli.app import cli
try:
    cli(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _pack(app: Path) -> tuple[float, int]:
    """Give the seconds of the whole command in a process of its own, and its memory in bytes."""
    command = [sys.executable, "-c", _MEASURED, "pack", str(app), "--build", "none"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "-o", f"{app}.zip"], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, int(done.stdout.split()[-1]) * unit
