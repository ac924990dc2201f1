"""A binding type is told once: the rest of the package reads the table of bindings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from azure_functions_lib.bindings import binding_type
from azure_functions_lib.bindings._table import ROWS, BindingType, Channel
from azure_functions_lib.delivery import events

PACKAGE = Path(__file__).parent.parent / "azure_functions_lib"
TYPES = {name: kind for row in ROWS for name, kind in row.types.items()}

# Words that name other things too, such as the wire type "http", are seen beside ``.type`` alone.
WORDS = {name for name in TYPES if name.islower()}
NAME = re.compile("|".join(rf"\b{name}\b" for name in TYPES if name not in WORDS))

MAY_NAME = {"bindings", "compat", "http"}
FILES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] not in MAY_NAME
]


def named(text: str) -> Iterator[str]:
    """The binding types that a module names in strings, apart from examples in prose."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            prose = node.value.replace("such as", "").count(" ") or "\n" in node.value
            if not prose and NAME.search(node.value):
                yield f"line {node.lineno}: {node.value!r}"
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Attribute) and side.attr == "type" for side in sides):
                values = {each.value for side in sides for each in constants(side)}
                if values & WORDS - {"http"}:
                    yield f"line {node.lineno}: {ast.unparse(node)}"


def constants(node: ast.expr) -> Iterator[ast.Constant]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Constant))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_other_module_names_a_binding_type(path: Path) -> None:
    found = list(named(path.read_text(encoding="utf-8")))
    assert not found, f"{path}: read it from bindings.binding_type: {found}"


@pytest.mark.parametrize(
    "text",
    [
        "if binding.type == 'queue': ...",
        "if binding.type in {'blob', 'sql'}: ...",
        "KINDS = {'queueTrigger': 1}",
        "x = 'eventHub'",
        "def f(kind='httpTrigger'): ...",
        "x = f'cosmosDBTrigger{y}'",
    ],
)
def test_a_name_in_a_string_is_found(text: str) -> None:
    assert list(named(text))


@pytest.mark.parametrize("name", TYPES)
def test_what_a_row_names_exists(name: str) -> None:
    row = next(row for row in ROWS if name in row.types)
    kind = TYPES[name]
    assert hasattr(import_module(f"azure_functions_lib.{row.module}"), kind.codec)
    assert callable(getattr(events, kind.event))
    assert binding_type(name) is kind


def test_of_an_unknown_type_holds_what_holds_for_any() -> None:
    assert binding_type("myTrigger") == BindingType("GenericCodec", mirrored=False)


@pytest.mark.parametrize("name", [name for name, kind in TYPES.items() if kind.channel])
def test_each_channel_has_outputs_and_what_they_reach_with_the_same_place(name: str) -> None:
    kind = TYPES[name]
    ends = {each: other for each, other in TYPES.items() if other.channel == kind.channel}
    reached = {each.endswith("Trigger") for each in ends}
    assert reached == ({False} if kind.channel is Channel.TABLE else {True, False})
    assert {other.place for other in ends.values()} == {kind.place}
