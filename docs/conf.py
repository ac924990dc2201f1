"""How the documentation site is built: ``sphinx-build -W -n docs build/site``."""

from __future__ import annotations

import builtins
import importlib
import inspect
import re
import sys
from pathlib import Path

from docutils import nodes
from sphinx.ext.napoleon.docstring import GoogleDocstring

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import azure_functions_lib  # noqa: E402 - it is found by the line above

project = "azure_functions_lib"
author = copyright = "The authors of azure_functions_lib"  # noqa: A001 - Sphinx' name
version = release = azure_functions_lib.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["examples/shop/**", "examples/decorated/**", "examples/guide/layout_*/**"]
nitpicky = True
# Bases that are not public under another name than that of their converters.
nitpick_ignore_regex = [
    ("py:class", r"azure_functions_lib\.bindings\.kafka\.\w+Codec"),
    ("py:class", r"collections\.abc\..*"),
    ("py:exc", "NotFoundError"),  # of the store, which is not public
]

myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True  # a default that is no literal by its name
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
autodoc_inherit_docstrings = False
napoleon_use_ivar = True  # an "Attributes:" section describes attributes, it does not declare them

html_theme = "furo"
html_title = "azure_functions_lib"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False


def _parse_attribute(docstring: GoogleDocstring) -> list[str]:
    """Read what is below an attribute: "The key: what it is found by" names no type."""
    docstring._what = "method"  # which has a text and sections
    docstring._parse()
    lines, docstring._parsed_lines = docstring._parsed_lines, []
    return lines


GoogleDocstring._parse_attribute_docstring = _parse_attribute  # type: ignore[method-assign]


def _as_method(api: type, name: str) -> None:
    """Put a method in place of the descriptor that makes a decorator when it is asked for."""
    declared = getattr(api, name)

    def method(self, *args, **kwargs): ...

    method.__doc__ = declared.__doc__
    method.__name__, method.__module__ = name, api.__module__
    method.__qualname__ = f"{api.__qualname__}.{name}"
    method.__signature__ = inspect.signature(declared)
    setattr(api, name, method)


for _api in (
    azure_functions_lib.TriggerApi,
    azure_functions_lib.BindingApi,
    azure_functions_lib.SettingsApi,
):
    for _name, _declared in list(vars(_api).items()):
        if type(_declared).__name__ == "_Decorator":
            _as_method(_api, _name)


def _public_path(name: str) -> str | None:
    """Find where the reference has a name that a docstring mentions by itself."""
    name = name.removeprefix("~").removeprefix(".")
    first = name.partition(".")[0]
    for module in (
        "azure_functions_lib",
        "azure_functions_lib.errors",
        "azure_functions_lib.testing",
        "azure_functions_lib.testing.events",
        "azure_functions_lib.app",
        "azure_functions_lib.runtime",
        "azure_functions_lib.wire",
    ):
        if hasattr(importlib.import_module(module), first):
            return f"{module}.{name}"
    return None


def _resolve(app, env, node, contnode):
    """Let ``:class:`Context``` and ``Raises: DeclarationError`` lead to the public name."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    if hasattr(builtins, target.partition(".")[0]):
        return contnode
    public = _public_path(target.rpartition(".")[2] if "." in target else target)
    found = public and env.get_domain("py").find_obj(env, "", "", public, None, 0)
    if not found:
        # A type in a signature may have no entry; what a docstring mentions has to.
        return None if "refexplicit" in node else contnode
    _, entry = found[0]
    reference = nodes.reference("", "", contnode, internal=True)
    reference["refuri"] = app.builder.get_relative_uri(env.docname, entry.docname)
    reference["refuri"] += f"#{entry.node_id}"
    return reference


def _name_files(app, docname, source):
    """Show the name of the file that an example is, which its fence tells the tests."""
    captioned = r'```{code-block} \1\n:caption: "`\2`"'
    source[0] = re.sub(r"(?m)^```(\w+) file=(\S+)$", captioned, source[0])


def _mark_short_code(app, doctree):
    """Mark the code within a text that is kept on one line, which even a telephone has room for."""
    for literal in doctree.findall(nodes.literal):
        if len(literal.astext()) <= 24:
            literal["classes"].append("short")


def setup(app):
    app.connect("source-read", _name_files)
    app.connect("doctree-read", _mark_short_code)
    app.connect("missing-reference", _resolve)
