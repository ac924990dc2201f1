"""Classes for the bindings and settings that decorators declare.

The library's own decorators make plain records. These classes, for code that makes bindings itself
or asks of which class one is, are derived from the same declaration functions.
"""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

from ..enums import AuthLevel, HttpMethod
from ..wire.declaration import (
    Binding,
    InputBinding,
    OutputBinding,
    Setting,
    Trigger,
    json_key,
    member,
    members,
)
from ._table import BINDINGS
from .utils import ABCBuildDictMeta

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..enums import DataType

FUNCTION_NAME = "function_name"
RETRY_POLICY = "retry_policy"

_BASES: dict[str, type[Binding]] = {
    "Trigger": Trigger,
    "InputBinding": InputBinding,
    "OutputBinding": OutputBinding,
}
_KNOWN_TYPES = {
    kind for classes in BINDINGS.values() for _, kind in classes.values() if kind is not None
}


class _RecordType(ABCBuildDictMeta):
    """Counts the records that decorators make as instances of the class that describes them."""

    def __instancecheck__(cls, instance: Any) -> bool:
        if super().__instancecheck__(instance):
            return True
        describes = cls.__dict__.get("_describes")  # not what a subclass inherits
        return describes is not None and describes.__func__(instance)


def binding_class(module: str, name: str) -> type[Binding]:
    """Make the class of one binding."""
    place, kind = BINDINGS[module][name]
    source, _, function = place.partition(":")
    declare = getattr(importlib.import_module(f"azure_functions_lib.{source}"), function)
    base = _BASES[declare.__annotations__["return"]]
    argument, *others = inspect.signature(declare).parameters.values()
    needed = {
        json_key(each.name)
        for each in others
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    }

    def initialize(self: Binding, *args: Any, **kwargs: Any) -> None:
        if "name" in kwargs:
            kwargs[argument.name] = kwargs.pop("name")
        self.__dict__.update(declare(*args, **kwargs).__dict__)

    def describes(record: Any) -> bool:
        if not isinstance(record, base):
            return False
        if kind is None:
            return record.type not in _KNOWN_TYPES
        # Classes of one type differ in the keys they need: a queue's or a topic's name.
        return record.type == kind and needed <= record._dict.keys()

    made: Any = _RecordType(
        name,
        (base,),
        {
            "__module__": f"azure.functions.{module}",
            "__doc__": declare.__doc__,
            "__signature__": inspect.Signature([argument.replace(name="name"), *others]),
            "_describes": staticmethod(describes),
            "get_binding_name": staticmethod(lambda: kind),
        },
    )
    # Afterwards: a class statement's own constructor would be taken for a foreign binding's.
    made.__init__ = initialize
    return made  # type: ignore[no-any-return]


class FunctionName(Setting, metaclass=_RecordType):
    """The setting that names a function.

    Args:
        function_name: the name.
        kwargs: further values to keep with it.
    """

    def __init__(self, function_name: str, **kwargs: Any) -> None:
        self.function_name = function_name
        super().__init__(FUNCTION_NAME, kwargs)

    @staticmethod
    def _describes(record: Any) -> bool:
        return isinstance(record, Setting) and record.setting_name == FUNCTION_NAME


class RetryPolicy(Setting, metaclass=_RecordType):
    """The setting that lets the host repeat invocations; arguments as for ``app.retry``."""

    def __init__(
        self,
        strategy: str,
        max_retry_count: str,
        delay_interval: str | None = None,
        minimum_interval: str | None = None,
        maximum_interval: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.strategy = strategy
        self.max_retry_count = max_retry_count
        self.delay_interval = delay_interval
        self.minimum_interval = minimum_interval
        self.maximum_interval = maximum_interval
        super().__init__(RETRY_POLICY, kwargs)

    @staticmethod
    def _describes(record: Any) -> bool:
        return isinstance(record, Setting) and record.setting_name == RETRY_POLICY


# -- Declarations whose mirrored classes take their arguments in another way --


def http_trigger(
    arg_name: str,
    methods: Iterable[HttpMethod | str] | None = None,
    data_type: DataType | str | None = None,
    auth_level: AuthLevel | str | None = None,
    route: str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for HTTP requests; for arguments see ``app.route``."""
    fields = {
        "methods": members(methods, HttpMethod),
        "authLevel": member(auth_level, AuthLevel),
        "route": route,
    }
    return Trigger(arg_name, data_type, "httpTrigger", fields, kwargs)


def http_output(
    arg_name: str, data_type: DataType | str | None = None, **kwargs: Any
) -> OutputBinding:
    """Answer an HTTP request; for arguments see ``app.route``."""
    return OutputBinding(arg_name, data_type, "http", None, kwargs)


def cosmos_db_input(
    arg_name: str,
    connection: str,
    database_name: str,
    container_name: str,
    partition_key: str | None = None,
    data_type: DataType | str | None = None,
    id: str | None = None,
    sql_query: str | None = None,
    preferred_locations: str | None = None,
    **kwargs: Any,
) -> InputBinding:
    """Read documents; for arguments see ``app.cosmos_db_input``."""
    return InputBinding.of_parameters("cosmosDB", locals())


def mcp_tool_trigger(
    arg_name: str,
    tool_name: str,
    description: str | None = None,
    tool_properties: str | None = None,
    metadata: str | None = None,
    use_result_schema: bool = False,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an MCP client calls a tool; see ``app.mcp_tool_trigger``."""
    from ..bindings import mcp

    return mcp.mcp_tool_trigger(
        arg_name,
        tool_name,
        description,
        tool_properties,
        data_type,
        metadata=metadata,
        use_result_schema=use_result_schema,
        **kwargs,
    )


def mcp_resource_trigger(
    arg_name: str,
    uri: str,
    resource_name: str,
    title: str | None = None,
    description: str | None = None,
    mime_type: str | None = None,
    size: int | None = None,
    metadata: str | None = None,
    use_result_schema: bool = False,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an MCP client reads a resource; see ``app.mcp_resource_trigger``."""
    return Trigger.of_parameters("mcpResourceTrigger", locals())
