"""What a decorated name is for its callers, and a function for a worker."""

from __future__ import annotations

import asyncio
import copy
import doctest
import functools
import inspect
import json
import pickle
import types
import typing
from datetime import date, time
from enum import Enum
from typing import Any
from unittest import mock

import pytest

import azure_functions_lib as func
from azure_functions_lib.errors import DeclarationError
from azure_functions_lib.wire.declaration import (
    Binding,
    InputBinding,
    OutputBinding,
    Setting,
    Trigger,
)

app = func.FunctionApp()


@app.queue_trigger("msg", "q", "C")
def plain(msg: str, times: int = 2) -> str:
    """Repeat a message."""
    return msg * times


@app.queue_trigger("msg", "q", "C")
async def coroutine(msg: str) -> str:
    return msg


def test_a_decorated_function_is_called_as_before() -> None:
    assert plain("a") == "aa"
    assert plain(msg="a", times=3) == "aaa"
    assert asyncio.run(coroutine("a")) == "a"


def test_a_decorated_function_looks_as_before() -> None:
    original = plain.__wrapped__
    assert inspect.unwrap(plain) is original
    for name in ("__name__", "__qualname__", "__doc__", "__module__", "__annotations__"):
        assert getattr(plain, name) == getattr(original, name)
    assert inspect.signature(plain) == inspect.signature(original)
    assert typing.get_type_hints(plain) == {"msg": str, "times": int, "return": str}
    assert "Repeat a message" in (inspect.getdoc(plain) or "")
    assert plain.__defaults__ == (2,)


def test_attributes_of_the_function_are_seen() -> None:
    def function(msg: str) -> None: ...

    function.mark = 1  # type: ignore[attr-defined]
    assert func.FunctionApp().queue_trigger("msg", "q", "C")(function).mark == 1
    with pytest.raises(AttributeError, match="nothing"):
        _ = plain.nothing


def test_coroutine_functions_are_told_apart() -> None:
    assert inspect.iscoroutinefunction(coroutine)
    assert not inspect.iscoroutinefunction(plain)
    assert inspect.iscoroutinefunction(coroutine.build().get_user_function())


def test_a_builder_is_copied_and_pickled_as_a_function_is() -> None:
    assert copy.copy(plain) is copy.deepcopy(plain) is plain
    assert pickle.loads(pickle.dumps(plain)) is plain
    assert "plain" in repr(plain)


def test_a_builder_is_patched_as_a_function_is() -> None:
    with mock.patch(f"{__name__}.plain", autospec=True, return_value="mocked"):
        assert plain("a") == "mocked"
        with pytest.raises(TypeError, match="msg"):
            plain()  # type: ignore[call-arg]
    with mock.patch(f"{__name__}.coroutine", return_value="mocked"):
        assert asyncio.run(coroutine("a")) == "mocked"
    assert plain("a") == "aa"


def test_a_builder_is_wrapped_and_bound_as_a_function_is() -> None:
    @functools.wraps(plain)
    def wrapper(*args: Any) -> str:
        return plain(*args)

    assert inspect.signature(wrapper) == inspect.signature(plain)
    assert wrapper.__name__ == "plain"
    assert functools.partial(plain, times=3)("a") == "aaa"
    assert inspect.iscoroutinefunction(functools.partial(coroutine, "a"))
    assert functools.lru_cache(plain)("a") == "aa"


def test_doctest_finds_a_decorated_function() -> None:
    module = types.ModuleType("documented")

    def function() -> None:
        """
        >>> 1 + 1
        2
        """

    function.__module__ = module.__name__
    module.function = func.FunctionApp().queue_trigger("msg", "q", "C")(function)  # type: ignore[attr-defined]
    assert doctest.testmod(module).attempted == 1


def shouting(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> str:
        return str(function(*args, **kwargs)).upper()

    return wrapper


def test_another_decorator_may_stand_above_below_and_between() -> None:
    app = func.FunctionApp()

    @shouting
    @app.queue_trigger("msg", "q", "C")
    def above(msg: str) -> str:
        return msg

    @app.queue_output("$return", "q", "C")
    @shouting
    @shouting
    @app.queue_trigger("msg", "q", "C")
    def between(msg: str) -> str:
        return msg

    @app.queue_trigger("msg", "q", "C")
    @shouting
    def below(msg: str) -> str:
        return msg

    assert [each("a") for each in (above, between, below)] == ["A", "A", "A"]
    functions = app.functions
    assert [each.get_function_name() for each in functions] == ["above", "between", "below"]
    assert [len(each.get_bindings()) for each in functions] == [1, 2, 1]
    # What is applied to the result of a decorator of the app is not part of the app's function.
    assert [each.get_user_function()("a") for each in functions] == ["a", "A", "A"]
    assert app.validate() == []


def test_a_builder_that_was_not_made_can_be_shown() -> None:
    with pytest.raises(AttributeError, match="__wrapped__"):
        repr(func.FunctionBuilder.__new__(func.FunctionBuilder))


def test_builder_builds() -> None:
    function = plain.build()
    assert isinstance(function, func.Function)
    assert function.get_user_function() is plain.__wrapped__
    assert function("a") == "aa"
    assert function.get_function_name() == "plain"
    assert function.function_script_file == "function_app.py"
    assert function.http_type == "function"
    assert str(function) == function.get_function_json()
    assert "plain" in repr(function)
    assert len({function, coroutine.build()}) == 2


def test_function_by_its_parts() -> None:
    function: func.Function[..., Any] = func.Function(print, "x.py")
    assert function.get_trigger() is None
    assert not function.is_http_function()
    trigger = Trigger("req", type="httpTrigger")
    function.add_trigger(trigger)
    function.add_binding(OutputBinding("$return", type="http"))
    function.add_setting(Setting("kind", {"a": 1, "b": None}))
    function.set_http_type("asgi")
    assert function.is_http_function()
    assert function.get_trigger() is trigger
    assert function.http_type == "asgi"
    assert function.get_settings_dict("kind") == {"setting_name": "kind", "a": 1}
    assert function.get_dict_repr() == {
        "scriptFile": "x.py",
        "bindings": [
            {"direction": func.BindingDirection.IN, "type": "httpTrigger", "name": "req"},
            {"direction": func.BindingDirection.OUT, "type": "http", "name": "$return"},
        ],
    }


def test_builder_by_its_parts() -> None:
    builder = func.FunctionBuilder(plain.__wrapped__, "x.py")
    assert builder.add_binding(InputBinding("i", type="blob")) is builder
    with pytest.raises(DeclarationError, match="'plain' has no trigger"):
        builder.build()
    assert builder.add_trigger(Trigger("t", type="queueTrigger")) is builder
    assert builder.add_setting(Setting("s")) is builder
    assert builder.configure_http_type("wsgi") is builder
    assert [binding.name for binding in builder.build().get_bindings()] == ["i", "t"]


def test_trigger_that_is_not_among_the_bindings() -> None:
    builder = func.FunctionBuilder(plain.__wrapped__, "x.py")
    builder._function._trigger = Trigger("t", type="queueTrigger")
    with pytest.raises(DeclarationError, match="not among its bindings"):
        builder.build()


def test_build_leaves_the_builder_as_it_is() -> None:
    builder = func.Blueprint().route()(plain.__wrapped__)
    levels = [
        json.loads(builder.build(level).get_raw_bindings()[0])["authLevel"]
        for level in (func.AuthLevel.ADMIN, func.AuthLevel.ANONYMOUS)
    ]
    assert levels == ["ADMIN", "ANONYMOUS"]


def test_fields_of_a_record_are_attributes() -> None:
    (function,) = (f for f in app.functions if f.get_function_name() == "plain")
    trigger = function.get_trigger()
    assert trigger is not None
    assert (trigger.queue_name, trigger.connection) == ("q", "C")
    assert (trigger.name, trigger.type, trigger.direction, trigger.data_type) == (
        "msg", "queueTrigger", 0, None,
    )  # fmt: skip
    assert all(hasattr(trigger, name) for name in trigger.init_params)
    with pytest.raises(AttributeError, match="nothing"):
        _ = trigger.nothing
    assert "queueTrigger" in repr(trigger)


class Orchestration(Trigger):
    """A record as other libraries define them."""

    @staticmethod
    def get_binding_name() -> str:
        return "orchestrationTrigger"

    def __init__(self, name: str, orchestration: str | None = None, **kwargs: Any) -> None:
        self.orchestration = orchestration
        super().__init__(name=name)


class Sub(Orchestration):
    def __init__(self, name: str, more_of_it: int = 1) -> None:
        self.more_of_it = more_of_it
        super().__init__(name, orchestration="o")


def test_a_subclass_declares_by_its_parameters() -> None:
    record = Orchestration("ctx", "o", extra_one=1, nothing=None)
    assert record.get_dict_repr() == {
        "direction": func.BindingDirection.IN,
        "type": "orchestrationTrigger",
        "name": "ctx",
        "orchestration": "o",
        "extraOne": 1,
    }
    assert record.extra_one == 1
    assert set(record.init_params) >= {"name", "orchestration", "extra_one"}
    assert json.loads(record.json_text())["extraOne"] == 1
    record.orchestration = "p"
    assert json.loads(record.json_text())["orchestration"] == "p"


def test_enum_members_and_times_are_written_as_text() -> None:
    app = func.FunctionApp()
    values = {"day": date(2026, 3, 1), "at": time(4, 30), "level": Level.HIGH}

    @app.generic_trigger("x", "mine", **values)
    def function(x: str) -> None: ...

    (binding,) = app.get_functions()[0].get_bindings()
    record = json.loads(binding.json_text())
    assert {key: record[key] for key in values} == {
        "day": "2026-03-01",
        "at": "04:30:00",
        "level": "HIGH",
    }


class Level(Enum):
    HIGH = 1


def test_only_the_most_derived_parameters_count() -> None:
    assert Sub("ctx").get_dict_repr() == {
        "direction": func.BindingDirection.IN,
        "type": "orchestrationTrigger",
        "name": "ctx",
        "moreOfIt": 1,
    }


def test_a_subclass_for_http_is_completed() -> None:
    class Http(Trigger):
        @staticmethod
        def get_binding_name() -> str:
            return "httpTrigger"

        def __init__(self, name: str, route: str | None = None) -> None:
            self.route = route
            super().__init__(name)

    builder = func.FunctionBuilder(plain.__wrapped__, "x.py").add_trigger(Http("req"))
    trigger = builder.build(func.AuthLevel.ADMIN).get_trigger()
    assert isinstance(trigger, Http)
    assert trigger.route == "plain"
    assert trigger.get_dict_repr()["authLevel"] is func.AuthLevel.ADMIN


def test_setting_by_parameters() -> None:
    class Limit(Setting):
        def __init__(self, most: int, **kwargs: Any) -> None:
            self.most = most
            super().__init__("limit")

    setting = Limit(3, least_of_all=1, nothing=None)
    assert setting.get_dict_repr() == {"setting_name": "limit", "most": 3, "least_of_all": 1}
    assert setting.get_setting_name() == "limit"
    assert "limit" in repr(setting)


def test_directions_and_types() -> None:
    binding = Binding("b", func.BindingDirection.INOUT, func.DataType.STREAM, "custom")
    assert (binding.direction, binding.data_type) == (2, 3)
    assert OutputBinding("b", type="custom").direction == 1
    assert Trigger.is_supported_trigger_type(Trigger("t", type="orchestrationTrigger"), Sub)
    assert not Trigger.is_supported_trigger_type(Trigger("t", type="other"), Sub)
    with pytest.raises(DeclarationError, match="expected a binding type"):
        Trigger("t")


def test_extensions_write_into_the_record() -> None:
    # azurefunctions-extensions-base does, for bindings whose values it makes itself.
    app = func.FunctionApp()

    @app.blob_trigger("blob", "samples/{name}", "C", data_type="binary")
    def work(blob: str) -> None: ...

    binding = app.get_functions()[0].get_bindings()[0]
    before = json.loads(binding.json_text())
    assert list(binding._dict)[:4] == ["direction", "dataType", "type", "name"]
    binding._dict["properties"] = {"SupportsDeferredBinding": True}
    expected = {**before, "properties": {"SupportsDeferredBinding": True}}
    assert json.loads(binding.json_text()) == expected
    assert binding.get_dict_repr()["properties"] == expected["properties"]
    assert binding.path == "samples/{name}"
