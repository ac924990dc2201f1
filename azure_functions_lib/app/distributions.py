"""Names of distributions, and which one brings a module."""

from __future__ import annotations

import re

__all__ = ["canonical", "distribution_of"]

# Those whose modules share a namespace package, or have another name than what is installed; of
# others the first part of the module's name serves.
_NAMES = {
    "PIL": "pillow",
    "attr": "attrs",
    "azure.durable_functions": "azure-functions-durable",
    "azure.functions": "azure-functions",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "google.protobuf": "protobuf",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}

_NAMESPACES = {"azure": 3, "azurefunctions": 4, "google": 3}
"""Of how many parts of the module the distributions of a namespace are named."""


def canonical(name: str) -> str:
    """Give a distribution's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution_of(module: str) -> str:
    """Give the name under which the distribution of a module that is missing is installed.

    Those of the Azure SDK are called as their modules: ``azure.storage.blob`` is of
    ``azure-storage-blob``.
    """
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = _NAMES.get(".".join(parts[:length]))
        if name is not None:
            return name
    return "-".join(parts[: _NAMESPACES.get(parts[0], 1)])
