"""A provider of agents that say what they were told."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any


class Echo:
    def __init__(self, instructions: str) -> None:
        self.instructions = instructions

    @asynccontextmanager
    async def open_agent(self, invocation: Any) -> Any:
        yield f"{self.instructions.strip()} in {invocation.function_name}"

    async def run_agent(self, prompt: str, invocation: Any) -> str:
        return f"{self.instructions.strip()}: {prompt}"


class Provider:
    provider_id = "echo"
    distribution_name = "echo-agents"
    supported_capabilities = frozenset({"skills", "mcp"})

    def compile_binding(self, *, instructions: str, **given: Any) -> Echo:
        return Echo(instructions)
