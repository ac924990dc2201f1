"""HTTP: requests, responses and their codec."""

from __future__ import annotations

__all__ = ["HTTP_OUTPUT", "HTTP_TRIGGER"]

HTTP_TRIGGER = "httpTrigger"
"""The binding type of a function that a request makes run."""

HTTP_OUTPUT = "http"
"""The binding type of its response."""
