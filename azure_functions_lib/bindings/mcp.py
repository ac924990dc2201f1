"""Model Context Protocol: tools, prompts and resources for language models."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, get_origin

from ..enums import DataType, McpPropertyType
from ..errors import DeclarationError, InvalidPayloadError, preview
from ..wire.codec import AnsweredTrigger, annotated_types, body_bytes
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import REQUIRED, SINGLE, Inferred, Trigger, member
from ..wire.jsontext import parse_json
from ._docstrings import documented_parameters
from ._mcp_properties import ToolProperty, hints_of
from ._mcp_results import result_json, result_text, structured_text, wants_schema

if TYPE_CHECKING:
    from ..wire.declaration import Edit, Editable

__all__ = ["MCPToolContext", "PromptArgument", "PromptInvocationContext", "mcp_content"]

_T = TypeVar("_T")


class MCPToolContext(dict[str, Any], Generic[_T]):
    """The call of a tool as the host sends it: ``name``, ``arguments``, ``sessionid`` and others.

    A parameter annotated with it is given the whole call and is no property of the tool.
    """


class PromptArgument:
    """An argument that clients may give when they ask for a prompt.

    Args:
        name: its name.
        description: what it is for.
        required: whether it must be given.
    """

    __slots__ = ("description", "name", "required")

    def __init__(self, name: str, description: str | None = None, required: bool = False) -> None:
        self.name = name
        self.description = description
        self.required = required

    def to_dict(self) -> dict[str, Any]:
        """Its three fields by name."""
        return {
            "name": self.name,
            "description": self.description,
            "required": self.required,
        }

    @staticmethod
    def serializer(obj: object) -> dict[str, Any]:
        """Give the JSON form of an argument; for ``json.dumps(default=...)``.

        Raises:
            TypeError: it is something else.
        """
        if isinstance(obj, PromptArgument):
            return obj.to_dict()
        raise TypeError(f"expected a PromptArgument, got {preview(obj)}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PromptArgument):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.name, self.description, self.required))

    def __repr__(self) -> str:
        return (
            f"PromptArgument(name={self.name!r}, description={self.description!r}, "
            f"required={self.required!r})"
        )


class PromptInvocationContext:
    """A client's request for a prompt.

    Args:
        data: the request as an object, or as its JSON text. What is no object counts as empty.

    Raises:
        ValueError: ``data`` is text that is not JSON.
    """

    __slots__ = ("_data",)

    def __init__(self, data: dict[str, Any] | str) -> None:
        parsed = parse_json(data) if isinstance(data, (str, bytes)) else data
        self._data: dict[str, Any] = parsed if isinstance(parsed, dict) else {}

    @property
    def name(self) -> str:
        """The prompt's name, ``""`` when the request has none."""
        name = self._data.get("name")
        return name if isinstance(name, str) else ""

    @property
    def arguments(self) -> dict[str, str]:
        """The arguments by name."""
        arguments = self._data.get("arguments")
        return arguments if isinstance(arguments, dict) else {}

    @property
    def sessionid(self) -> str | None:
        """The client's session."""
        return self._data.get("sessionid")

    @property
    def transport(self) -> dict[str, Any] | None:
        """How the request came: the transport's ``name`` and ``properties``."""
        return self._data.get("transport")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PromptInvocationContext):
            return NotImplemented
        return self._data == other._data

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"PromptInvocationContext(name={self.name!r}, arguments={self.arguments!r})"


def mcp_content(cls: type[_T]) -> type[_T]:
    """Mark a class whose instances are structured results of tools.

    A tool annotated to return it answers with ``structuredContent`` as well as with text.
    """
    marked: Any = cls
    marked.__mcp_content__ = True
    return cls


class _McpCodec(AnsweredTrigger):
    """A request of an MCP client."""

    json_text = staticmethod(result_json)
    """Writes an answer that is neither text nor bytes; types of the MCP SDK as it does."""

    @classmethod
    def check_input_type_annotation(cls, pytype: object) -> bool:
        """Whether a parameter may carry this annotation; ``dict[str, Any]`` is as good as dict."""
        return any(
            super(_McpCodec, cls).check_input_type_annotation(get_origin(part) or part)
            for part in annotated_types(pytype)
        )

    @classmethod
    def decode_as(
        cls,
        data: DatumLike,
        pytype: Any,
        *,
        trigger_metadata: TriggerMetadata | None = None,
    ) -> Any:
        """Give the request as the type that a parameter asks for.

        Args:
            data: the payload.
            pytype: one of the accepted types: text stays text for ``str``, becomes UTF-8 for
                ``bytes`` and is parsed for ``dict`` and its subclasses.
            trigger_metadata: what else the host sent; not used.

        Raises:
            InvalidPayloadError: a dict is asked for and the payload is no JSON object.
        """
        if data is None:
            raise cls.unsupported_payload(data)
        value = data.value
        if pytype in (str, bytes) and isinstance(value, pytype):
            return value
        if pytype is bytes and isinstance(value, str):
            return body_bytes(data, cls.binding)
        if pytype is str and isinstance(value, bytes):
            try:
                return value.decode()
            except UnicodeDecodeError:
                raise InvalidPayloadError.of(
                    cls.binding, "body", came=preview(value), expected="UTF-8 text"
                ) from None
        if issubclass(pytype, dict):
            try:
                return pytype(parse_json(value) if isinstance(value, (str, bytes)) else value)
            except (TypeError, ValueError):
                raise InvalidPayloadError.of(
                    cls.binding, "body", came=preview(value), expected="a JSON object"
                ) from None
        return cls.decode(data, trigger_metadata=trigger_metadata)


class McpToolTriggerCodec(_McpCodec):
    """The call of a tool."""

    binding = "mcpToolTrigger"
    accepts = (str, dict, bytes, MCPToolContext)
    context: ClassVar[type[MCPToolContext[Any]]] = MCPToolContext


class McpResourceTriggerCodec(_McpCodec):
    """A client's request for a resource."""

    binding = "mcpResourceTrigger"


_TEXTS = ("string", "json", "bytes")


class McpPromptTriggerCodec(_McpCodec):
    """A client's request for a prompt."""

    binding = "mcpPromptTrigger"
    accepts = (str, dict, bytes, PromptInvocationContext)
    takes = "a payload of type 'string', 'json' or 'bytes'"

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Make the request's context, an empty one of a payload that is no object."""
        kind = getattr(data, "type", data)
        if data is None or kind is data:
            raise cls.unsupported_payload(data)
        try:
            return PromptInvocationContext(data.value if kind in _TEXTS else {})
        except ValueError:
            raise InvalidPayloadError.of(
                cls.binding, "body", came=preview(data.value), expected="JSON text"
            ) from None


def _is_context(annotation: Any) -> bool:
    kind = getattr(annotation, "__origin__", annotation)
    return isinstance(kind, type) and issubclass(kind, MCPToolContext)


def _arguments_json(arguments: list[PromptArgument] | str | None) -> str | None:
    if not arguments:
        return None
    if isinstance(arguments, str):
        return arguments
    try:
        each = [PromptArgument.serializer(argument) for argument in arguments]
        return json.dumps(each, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise DeclarationError(f"mcpPromptTrigger: prompt_arguments: {error}") from None


_OVERRIDES = "__mcp_tool_properties__"


# -- Declarations --


def mcp_tool(metadata: str | None = None, use_result_schema: bool | None = False) -> Edit:
    """Offer the function as a tool to MCP clients.

    Its parameters become the tool's properties: their types and whether they are required come
    from the annotations and defaults, their descriptions from ``Annotated`` or from the
    docstring (in the form of Google, Sphinx or NumPy); ``mcp_tool_property`` says otherwise
    where needed. The tool has the function's name in the code, and its docstring as
    description. A parameter annotated MCPToolContext is given the whole call. Parameters that
    decorators below this one feed are left to them.

    The result is sent as text: None as empty text, str as it is, anything else as JSON.

    Args:
        metadata: further metadata of the tool, as JSON text.
        use_result_schema: whether results are sent with ``structuredContent`` too. This is so
            by itself when the return annotation is a class marked with ``mcp_content``, or a
            result or content type of the MCP SDK.

    Raises:
        DeclarationError: the function has a trigger already.
    """

    def edit(function: Editable) -> None:
        from ._mcp_handler import tool_handler  # which imports asyncio

        func = function._func
        hints = hints_of(func)
        taken = {binding.name for binding in function.get_bindings()}
        description = inspect.cleandoc(func.__doc__ or "").strip()
        documented = documented_parameters(description)
        overrides = function.__dict__.get(_OVERRIDES, {})
        tool_properties: dict[str, ToolProperty] = {}
        contexts = []
        properties = []
        bound = {}
        for name, declared in inspect.signature(func).parameters.items():
            annotation = hints.get(name, Any)
            if name in taken:
                bound[name] = annotation
            elif _is_context(annotation):
                contexts.append(name)
            elif declared.kind not in (declared.VAR_POSITIONAL, declared.VAR_KEYWORD):
                has_default = declared.default is not declared.empty
                prop = tool_properties[name] = ToolProperty(annotation, has_default)
                properties.append(
                    {
                        "propertyName": name,
                        "propertyType": prop.kind,
                        "description": prop.description or documented.get(name, ""),
                        "isArray": prop.collection is not None,
                        "isRequired": not has_default and not prop.optional,
                        **overrides.get(name, {}),
                    }
                )
        structured = bool(use_result_schema) or wants_schema(hints.get("return"))
        function.add_trigger(
            Trigger(
                "context",
                None,
                "mcpToolTrigger",
                {
                    "toolName": func.__name__,
                    "description": description,
                    "toolProperties": json.dumps(properties),
                    "metadata": metadata,
                    "useResultSchema": structured,
                },
            )
        )
        function._func = tool_handler(
            func,
            McpToolTriggerCodec,
            tool_properties,
            contexts,
            bound,
            structured_text if structured else result_text,
        )

    return edit


def mcp_tool_property(
    arg_name: str,
    description: str | None = None,
    property_type: McpPropertyType | str | None = None,
    is_required: bool | None = REQUIRED,
    as_array: bool | None = SINGLE,
) -> Edit:
    """Say of a tool's property what its parameter does not say; goes below ``mcp_tool``.

    What is not given here stays as the parameter's annotation and default have it.

    Args:
        arg_name: the parameter; one that the function lacks is ignored.
        description: what the property is for, in words for the model.
        property_type: its JSON Schema type: a McpPropertyType or the name of one, in any letter
            case.
        is_required: whether callers must give it.
        as_array: whether it is a list of values of that type.

    Raises:
        UnknownNameError: there is no property type of that name (a KeyError and ValueError).
        DeclarationError: it stands above ``mcp_tool``, or an argument is of another type.
    """
    if not isinstance(arg_name, str):
        raise DeclarationError(f"mcp_tool_property: arg_name: got {preview(arg_name)}")
    kind = member(property_type, McpPropertyType)
    if not isinstance(kind, McpPropertyType | None):
        raise DeclarationError(
            f"mcp_tool_property of {arg_name!r}: property_type: got {preview(kind)}; expected a "
            "McpPropertyType"
        )
    given = {
        "description": description,
        "propertyType": kind.value if kind is not None else None,
        "isRequired": None if isinstance(is_required, Inferred) else is_required,
        "isArray": None if isinstance(as_array, Inferred) else as_array,
    }

    def edit(function: Editable) -> None:
        if any(binding.type == McpToolTriggerCodec.binding for binding in function.get_bindings()):
            raise DeclarationError(
                f"mcp_tool_property of {arg_name!r} stands above mcp_tool: write it below, as the "
                "tool's properties are read when mcp_tool is applied"
            )
        overrides = function.__dict__.setdefault(_OVERRIDES, {})
        overrides[arg_name] = {key: value for key, value in given.items() if value is not None}

    return edit


def mcp_tool_trigger(
    arg_name: str,
    tool_name: str,
    description: str | None = None,
    tool_properties: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an MCP client calls a tool.

    ``mcp_tool`` derives all of this from the function itself.

    Args:
        arg_name: the parameter that is given the call: an MCPToolContext, dict or str.
        tool_name: the name by which clients call the tool.
        description: what it is for, in words for the model.
        tool_properties: the parameters, as the JSON text of a list of ``{"propertyName",
            "propertyType", "description", "isArray", "isRequired"}``.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(
        arg_name,
        data_type,
        "mcpToolTrigger",
        {
            "toolName": tool_name,
            "description": description,
            "toolProperties": tool_properties,
            "useResultSchema": kwargs.pop("use_result_schema", False),
        },
        kwargs,
    )


def mcp_prompt_trigger(
    arg_name: str,
    prompt_name: str,
    prompt_arguments: list[PromptArgument] | str | None = None,
    title: str | None = None,
    description: str | None = None,
    metadata: str | None = None,
    icons: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an MCP client asks for a prompt.

    Args:
        arg_name: the parameter that is given the request: a PromptInvocationContext, dict or
            str.
        prompt_name: the name by which clients ask for the prompt.
        prompt_arguments: the arguments that clients may give; or their JSON text.
        title: a title to show to people.
        description: what it is for, in words for the model.
        metadata: further metadata, as JSON text.
        icons: icons to show, as JSON text.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(
        arg_name,
        data_type,
        "mcpPromptTrigger",
        {
            "promptName": prompt_name,
            "promptArguments": _arguments_json(prompt_arguments),
            "title": title,
            "description": description,
            "metadata": metadata,
            "icons": icons,
        },
        kwargs,
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
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function when an MCP client reads a resource.

    ``use_result_schema=True`` may be given as a further key.

    Args:
        arg_name: the parameter that is given the request: a dict or str.
        uri: the URI of the resource.
        resource_name: its name.
        title: a title to show to people.
        description: what it is for, in words for the model.
        mime_type: the media type of the content.
        size: the size of the content, in bytes.
        metadata: further metadata, as JSON text.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger.of_parameters("mcpResourceTrigger", locals())
