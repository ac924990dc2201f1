"""Each binding has its page, with an example for declaring, invoking and testing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azure_functions_lib import BindingApi, TriggerApi
from azure_functions_lib.bindings._table import ROWS

from .examples import blocks

DOCS = Path(__file__).parents[2] / "docs"
OVERVIEW = (DOCS / "bindings" / "index.md").read_text(encoding="utf-8")
PAGES = {
    "http.codec": "http.md",
    "bindings.durable": "durable.md",
    "bindings.event_hub": "bindings/event-hubs.md",
}


def decorators(row: str) -> list[str]:
    module = "http.declaration" if row == "http.codec" else row
    declared = {**vars(TriggerApi), **vars(BindingApi)}
    return [name for name, each in declared.items() if getattr(each, "module", "") == module]


def page_of(row: str) -> Path:
    name = f"{row.replace('.', '/').replace('_', '-')}.md"
    return DOCS / PAGES.get(row, name)


ALL = [row.module for row in ROWS if decorators(row.module)]
OWN = [row for row in ALL if page_of(row).parent.name == "bindings"]


@pytest.mark.parametrize("row", ALL)
def test_each_binding_has_a_page_that_the_overview_lists(row: str) -> None:
    page = page_of(row)
    assert page.is_file()
    links = re.findall(r"\]\(([^)#]+)", OVERVIEW)
    assert page in [(DOCS / "bindings" / link).resolve() for link in links]


@pytest.mark.parametrize("row", ALL)
def test_the_page_or_the_overview_names_each_decorator(row: str) -> None:
    text = OVERVIEW + page_of(row).read_text(encoding="utf-8")
    assert [name for name in decorators(row) if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("row", OWN)
def test_the_page_declares_invokes_and_tests(row: str) -> None:
    written = list(blocks(page_of(row).read_text(encoding="utf-8")))
    assert any(each.file and "@app." in each.text for each in written)
    assert any("$ azfl invoke " in each.text for each in written if each.language == "console")
    tests = [each.text for each in written if each.language == "python" and not each.file]
    assert any("TestClient(" in text and "def test_" in text for text in tests)


def test_no_page_is_left_over() -> None:
    pages = set((DOCS / "bindings").glob("*.md")) - {DOCS / "bindings" / "index.md"}
    assert pages == {page_of(row) for row in OWN}
