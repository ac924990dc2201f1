"""Calls of MCP tools, prompts and resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...wire.datum import Datum
from ...wire.jsontext import dump_json
from ..recorded import RecordedPayload

_TRANSPORT = {"name": "http-streamable", "properties": {}}


def mcp_tool(
    arguments: Mapping[str, Any] | None = None,
    *,
    name: str = "tool",
    session_id: str = "session",
) -> RecordedPayload:
    """Make the call of an MCP tool.

    Args:
        arguments: the arguments by name.
        name: the tool's name.
        session_id: the id of the client's session.
    """
    return _mcp("mcp_tool", name, session_id, arguments)


def mcp_prompt(
    arguments: Mapping[str, str] | None = None,
    *,
    name: str = "prompt",
    session_id: str = "session",
) -> RecordedPayload:
    """Make a request for an MCP prompt; for the arguments see :func:`mcp_tool`."""
    return _mcp("mcp_prompt", name, session_id, arguments)


def _mcp(
    event: str, name: str, session_id: str, arguments: Mapping[str, Any] | None
) -> RecordedPayload:
    call = {
        "name": name,
        "arguments": dict(arguments or {}),
        "sessionid": session_id,
        "transport": _TRANSPORT,
    }
    return RecordedPayload(Datum(dump_json(call), "string"), event=event)


def mcp_resource(
    uri: str = "resource://resource", *, session_id: str = "session"
) -> RecordedPayload:
    """Make a request for an MCP resource.

    Args:
        uri: the resource's URI.
        session_id: the id of the client's session.
    """
    request = {"uri": uri, "sessionid": session_id, "transport": _TRANSPORT}
    return RecordedPayload(Datum(dump_json(request), "string"), event="mcp_resource")
