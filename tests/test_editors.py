"""What jedi, on which pylsp and IPython stand, completes: lazily imported names too."""

from __future__ import annotations

import importlib

import jedi
import pytest

import azure_functions_lib as func


def completed(text: str) -> set[str]:
    return {each.name for each in jedi.Script(text).complete()}


@pytest.mark.parametrize("package", ["", ".app", ".runtime", ".testing", ".wire"])
def test_every_public_name_is_completed(package: str) -> None:
    name = f"azure_functions_lib{package}"
    public = {each for each in importlib.import_module(name).__all__ if each[0] != "_"}
    assert public <= completed(f"import {name} as it\nit.")


@pytest.mark.parametrize(
    ("declared", "names"),
    [
        ("it = func.FunctionApp()", {"route", "queue_trigger", "blob_output", "on_startup"}),
        ("def f(it: func.QueueMessage):\n  it", {"get_body", "dequeue_count"}),
        ("def f(it: func.HttpRequest):\n  it", {"get_json", "route_params"}),
    ],
)
def test_the_members_of_what_a_name_stands_for_are_completed(
    declared: str, names: set[str]
) -> None:
    head = "import azure_functions_lib as func\n" + declared
    assert names <= completed(f"{head}." if declared[-2:] == "it" else f"{head}\nit.")


def test_a_docstring_is_shown() -> None:
    (found,) = jedi.Script("import azure_functions_lib as func\nfunc.QueueMessage").help()
    assert (func.QueueMessage.__doc__ or "").split("\n")[0] in found.docstring()
