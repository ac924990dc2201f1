"""The table of rules, and the document that is made from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azure_functions_lib.app import rules
from azure_functions_lib.app.problem import Problem
from azure_functions_lib.app.rules import RULES, Rule

PACKAGE = Path(rules.__file__).parents[1]
TEXT = "".join(
    path.read_text(encoding="utf-8")
    for path in PACKAGE.rglob("*.py")
    if path != Path(rules.__file__)
)
NAMES = {value.id: name for name, value in vars(rules).items() if isinstance(value, Rule)}


def test_each_rule_has_a_name_of_its_own() -> None:
    assert len(NAMES) == sum(isinstance(value, Rule) for value in vars(rules).values())
    assert all(re.fullmatch("[a-z]+(-[a-z0-9]+)*", name) for name in RULES)
    assert set(RULES) == set(NAMES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_used_and_in_the_document(name: str) -> None:
    assert re.search(rf"\brules\.{NAMES[name]}\b", TEXT)
    document = (PACKAGE.parent / "docs" / "checking.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{name}` \| (\w+) \| .+ \| .+ \|$", document, flags=re.MULTILINE)
    assert row == RULES[name].severity


def test_a_rule_puts_values_in() -> None:
    rule = Rule("r", "{key} of {file} is {it!r}", "Write {it} in {{x}}", "warning")
    problem = rule("f", "p", key="k", file="/a/b.json", line=3, it="v")
    assert problem == Problem(
        "f", "p", "k of b.json is 'v'", "Write v in {x}", "warning", "/a/b.json", 3, "k", "r"
    )
    assert problem.place == "/a/b.json:3"
