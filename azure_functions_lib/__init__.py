"""The binding library for Azure Functions."""

__version__ = "0.1.0"
