"""``docs/architecture.md`` says what is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_imports import LEVELS, PACKAGE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_order_of_imports_is_the_tested_one() -> None:
    _, _, section = TEXT.partition("## The order of imports\n")
    (block,) = re.findall(r"```text\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    assert tuple(tuple(line.split(", ")) for line in block.splitlines()) == LEVELS


def test_every_part_of_the_package_is_in_the_table() -> None:
    _, _, section = TEXT.partition("## The house\n")
    named = set(re.findall(r"`(\w+(?:/|\.py))`", section.partition("\n## ")[0]))
    parts = {f"{path.name}/" for path in PACKAGE.iterdir() if any(path.rglob("*.py"))}
    modules = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    assert named == parts | modules


def test_every_file_that_it_names_exists() -> None:
    for name in re.findall(r"`([\w./]+(?:/|\.pyi?))`", TEXT):
        if "NAME" not in name:
            assert (PACKAGE / name).exists() or (ROOT / name).exists(), name
