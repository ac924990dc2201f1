"""Extensions: how they are registered and what a worker is given."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib.extension import AppExtensionHooks, ExtensionScope, FuncExtensionHooks

ExtensionMeta = func.ExtensionMeta


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no extension behind for other tests."""
    monkeypatch.setattr(ExtensionMeta, "_app_exts", None)
    monkeypatch.setattr(ExtensionMeta, "_func_exts", {})
    monkeypatch.setattr(ExtensionMeta, "_info", {})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AzureWebJobsScriptRoot", str(tmp_path))
    return tmp_path


def test_nothing_registered() -> None:
    assert ExtensionMeta.get_application_hooks() is None
    assert ExtensionMeta.get_function_hooks("f") is None
    assert ExtensionMeta.get_registered_extensions_json() == "{}"


def test_app_extensions() -> None:
    calls: list[str] = []

    class First(func.AppExtensionBase):
        @classmethod
        def init(cls) -> None:
            calls.append(f"init {cls.__name__}")

        @classmethod
        def pre_invocation_app_level(cls, *args: Any, **kwargs: Any) -> None:
            calls.append(f"pre {cls.__name__}")

    class Second(First):
        pass

    hooks = ExtensionMeta.get_application_hooks()
    assert isinstance(hooks, AppExtensionHooks)
    for name in hooks._fields:
        assert [hook.ext_name for hook in getattr(hooks, name)] == ["First", "Second"]
    for hook in hooks.pre_invocation_app_level:
        hook.ext_impl(logging.getLogger(), None)
    assert calls == ["init First", "init Second", "pre First", "pre Second"]
    for hook in hooks.post_function_load_app_level:
        assert hook.ext_impl("name", "folder") is None
    for hook in hooks.post_invocation_app_level:
        assert hook.ext_impl(logging.getLogger(), None, {}, 1) is None
    assert ExtensionMeta.get_registered_extensions_json() == (
        '{"AppExtension": ["First", "Second"]}'
    )
    with pytest.raises(func.FunctionExtensionException, match="cannot be instantiated"):
        First()
    assert First.configure(1, a=2) is None


class Tracer(func.FuncExtensionBase):
    def __init__(self, file_path: str) -> None:
        super().__init__(file_path)
        self.seen: list[str] = []

    def post_invocation(self, *args: Any, **kwargs: Any) -> None:
        self.seen.append("post")


def test_function_extensions(root: Path) -> None:
    first = Tracer(str(root / "HttpTrigger" / "__init__.py"))
    second = Tracer(str(root / "HttpTrigger"))
    Tracer(str(root / "Other" / "sub" / "x.py"))
    hooks = ExtensionMeta.get_function_hooks("HTTPTRIGGER")
    assert isinstance(hooks, FuncExtensionHooks)
    for name in hooks._fields:
        assert [hook.ext_name for hook in getattr(hooks, name)] == ["Tracer", "Tracer"]
    hooks.post_invocation[1].ext_impl()
    assert (first.seen, second.seen) == ([], ["post"])
    assert hooks.post_function_load[0].ext_impl("name", "folder") is None
    assert hooks.pre_invocation[0].ext_impl(logging.getLogger(), None) is None
    assert ExtensionMeta.get_function_hooks("unknown") is None
    assert json.loads(ExtensionMeta.get_registered_extensions_json()) == {
        "FuncExtension": {"HttpTrigger": ["Tracer", "Tracer"], "Other": ["Tracer"]}
    }


@pytest.mark.parametrize("path", ["", ".", "../elsewhere/x.py", ".hidden/x.py"])
def test_a_file_in_no_function_folder(root: Path, path: str) -> None:
    with pytest.raises(func.FunctionExtensionException, match="no function's folder"):
        Tracer(str(root / path) if path else "")
    assert ExtensionMeta.get_registered_extensions_json() == "{}"


def test_without_the_app_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AzureWebJobsScriptRoot", raising=False)
    with pytest.raises(func.FunctionExtensionException, match="AzureWebJobsScriptRoot is missing"):
        Tracer(__file__)


def test_a_function_extension_needs_a_constructor() -> None:
    class Bare(func.FuncExtensionBase):
        pass

    with pytest.raises(TypeError, match="__init__"):
        Bare(__file__)  # type: ignore[abstract]


def test_a_class_that_is_no_extension() -> None:
    class Odd(metaclass=ExtensionMeta):
        pass

    with pytest.raises(func.FunctionExtensionException, match="Odd is no extension"):
        Odd()


def test_an_app_extension_without_the_base() -> None:
    class Hooks(metaclass=ExtensionMeta):
        _scope = ExtensionScope.APPLICATION

        @classmethod
        def init(cls) -> None:
            pass

        @classmethod
        def pre_invocation_app_level(cls, *args: Any) -> None:
            pass

    hooks = ExtensionMeta.get_application_hooks()
    assert hooks is not None
    assert [hook.ext_name for hook in hooks.pre_invocation_app_level] == ["Hooks"]
    assert hooks.post_invocation_app_level == []
    assert ExtensionMeta.get_registered_extensions_json() == '{"AppExtension": ["Hooks"]}'


def test_a_base_of_ones_own_is_no_extension() -> None:
    class AppExtensionBase(metaclass=ExtensionMeta):
        _scope = ExtensionScope.APPLICATION

    class FuncExtensionBase(metaclass=ExtensionMeta):
        _scope = ExtensionScope.FUNCTION

    assert FuncExtensionBase()
    assert ExtensionMeta.get_registered_extensions_json() == "{}"
