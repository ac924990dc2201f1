"""Every example of the documents does what it says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..clients.runs import needs
from .examples import run

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "examples" not in path.parts),
]


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    loaded = set(sys.modules)
    yield
    for name in set(sys.modules) - loaded:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


MARKS = {
    "deploying.md": pytest.mark.slow,  # it installs dependencies
    "durable.md": (
        needs("azure-functions-durable<2"),
        # The package asks for no type when it reads what activities have returned.
        pytest.mark.filterwarnings("ignore:df_loads was called without expected_type"),
    ),
    "local-host.md": pytest.mark.slow,  # it runs hosts
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.usefixtures("empty_folder")
@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=MARKS.get(path.name, ()), id=name_of(path)) for path in DOCUMENTS],
)
def test_examples_of(path: Path, request: pytest.FixtureRequest) -> None:
    if path.name == "deploying.md":  # it installs dependencies
        request.getfixturevalue("offline")
    run(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_of(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    missing = [
        target for target in targets if "://" not in target and not (path.parent / target).exists()
    ]
    assert not missing
