"""The command as a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import azure_functions_lib
from azure_functions_lib.cli.app import COMMANDS

EXAMPLE = str(Path(__file__).parents[2] / "docs" / "examples" / "guide" / "layout_2020")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_python_m() -> None:
    result = run("-m", "azure_functions_lib", "--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert azure_functions_lib.__version__ in result.stdout


@pytest.mark.parametrize(
    ("command", "missing", "extra"),
    [("list", "click", "cli"), ("list", "rich", "cli"), ("start", "uvicorn", "host")],
)
def test_missing_package_gives_one_line_that_says_what_to_install(
    command: str, missing: str, extra: str
) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; sys.argv[1:] = [{command!r}, {EXAMPLE!r}]; "
        "from azure_functions_lib.__main__ import main; main()"
    )
    result = run("-c", code)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert missing in line
    assert f"pip install 'azure-functions-lib[{extra}]'" in line


def test_a_command_imports_only_what_it_needs() -> None:
    code = (
        "import sys; from azure_functions_lib.cli.app import cli; "
        "cli(['check', '--help'], standalone_mode=False); "
        "print(sorted(name for name in sys.modules if name.startswith('azure_functions_lib.')))"
    )
    loaded = run("-c", code).stdout
    assert "'azure_functions_lib.cli.check'" in loaded
    assert "'azure_functions_lib.cli.invoke'" not in loaded
    assert "'azure_functions_lib.runtime'" not in loaded


def test_help_tells_of_every_command_and_imports_none() -> None:
    code = (
        "import sys; from azure_functions_lib.cli.app import cli; "
        "cli(['--help'], standalone_mode=False); "
        "print(sorted(name for name in sys.modules if name.startswith('azure_functions_lib.')))"
    )
    shown = run("-c", code).stdout
    folder = Path(azure_functions_lib.__file__).parent / "cli"
    files = [path for path in folder.glob("*.py") if "\ndef command(" in path.read_text("utf-8")]
    for path in files:
        assert f"\n  {path.stem} " in shown
    assert len(files) == len(COMMANDS)
    assert shown.splitlines()[-1] == "['azure_functions_lib.cli', 'azure_functions_lib.cli.app']"
