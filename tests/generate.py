"""Write the text that is made from declarations: ``python tests/generate.py [--check]``.

From the rows of ``bindings/_table.py`` come the public names in ``__init__.py``, from the table of
``compat`` the mirrored modules in it. ``app/decorators.pyi`` gives each decorator of
``app/decorators.py`` the parameters and the docstring of its declaration function. The tables of
``docs/checking.md`` are the rules of ``app/rules.py``.
With ``--check`` nothing is written, and the exit code tells whether something would have been.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import re
import runpy
import string
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "azure_functions_lib"
TABLE = runpy.run_path(str(PACKAGE / "bindings" / "_table.py"))
MIRRORED = runpy.run_path(str(PACKAGE / "compat" / "_table.py"))["NAMES"]
sys.path.insert(0, str(PACKAGE.parent))
RULES = importlib.import_module("azure_functions_lib.app.rules").RULES
END = "# -- end of generated text"
WIDTH = 100


def generated() -> Iterator[tuple[Path, str]]:
    """Give each file with its text as it should be."""
    path = PACKAGE / "__init__.py"
    yield path, replaced(path.read_text(), "exports", exports())
    yield PACKAGE / "app" / "decorators.pyi", decorators()
    path = PACKAGE.parent / "docs" / "checking.md"
    yield path, replaced(path.read_text(), "rules", checks(), "<!-- -- end of generated text -->")


def replaced(text: str, name: str, body: str, end_marker: str = END) -> str:
    """Put a body between the markers of that name."""
    before, marker, rest = text.partition(f": {name}{' -->' * (end_marker != END)}\n")
    if not marker:
        raise SystemExit(f"no marker for {name!r}")
    _, end, after = rest.partition(end_marker)
    return f"{before}{marker}{body}{end}{after}"


def exports() -> str:
    """Write the table of public names."""
    modules = {name: row.module for row in (*TABLE["CORE"], *TABLE["ROWS"]) for name in row.exports}
    names = sorted(modules)
    imports: dict[str, list[str]] = {}
    for name in names:
        imports.setdefault(modules[name], []).append(name)
    lines = ["", "_EXPORTS = {"]
    lines += [f'    "{name}": "{modules[name]}",' for name in names]
    lines += ["}", "", "_MIRRORED = ("]
    lines += [f'    "{name}",' for name in mirrored_modules()]
    lines += [")", "", "__all__ = ["]
    lines += [f'    "{name}",' for name in [*names, "__version__"]]
    lines += ["]", "", "if TYPE_CHECKING:"]
    for module, found in sorted(imports.items()):
        for name in found:
            lines.append(f"    from .{module} import {name} as {name}")
    return "\n".join([*lines, "", ""])


def mirrored_modules() -> list[str]:
    """List the mirrored modules that users name below the package and that it does not have."""
    own = {path.stem for path in PACKAGE.iterdir()}
    return [
        name
        for name in sorted(MIRRORED)
        if name.isidentifier() and not name.startswith("_") and name not in own
    ]


def checks() -> str:
    """Write a table of rules for each topic of ``app/rules.py``, which its comments name."""
    text = (PACKAGE / "app" / "rules.py").read_text()
    lines = [""]
    for topic in re.split("^# -- ", text, flags=re.MULTILINE)[1:]:
        title, _, body = topic.partition("\n")
        lines += [f"### {title}", "", "| rule | severity | what is wrong | what to do |"]
        lines.append("|---|---|---|---|")
        for name in re.findall(r'^\w+ = Rule\(\s*"([\w-]+)"', body, flags=re.MULTILINE):
            rule = RULES[name]
            cause, remedy = rule.meaning or (sentence(rule.cause), sentence(rule.remedy))
            # What Markdown would take for a column's end or for emphasis is meant as it stands.
            texts = [re.sub(r"([|_])", r"\\\1", each) for each in (cause, remedy)]
            lines.append(f"| `{name}` | {rule.severity} | {texts[0]} | {texts[1]} |")
        lines.append("")
    return "\n".join(lines)


def sentence(template: str) -> str:
    """Write a template as it reads with the names of what is put in; a place has none."""
    names = {name: f"*{name}*" for _, name, _, _ in string.Formatter().parse(template) if name}
    names.update(where="")
    return re.sub(r"\{(\w+)!r\}", r"{\1}", template).format(**names)


STUB = """\
# Written by tests/generate.py from decorators.py and the declaration functions that it names.

{imports}

__all__ = ["BindingApi", "DecoratorApi", "SettingsApi", "TriggerApi"]

{classes}"""

CONTAINER = {"DecoratorApi", "FunctionDecorator", "SettingsApi"}
"""What the stub takes from ``app/container.py``; the rest is what the functions themselves use."""


def decorators() -> str:
    """Write the stub of ``app/decorators.py``."""
    source = (PACKAGE / "app" / "decorators.py").read_text()
    classes, origins, used = [], dict.fromkeys(CONTAINER, ".container"), {*CONTAINER}
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.ClassDef) and node.bases):
            continue
        parts = [f"class {node.name}(DecoratorApi):", f'    """{ast.get_docstring(node)}"""\n']
        for item in node.body:
            if isinstance(item, ast.Assign) and isinstance(item.value, ast.Call):
                name, module = ast.unparse(item.targets[0]), item.value.args[0].value
                text, function, names = declaration(module, name)
                parts.append(method(name, text, function))
                origins.update(names)
                used |= names_in(function)
        classes.append("\n".join(parts))
    imports: dict[str, set[str]] = {}
    for name in sorted(used - set(vars(builtins))):
        imports.setdefault(origins[name], set()).add(name)
    ordered = sorted(imports, key=lambda module: (module.startswith("."), relative(module)))
    blocks: dict[bool, list[str]] = {False: [], True: []}
    for module in ordered:
        names = sorted(imports[module], key=lambda name: (not name.isupper(), name))
        blocks[module.startswith(".")] += wrapped(f"from {module} import ", names, "")
    return STUB.format(
        imports="\n\n".join("\n".join(block) for block in blocks.values()),
        classes="\n".join(classes),
    )


def relative(module: str) -> tuple[int, str]:
    """Give the order of imports: further away first."""
    dots = len(module) - len(module.lstrip("."))
    return -dots, module


def declaration(module: str, name: str) -> tuple[str, ast.FunctionDef, dict[str, str]]:
    """Find a declaration function: the module's text, the function, where its names come from."""
    path = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    text = path.read_text()
    tree = ast.parse(text)
    functions, aliases, origins = {}, {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            functions.setdefault(node.name, node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            aliases.update({ast.unparse(target): node.value.id for target in node.targets})
        elif isinstance(node, ast.ImportFrom):
            # Both the bindings and the stub are one folder below the package.
            origin = "." * node.level + (node.module or "")
            origins.update({alias.name: origin for alias in node.names})
        elif isinstance(node, ast.ClassDef):
            origins[node.name] = f"..{module}"
    function = functions.get(aliases.get(name, name))
    if function is None:
        raise SystemExit(f"{path}: no declaration function {name!r}")
    return text, function, origins


def names_in(function: ast.FunctionDef) -> set[str]:
    """Name what a function's annotations and defaults use."""
    arguments = [*function.args.args, *filter(None, [function.args.kwarg])]
    nodes = [*(each.annotation for each in arguments), *function.args.defaults]
    return {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}


def method(name: str, source: str, function: ast.FunctionDef) -> str:
    """Write the method of one declaration function."""
    arguments = function.args
    first_default = len(arguments.args) - len(arguments.defaults)
    parameters = ["self"]
    for index, argument in enumerate(arguments.args):
        text = f"{argument.arg}: {ast.get_source_segment(source, argument.annotation)}"
        if index >= first_default:
            default = arguments.defaults[index - first_default]
            text += f" = {ast.get_source_segment(source, default)}"
        parameters.append(text)
    if arguments.kwarg is not None:
        kind = ast.get_source_segment(source, arguments.kwarg.annotation)
        parameters.append(f"**{arguments.kwarg.arg}: {kind}")
    docstring = textwrap.dedent("    " + ast.get_source_segment(source, function.body[0]))
    lines = [
        *wrapped(f"    def {name}(", parameters, ") -> FunctionDecorator:"),
        textwrap.indent(docstring, " " * 8),
    ]
    return "\n".join(lines) + "\n"


def wrapped(head: str, items: list[str], tail: str) -> list[str]:
    """Write a list of items on one line, or each on its own where that is too long."""
    line = head + ", ".join(items) + tail
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(head) - len(head.lstrip()))
    if not head.endswith("("):
        head, tail = f"{head}(", ")"
    return [head, *(f"{indent}    {item}," for item in items), f"{indent}{tail}"]


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell whether all is up to date")
    check = parser.parse_args().check
    stale = [
        (path, text) for path, text in generated() if not path.exists() or path.read_text() != text
    ]
    for path, text in stale:
        print(f"{'out of date' if check else 'wrote'}: {path}")
        if not check:
            path.write_text(text)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
