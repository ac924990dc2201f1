"""Pages that list what the code declares list all of it."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path

from azure_functions_lib import errors
from azure_functions_lib.checking.settings import _KNOWN_KEYS

from .examples import blocks

DOCS = Path(__file__).parents[2] / "docs"


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def test_the_page_of_errors_has_each_class_as_it_derives() -> None:
    text = text_of("errors.md")
    tree = next(each.text for each in blocks(text) if each.language == "text").splitlines()
    lines = {line.lstrip("\u2502\u251c\u2514\u2500 ").split(" ")[0]: line for line in tree}
    classes = {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and kind.__module__ == errors.__name__
    }
    assert set(lines) == set(classes)
    for name, kind in classes.items():
        builtins = {base.__name__ for base in kind.__bases__ if base.__module__ == "builtins"}
        assert builtins - {"Exception"} <= set(lines[name].replace(",", "").split()), name
    raised = set(classes) - {"AzureFunctionsError", "BindingError"}
    assert [name for name in raised if f"### {name}\n" not in text] == []


def test_the_page_of_settings_has_each_key_that_the_check_knows() -> None:
    text = text_of("settings.md")
    paths = [".".join((*section, key)) for section, keys in _KNOWN_KEYS.items() for key in keys]
    named = [path for path in paths if not path.startswith("extensionBundle.")]
    assert [path for path in named if f"`{path}`" not in text and f"`{path}." not in text] == []


def test_the_drawing_is_what_its_script_draws() -> None:
    spec = importlib.util.spec_from_file_location("payload", DOCS / "payload.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "_static" / "payload.svg").read_text(encoding="utf-8") == module.drawing()
