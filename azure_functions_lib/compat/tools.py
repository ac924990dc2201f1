"""What the mirrored library asks of the annotations of MCP tools."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any, get_args, get_origin

from ..bindings._mcp_properties import ToolProperty
from ..bindings._mcp_results import wants_schema
from ..bindings.mcp import _is_context
from ..wire.codec import annotated_types

if TYPE_CHECKING:
    import inspect
    from collections.abc import Collection, Mapping


def unwrap_optional(pytype: Any) -> Any:
    """Give the type inside ``Optional``; any other as it is."""
    parts = annotated_types(pytype)
    return parts[0] if len(parts) == 1 else pytype


def check_as_array(param_type_hint: Any) -> bool:
    """Whether an annotation is a list of something."""
    origin = get_origin(unwrap_optional(param_type_hint))
    return isinstance(origin, type) and issubclass(origin, (Sequence, Set))


def check_property_type(pytype: Any, as_array: bool) -> str | None:
    """Give the JSON Schema type of an annotation; of a list, that of its items."""
    return ToolProperty(pytype).kind


def check_is_required(param: Any, param_type_hint: Any) -> bool:
    """Whether a caller must give a parameter: it has no default and is not ``Optional``."""
    return param.default is param.empty and type(None) not in get_args(param_type_hint)


def build_property_metadata(
    sig: inspect.Signature,
    skip_param_names: Collection[str],
    explicit_properties: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Describe the parameters of a tool.

    Args:
        sig: the function's signature, with annotations that are types.
        skip_param_names: parameters that are not the caller's to give.
        explicit_properties: parameter -> keys that replace those found.
    """
    return [
        {
            "propertyName": name,
            "propertyType": check_property_type(hint, check_as_array(hint)),
            "description": "",
            "isArray": check_as_array(hint),
            "isRequired": check_is_required(parameter, hint),
            **explicit_properties.get(name, {}),
        }
        for name, parameter in sig.parameters.items()
        if name not in skip_param_names and not _is_context(hint := _hint(parameter))
    ]


def _hint(parameter: inspect.Parameter) -> Any:
    return str if parameter.annotation is parameter.empty else parameter.annotation


def has_mcp_content_marker(obj: object) -> bool:
    """Whether a class is marked with ``mcp_content``, or an object is of such a class."""
    return hasattr(obj, "__mcp_content__")


def should_create_structured_content(obj: object) -> bool:
    """Whether a tool's result goes out as structured content too."""
    return has_mcp_content_marker(obj) or wants_schema(type(obj))
