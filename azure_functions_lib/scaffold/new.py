"""Begins a function app, or adds a function to one that exists. Nothing is overwritten."""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..app.function import SCRIPT_FILE_NAME
from ..app.function_json import FUNCTION_JSON
from ..app.settings import parse_settings_json
from ..errors import PackageError
from .kinds import KINDS, Kind
from .settings_text import add_setting

__all__ = ["New", "Written", "new", "template"]

_TEMPLATES = Path(__file__).with_name("templates")
_NAME, _SLUG = "my_function", "my-function"  # what templates call the function
_LOGGER = "logger = logging.getLogger(__name__)"
_SETTINGS = "local.settings.json"
_REQUIREMENTS, _PROJECT = "requirements.txt", "pyproject.toml"


@dataclass(frozen=True)
class New:
    """What is asked for.

    Attributes:
        app: the app's folder, which is made if need be.
        kind: the name of one of :data:`~.kinds.KINDS`.
        name: the function's name; None for one after its kind.
        folder: whether it is a folder with function.json. An app that exists says it itself.
        project: whether the dependencies are in pyproject.toml, in place of requirements.txt.
        docker: whether the app is given a Dockerfile.
    """

    app: Path
    kind: str = "http"
    name: str | None = None
    folder: bool = False
    project: bool = False
    docker: bool = False


@dataclass
class Written:
    """What has been done.

    Attributes:
        files: the files that were written, by their paths below the app's folder.
        changed: the files that were there and have more in them now.
        function: the function's name.
        missing: the packages that requirements.txt or pyproject.toml has yet to name.
    """

    function: str
    files: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def new(wanted: New) -> Written:
    """Write the files of a new app, or those of one more function.

    Raises:
        PackageError: the name is none of a function or is taken, the app cannot take such a
            function, or a file cannot be written.
    """
    kind = KINDS[wanted.kind]
    name = wanted.name or f"{wanted.kind.replace('-', '_')}_function"
    if not name.isascii() or not name.isidentifier() or keyword.iskeyword(name) or len(name) > 100:
        raise PackageError(
            f"got the name {name!r}; expected that of a Python function: letters, digits and '_', "
            "with a letter first"
        )
    app = wanted.app
    if app.exists() and not app.is_dir():
        raise PackageError(f"{app}: there is a file of this name. Give a folder")
    script = app / SCRIPT_FILE_NAME
    exists = script.exists() or any(app.glob(f"*/{FUNCTION_JSON}"))
    folder = not script.exists() if exists else wanted.folder
    if folder and not kind.folder:
        raise PackageError(f"a function of kind {wanted.kind} has no form with {FUNCTION_JSON}")
    if wanted.folder and not folder:
        raise PackageError(f"{script}: the app has its functions there, so it takes no folders")
    if exists and kind.whole:
        raise PackageError(f"{app}: there is an app, and {wanted.kind} is an app of its own")
    files = dict(_function_files(script, wanted.kind, name, folder, exists=exists))
    files[f"tests/test_{name}.py"] = _named(template("tests", _file(wanted.kind)), name)
    for path in files:
        if path != SCRIPT_FILE_NAME and (app / path).exists():
            raise PackageError(f"{app / path}: exists already. Give another name by --name")
    common = dict(_app_files(wanted, kind))
    written = Written(name)
    try:
        for path, text in files.items():
            _write(app / path, text, path, written)
        for path, text in common.items():
            if not (app / path).exists():
                _write(app / path, text, path, written)
        _add_settings(app / _SETTINGS, kind, written)
    except OSError as error:
        raise PackageError(f"{error.filename or app}: {error.strerror or error}") from None
    if exists:
        written.missing = list(_unnamed(app, kind))
    return written


def _function_files(
    script: Path, kind: str, name: str, folder: bool, *, exists: bool
) -> Iterator[tuple[str, str]]:
    code = _named(template("functions", _file(kind)), name)
    if folder:
        yield f"{name}/__init__.py", _main(code, name)
        yield f"{name}/{FUNCTION_JSON}", _function_json(code)
    elif exists:
        yield SCRIPT_FILE_NAME, _with_function(script, code, name)
    else:
        yield SCRIPT_FILE_NAME, code


def _app_files(wanted: New, kind: Kind) -> Iterator[tuple[str, str]]:
    """What an app has besides its functions."""
    yield "host.json", template("app", "host.json")
    yield _SETTINGS, template("app", _SETTINGS)
    yield ".funcignore", template("app", "funcignore")
    yield ".gitignore", template("app", "gitignore")
    project = wanted.project or (wanted.app / _PROJECT).exists()
    if project:
        text = template("app", _PROJECT).replace("APP_NAME", _slug(wanted.app.resolve().name))
        more = "".join(f'    "{package}",\n' for package in kind.requires)
        yield (
            _PROJECT,
            text.replace('    "azure-functions-lib",\n', f'    "azure-functions-lib",\n{more}'),
        )
    else:
        more = "".join(f"{package}\n" for package in kind.requires)
        yield _REQUIREMENTS, template("app", _REQUIREMENTS) + more
    if wanted.docker:
        yield "Dockerfile", template("app", "Dockerfile.pyproject" if project else "Dockerfile")
        yield ".dockerignore", template("app", "dockerignore")


def _write(file: Path, text: str, path: str, written: Written) -> None:
    if file.exists():
        if file.read_text(encoding="utf-8") != text:
            beside = file.with_name(f".{file.name}.new")
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)
            written.changed.append(path)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)
    written.files.append(path)


def _add_settings(file: Path, kind: Kind, written: Written) -> None:
    """Add the settings that the function's bindings name; those that are there stay."""
    known = _json(file).get("Values", {})
    text = file.read_text(encoding="utf-8")
    for name, value in kind.settings.items():
        if name not in known:
            text = add_setting(text, name, value)
    if _SETTINGS in written.files:
        file.write_text(text, encoding="utf-8")
    else:
        _write(file, text, _SETTINGS, written)


def _json(file: Path) -> Any:
    return parse_settings_json(file.read_bytes())


def _unnamed(app: Path, kind: Kind) -> Iterator[str]:
    named = "".join(
        (app / file).read_text(encoding="utf-8")
        for file in (_REQUIREMENTS, _PROJECT)
        if (app / file).exists()
    )
    for package in ("azure-functions-lib", *kind.requires):
        if package not in named:
            yield package


def template(folder: str, name: str) -> str:
    """Give the text of a template, such as ``template("app", "host.json")``."""
    return (_TEMPLATES / folder / name).read_text(encoding="utf-8")


def _file(kind: str) -> str:
    return f"{kind.replace('-', '_')}.py"


def _named(text: str, name: str) -> str:
    return text.replace(_NAME, name).replace(_SLUG, _slug(name))


def _slug(name: str) -> str:
    """Give a name as storage takes it: lower case letters and digits with single hyphens."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:50] or "app"


def _main(code: str, name: str) -> str:
    """Give a function's code as a module with ``main``, without decorators."""
    tree = ast.parse(code)
    lines = code.splitlines()
    made = _made(tree)
    (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    head = lines[: made.lineno - 1] + lines[made.lineno : function.decorator_list[0].lineno - 1]
    body = lines[function.lineno - 1 : function.end_lineno]
    text = "\n".join([*head, *body]).replace(f"def {name}(", "def main(")
    return re.sub("\n{4,}", "\n\n\n", text) + "\n"


def _function_json(code: str) -> str:
    scope: dict[str, Any] = {}
    exec(code, scope)  # a template of ours
    (function,) = scope["app"].functions
    bindings = json.loads(function.get_function_json())["bindings"]
    for binding in bindings:
        binding["direction"] = binding["direction"].lower()
    bindings = [
        {key: value for key, value in binding.items() if value != "NOTSET"} for binding in bindings
    ]
    return json.dumps({"bindings": bindings}, indent=2) + "\n"


def _with_function(script: Path, code: str, name: str) -> str:
    """Give the text of an app's script with a function at its end."""
    try:
        text = script.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError) as error:
        raise PackageError(f"{script}: cannot be read: {error}") from None
    if any(getattr(node, "name", None) == name for node in ast.walk(tree)):
        raise PackageError(f"{script}: has a {name!r} already. Give another name by --name")
    library, made = _library(tree), _app_statement(tree)
    if library is None or made is None:
        raise PackageError(
            f"{script}: expected 'import azure_functions_lib as func' and 'app = "
            "func.FunctionApp()' at its top level, to add a function to. Write them"
        )
    ours = ast.parse(code)
    body = "\n".join(code.splitlines()[_made(ours).lineno :]).strip("\n")
    body = body.removeprefix(_LOGGER).lstrip("\n")
    app = ast.unparse(made.targets[0])
    body = re.sub(r"\bapp\.", f"{app}.", re.sub(r"\bfunc\.", f"{library}.", body))
    has = {ast.unparse(node) for node in tree.body}
    lines = text.splitlines()
    if _LOGGER in code and _LOGGER not in has:
        lines.insert(made.end_lineno or made.lineno, _LOGGER)
    wanted = [ast.unparse(node) for node in ours.body if isinstance(node, ast.Import)]
    missing = [line for line in wanted if line not in has and "azure" not in line]
    if missing:
        imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        first = next(node.lineno for node in imports if not _is_future(node)) - 1
        alone = lines[first].startswith(("import azure", "from azure"))
        lines[first:first] = [*missing, ""] if alone else missing
    return "\n".join(lines).rstrip("\n") + f"\n\n\n{body}\n"


def _made(template: ast.Module) -> ast.stmt:
    """Find where a template makes its app, which takes one line in those with a function."""
    return next(node for node in template.body if ast.unparse(node).startswith("app = "))


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _library(tree: ast.Module) -> str | None:
    """Give the name by which a script has the library."""
    for node in tree.body:
        for alias in node.names if isinstance(node, ast.Import) else ():
            if alias.name in ("azure_functions_lib", "azure.functions"):
                return alias.asname or alias.name
    return None


def _app_statement(tree: ast.Module) -> ast.Assign | None:
    """Find where a script makes its app."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            called = ast.unparse(node.value.func)
            if called.endswith(("FunctionApp", "DFApp")) and isinstance(node.targets[0], ast.Name):
                return node
    return None
