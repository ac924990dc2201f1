"""``azfl start`` as a process of its own, for tests."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

AZFL = (sys.executable, "-m", "azure_functions_lib")
LONGEST = 30.0


def start(
    app: Path, *options: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``azfl start`` to its end; it needs an option such as ``--exec``."""
    return subprocess.run(
        [*AZFL, "start", str(app), "--port", "0", "--memory", *options],
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
        env={**os.environ, **(env or {})},
        cwd=cwd,
    )


def alive(pid: int | str) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{int(pid)}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


class Started:
    """A running ``azfl start``.

    Attributes:
        process: the process.
        events: what it has told so far.
        url: where the app is.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self.url = ""
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def wait_for(self, event: str) -> dict[str, Any]:
        """Wait for the next event of a kind."""
        while line := self._lines.get(timeout=LONGEST):
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == event:
                return self.events[-1]
        raise AssertionError(f"no {event}: {self.events}")

    def wait_for_line(self, text: str) -> str:
        """Wait for the next line that holds a text, where lines are for people."""
        shown = []
        while line := self._lines.get(timeout=LONGEST):
            shown.append(line)
            if text in line:
                return line
        raise AssertionError(f"no {text!r}: {shown}")


@contextmanager
def started(app: Path, *options: str, wait: bool = True, as_json: bool = True) -> Iterator[Started]:
    """Run ``azfl start`` for the time of a ``with`` block."""
    form = ("--json",) if as_json else ()
    process = subprocess.Popen(
        [*AZFL, "start", str(app), "--port", "0", "--memory", *form, *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            running = Started(process)
            if wait:
                running.url = running.wait_for("loaded")["url"]
            yield running
        finally:
            if process.poll() is None:
                process.kill()
