"""The registry: which converter serves a binding type, and how others add theirs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import azure_functions_lib as func
from azure_functions_lib import get_binding_registry, meta, register_converter

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    registry = get_binding_registry()
    before = dict(registry._codecs)
    yield
    registry._codecs.clear()
    registry._codecs.update(before)


class Plain:
    """A converter that derives from nothing."""

    def decode(self, data: Any, *, trigger_metadata: Any) -> Any:
        return data.value.upper()

    def check_input_type_annotation(self, pytype: object) -> bool:
        return pytype is str


class Sender:
    @classmethod
    def encode(cls, obj: Any, *, expected_type: Any) -> meta.Datum:
        return meta.Datum(str(obj), "string")

    @classmethod
    def check_output_type_annotation(cls, pytype: object) -> bool:
        return True


@pytest.mark.parametrize("converter", [Plain(), Plain, Sender, Sender()])
def test_any_object_with_the_methods_is_a_converter(converter: Any) -> None:
    register_converter("myTrigger", converter)
    assert get_binding_registry().get("myTrigger") is converter
    assert get_binding_registry().codec("myTrigger") is converter
    assert "myTrigger" in get_binding_registry()
    assert "myTrigger" in list(get_binding_registry())


@pytest.mark.parametrize("converter", [5, None, "text", int, object(), {"decode": 1}, type])
def test_what_is_no_converter(converter: Any) -> None:
    with pytest.raises(TypeError, match=r"myTrigger: converter: got .*; expected decode"):
        register_converter("myTrigger", converter)
    assert get_binding_registry().get("myTrigger") is None


@pytest.mark.parametrize(
    ("binding", "kind"),
    [("queueTrigger", ValueError), ("activityTrigger", RuntimeError), ("blob", ValueError)],
)
def test_a_type_that_is_served_is_replaced_only_on_request(
    binding: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=rf"{binding}: converter: .* overwrite=True"):
        register_converter(binding, Plain)
    assert get_binding_registry().get(binding) is not Plain
    register_converter(binding, Plain, overwrite=True)
    assert get_binding_registry().get(binding) is Plain


def test_class_keywords_register_both_types() -> None:
    class Mine(meta.InConverter, meta.OutConverter, binding="mine", trigger="mineTrigger"):
        @classmethod
        def check_input_type_annotation(cls, pytype: type) -> bool:
            return True

        @classmethod
        def check_output_type_annotation(cls, pytype: type) -> bool:
            return True

        @classmethod
        def decode(cls, data: Any, *, trigger_metadata: Any) -> Any:
            return data.value

        @classmethod
        def encode(cls, obj: Any, *, expected_type: type | None) -> meta.Datum:
            return meta.Datum(obj, "string")

    registry = get_binding_registry()
    assert registry.get("mine") is Mine
    assert registry.get("mineTrigger") is Mine
    assert Mine.has_trigger_support()
    assert not Mine.has_implicit_output()


def test_an_output_has_no_trigger_support() -> None:
    class MineOut(meta.OutConverter, binding="mineOut"):
        @classmethod
        def check_output_type_annotation(cls, pytype: type) -> bool:
            return True

        @classmethod
        def encode(cls, obj: Any, *, expected_type: type | None) -> meta.Datum:
            return meta.Datum(obj, "string")

    assert get_binding_registry().get("mineOut") is MineOut
    assert not MineOut.has_trigger_support()
    assert not hasattr(MineOut, "has_implicit_output")


def test_class_keywords_refuse_a_served_type_and_register_neither() -> None:
    with pytest.raises(RuntimeError, match="queueTrigger: converter"):
        type(meta.InConverter)(
            "Mine", (meta.InConverter,), {}, binding="mine", trigger="queueTrigger"
        )
    assert get_binding_registry().get("mine") is None


def test_P2_names_only() -> None:
    class Flagged(meta.InConverter, binding="flagged", trigger=True):
        pass

    assert Flagged.has_trigger_support()
    registry = get_binding_registry()
    assert registry.get(True) is None  # type: ignore[arg-type]
    assert all(isinstance(name, str) for name in registry)
    for name in (True, 5, None, b"mine"):
        with pytest.raises(TypeError, match="expected a binding type"):
            func.register_converter(name, Flagged)  # type: ignore[arg-type]


def test_P3_enum_values_are_no_tuples() -> None:
    assert func.OAuthBearerMethod.DEFAULT.value == 0
    assert func.OAuthBearerMethod.OIDC.value == 1
    assert func.InputType.RawText.value == "raw_text"
    assert func.InputType.FilePath.value == "file_path"


def test_P1_every_public_name_can_be_imported() -> None:
    code = "from azure_functions_lib import *; print(WarmUpContext.__name__)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "WarmUpContext"
    for name in func.__all__:
        assert getattr(func, name) is not None


def test_every_registered_type_has_its_own_codec() -> None:
    registry = get_binding_registry()
    for binding in registry:
        codec = registry.get(binding)
        assert codec is not None
        assert codec.binding == binding
        assert codec.has_trigger_support() == binding.endswith("Trigger")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(run.stdout.split())


def test_importing_the_package_loads_nothing_else() -> None:
    loaded = loaded_by("import azure_functions_lib")
    assert {name for name in loaded if name.startswith("azure_functions_lib")} == {
        "azure_functions_lib"
    }
    assert loaded <= {"azure_functions_lib", "__future__"}


def test_a_binding_loads_no_dependency_and_no_other_binding() -> None:
    loaded = loaded_by("from azure_functions_lib import QueueMessage; QueueMessage(b'x').id")
    bindings = {
        name.removeprefix("azure_functions_lib.bindings.")
        for name in loaded
        if name.startswith("azure_functions_lib.bindings.")
    }
    assert bindings == {"_table", "queue"}
    assert not loaded & {"orjson", "dateutil", "multidict", "multipart", "typing_extensions"}
    assert not loaded & {"inspect", "dataclasses", "logging", "asyncio", "email", "http"}
