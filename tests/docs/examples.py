"""Reads the fenced blocks of a Markdown file and runs them as a reader would, top to bottom.

========================  =========================================================================
block                     what happens
========================  =========================================================================
any with ``file=PATH``    is written to that file, below an empty folder that is the current one
``python``                is executed; the blocks of a file share their names. Functions called
                          ``test_...`` are called. With ``>>>`` it is a doctest
``console``               each ``$ azfl ...`` is run, and must print the lines that follow it;
                          ``...`` stands for any text, ``# exits with N`` ends a command that fails,
                          ``&`` one that runs on to the end of the document, on a free port.
                          Other commands are for the reader only, and show no output
others                    nothing
========================  =========================================================================

The folder ``docs`` of the repository can be reached from the current folder under its name.
"""

from __future__ import annotations

import asyncio
import doctest
import inspect
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from click.testing import CliRunner

from azure_functions_lib.cli.app import cli
from azure_functions_lib.host.running import running_url


class Block(NamedTuple):
    """A fenced block: where its text begins, its language, its file if it names one."""

    line: int
    language: str
    file: str | None
    text: str


_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)(?: +file=(?P<file>\S+))?[^\n`]*\n(?P<text>.*?)^ *```\s*$",
    re.MULTILINE | re.DOTALL,
)


def blocks(document: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown text."""
    for found in _FENCE.finditer(document):
        indent = len(found["indent"])
        text = "".join(line[indent:] for line in found["text"].splitlines(keepends=True))
        line = document.count("\n", 0, found.start("text")) + 1
        yield Block(line, found["language"], found["file"], text)


def run(path: Path) -> None:
    """Run the blocks of a Markdown file in the current folder."""
    names: dict[str, Any] = {"__name__": "__example__"}
    with ExitStack() as running:
        for block in blocks(path.read_text(encoding="utf-8")):
            if block.file is not None:
                target = Path(block.file)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                _run_python(block, path, names)
            elif block.language == "console":
                _run_console(block, path, running)


def _run_python(block: Block, path: Path, names: dict[str, Any]) -> None:
    if ">>>" in block.text:
        _run_doctest(block, path, names)
        return
    before = dict(names)
    # The blank lines give tracebacks the document's line numbers.
    exec(compile("\n" * (block.line - 1) + block.text, str(path), "exec"), names)
    for name, value in list(names.items()):
        if name.startswith("test_") and before.get(name) is not value and callable(value):
            result = value()
            if inspect.iscoroutine(result):
                asyncio.run(result)


def _run_doctest(block: Block, path: Path, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(
        block.text, names, path.name, str(path), block.line - 1
    )
    failed: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=failed.append, clear_globs=False)
    names.update(test.globs)
    assert not runner.failures, "".join(failed)


@contextmanager
def _host(arguments: list[str]) -> Iterator[None]:
    """Run ``azfl start`` in the background; commands find it, and wait until it has loaded."""
    command = [sys.executable, "-m", "azure_functions_lib", *arguments, "--port", "0"]
    with TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            for _ in range(2000):
                if running_url(Path(arguments[1])) or process.poll() is not None:
                    break
                time.sleep(0.01)
            yield
        finally:
            process.terminate()
            status = process.wait(20)
            output.seek(0)
            assert status == 0, output.read().decode()


def _run_console(block: Block, path: Path, running: ExitStack) -> None:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.replace("\\\n", "").partition("\n")
        command, _, comment = command.partition("  # exits with ")
        where = f"{path.name}, line {block.line}: {command}"
        program, *arguments = shlex.split(command)
        if program != "azfl":
            assert not expected.strip(), f"{where}: its output is not checked, so leave it out"
            continue
        if arguments[-1] == "&":
            running.enter_context(_host(arguments[:-1]))
            continue
        status, output, shown = _ended(arguments)
        assert status == int(comment or 0), f"{where}\n{shown}"
        matches = doctest.OutputChecker().check_output(
            _without_json_blanks(expected.strip()) + "\n",
            _without_json_blanks(output.strip()) + "\n",
            doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
        )
        assert matches, f"{where}\nexpected:\n{expected}\ngot:\n{shown}"


def _without_json_blanks(text: str) -> str:
    """Leave out blanks of JSON: what functions send has none where orjson is installed."""
    return re.sub(r'(["}\]][:,]|\d,) (?=["\d{\[\\.-]|true|false|null)', r"\1", text)


def _ended(arguments: list[str]) -> tuple[int, str, str]:
    """Run ``azfl``; give its exit status, what it wrote to stdout, and all that it wrote."""
    if arguments[0] == "start":  # which runs a command of its own
        command = [sys.executable, "-m", "azure_functions_lib", *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return ended.returncode, ended.stdout, ended.stdout + ended.stderr
    result = CliRunner().invoke(cli, arguments, prog_name="azfl")
    return result.exit_code, result.stdout, result.output
