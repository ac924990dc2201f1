"""The documentation site: it builds without a warning, and its reference has every public name."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import azure_functions_lib as func
from azure_functions_lib import app, errors, runtime, testing, wire

DOCS = Path(__file__).parents[2] / "docs"

needs_sphinx = pytest.mark.skipif(
    importlib.util.find_spec("sphinx") is None,
    reason="sphinx is not installed (it comes with the extra `docs`)",
)


@pytest.mark.slow
@needs_sphinx
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Nor is there a link that leads nowhere, for that is a warning too."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", str(DOCS)]
    result = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "search.html").exists()


def documented() -> set[str]:
    """The names that the pages of the reference have an entry for."""
    text = "".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
    return set(re.findall(r"^\.\. (?:auto)?\w+:: (azure_functions_lib\.\S+)$", text, re.MULTILINE))


@pytest.mark.parametrize("module", [func, app, runtime, testing, wire], ids=lambda m: m.__name__)
def test_the_reference_has_every_public_name(module: object) -> None:
    names = {f"{module.__name__}.{name}" for name in module.__all__} - {  # type: ignore[attr-defined]
        "azure_functions_lib.__version__"
    }
    assert names <= documented() | {"azure_functions_lib.errors"}


def test_the_reference_has_all_errors() -> None:
    assert f"automodule:: {errors.__name__}" in (DOCS / "reference" / "errors.md").read_text()
