"""What a tool's result is as text, with the types of the MCP SDK as it writes them."""

from __future__ import annotations

import json
from typing import Any, get_args, get_origin

from ..wire.codec import annotated_types
from ..wire.jsontext import json_writer, plain_json

__all__ = ["result_text", "result_json", "structured_text", "wants_schema"]


def _plain(value: object) -> Any:
    if _is_sdk(value):
        return _sdk_dict(value)
    try:
        return plain_json(value)
    except TypeError:
        fields = getattr(value, "__dict__", None)
        if fields is None or (not fields and not hasattr(value, "__mcp_content__")):
            raise  # such as an HttpResponse, whose values are in slots
        return fields


def _is_sdk(value: object) -> bool:
    """Whether a value, or a class, comes from the MCP SDK (``mcp.types``, ``mcp_types``)."""
    kind = value if isinstance(value, type) else type(value)
    return kind.__module__.partition(".")[0] in ("mcp", "mcp_types") and hasattr(kind, "model_dump")


def _sdk_dict(value: Any) -> Any:
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)


# The text itself is the answer, so it has one form, with or without orjson.
result_json = json_writer(_plain)


def result_text(value: object) -> str:
    """Write a result as text: nothing for None, text as it is, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else result_json(value)


def structured_text(value: Any) -> str:
    """Write a result as the host takes it with ``useResultSchema``."""
    kind, structured = "text", None
    if _is_sdk(value):
        text = result_json(value)
        if type(value).__name__ == "CallToolResult":
            kind = "call_tool_result"
            content = _sdk_dict(value).get("structuredContent")
            structured = None if content is None else result_json(content)
        else:
            kind, structured = value.type, text
    elif isinstance(value, (list, tuple)) and value and all(map(_is_sdk, value)):
        kind, text = "call_tool_result", result_json({"content": value})
    else:
        structured = value if isinstance(value, str) else result_json(value)
        text = result_json({"type": "text", "text": structured})
    return json.dumps({"type": kind, "content": text, "structuredContent": structured})


def wants_schema(hint: Any) -> bool:
    """Whether a return annotation asks for structured results."""
    for part in annotated_types(hint):
        if get_origin(part) is list:
            if any(_is_sdk(item) for arg in get_args(part) for item in annotated_types(arg)):
                return True
        elif isinstance(part, type) and (hasattr(part, "__mcp_content__") or _is_sdk(part)):
            return True
    return False
