"""What requirements.txt brings, and what the app imports.

Only what is installed here is known: of a module that is not, nothing is said.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..app import rules
from ..app.distributions import canonical, distribution_of
from .blueprints import app_modules

if TYPE_CHECKING:
    from ..app.problem import Problem
    from . import Subject

__all__ = ["missing", "worker"]

_FILE = "requirements.txt"
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
_ELSEWHERE = re.compile(r"\s*(?:-e|--editable|\.|/|\w+\+|https?:|file:)")
_OF_THE_PLATFORM = {"azure-functions", "azure-functions-worker"}


class _Requirement(NamedTuple):
    """A distribution and which of its extras are asked for."""

    name: str
    extras: frozenset[str]


def _requirement(text: str) -> _Requirement | None:
    """Read the beginning of a requirement (PEP 508)."""
    found = _REQUIREMENT.match(text)
    if found is None:
        return None
    extras = frozenset(canonical(each.strip()) for each in (found[2] or "").split(",") if each)
    return _Requirement(canonical(found[1]), extras)


def _requirements(root: Path) -> Iterator[tuple[_Requirement | None, int, Path]]:
    """Give what requirements.txt names, with line and file; None for what has no name there."""
    waiting, seen = [root / _FILE], set()
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        try:
            lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except (OSError, ValueError):
            continue
        for number, line in enumerate(lines, 1):
            text = re.sub(r"(?:^|\s)#.*", "", line).strip()
            other = re.match(r"(?:-r|--requirement)[ =]?(.+)", text)
            if other is not None:
                waiting.append(file.parent / other[1].strip())
            elif _ELSEWHERE.match(text):
                yield None, number, file
            elif not text.startswith("-") and (found := _requirement(text)):
                yield found, number, file


def worker(subject: Subject) -> Iterator[Problem]:
    """Find the platform's own worker among the requirements."""
    for each, line, file in _requirements(subject.app.root):
        if each is not None and each.name == "azure-functions-worker":
            yield rules.REQUIREMENT_WORKER(None, _FILE, file=str(file), line=line)


def missing(subject: Subject) -> Iterator[Problem]:
    """Find modules that the app imports from packages which requirements.txt does not bring."""
    from importlib.metadata import packages_distributions

    root = subject.app.root
    required = [each for each, _, _ in _requirements(root)]
    imported = dict(_imports(subject)) if (root / _FILE).is_file() else {}
    if not imported or None in required:
        return
    brought = _with_dependencies(each for each in required if each is not None)
    packages = packages_distributions()
    told: set[str] = set()
    for module, (file, line) in imported.items():
        names = _distributions(module, packages)
        if names and not names & brought and not names & told:
            told |= names
            yield rules.REQUIREMENT_MISSING(
                None,
                _FILE,
                file=file,
                line=line,
                module=module,
                packages=" or ".join(sorted(names)),
            )


def _imports(subject: Subject) -> Iterator[tuple[str, tuple[str, int]]]:
    """Give the modules that the app's files import, with where they first do."""
    root, seen = subject.app.root, set()
    for file in sorted(app_modules(subject.app)):
        try:
            tree = ast.parse(Path(file).read_bytes())
        except (OSError, ValueError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            else:
                continue
            for name in names:
                top = name.partition(".")[0]
                local = (root / top).is_dir() or (root / f"{top}.py").is_file()
                known = name in sys.modules or len(names) == 1
                if name not in seen and known and not local and top not in sys.stdlib_module_names:
                    seen.add(name)
                    yield name, (file, node.lineno)


def _distributions(module: str, packages: Mapping[str, list[str]]) -> set[str]:
    """Give the distributions that may bring a module; none where that cannot be told."""
    top = module.partition(".")[0]
    found = {canonical(name) for name in packages.get(top, _of_its_name(top))}
    if len(found) > 1:  # they share a namespace
        found &= {canonical(distribution_of(module))}
    return set() if found & _OF_THE_PLATFORM else found


def _of_its_name(module: str) -> list[str]:
    """Find the distribution that is named as its module: Python 3.10 lists few of the modules."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        files = distribution(module).files or ()
    except PackageNotFoundError:
        return []
    return [module] if any(file.parts[0] in (module, f"{module}.py") for file in files) else []


def _with_dependencies(requirements: Iterable[_Requirement]) -> set[str]:
    """Name some requirements, and what those that are installed require in turn."""
    from importlib.metadata import PackageNotFoundError, requires

    seen, waiting = set(), list(requirements)
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        try:
            needed = requires(each.name) or []
        except PackageNotFoundError:
            continue
        for text in needed:
            extra, found = _EXTRA.search(text), _requirement(text)
            if found is not None and (extra is None or canonical(extra[1]) in each.extras):
                waiting.append(found)
    return {each.name for each in seen}
