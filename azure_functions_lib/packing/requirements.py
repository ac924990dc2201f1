"""What an app says it depends on: requirements.txt, uv.lock or pyproject.toml."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..app.distributions import canonical
from ..errors import PackageError

__all__ = ["FILES", "REQUIREMENTS", "Requirement", "Requirements", "read_requirements"]

REQUIREMENTS, LOCK, PROJECT = FILES = ("requirements.txt", "uv.lock", "pyproject.toml")
"""The files, in the order in which they are looked for; the first one counts."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Requirement:
    """One requirement as it is written.

    Attributes:
        name: the distribution's name, in its canonical form.
        text: the whole requirement.
        place: the file and, where it is known, the line.
    """

    name: str
    text: str
    place: str

    @property
    def pinned(self) -> bool:
        """Whether it allows one version only."""
        return "==" in self.text and "*" not in self.text

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class Requirements:
    """What an app requires, and the file that says so."""

    file: Path
    items: tuple[Requirement, ...]

    def find(self, name: str) -> Requirement | None:
        """Give the requirement of a distribution."""
        wanted = canonical(name)
        return next((each for each in self.items if each.name == wanted), None)

    def named_in(self, text: str) -> Requirement | None:
        """Give the requirement whose name an installer's message has last."""
        for word in map(canonical, reversed(_NAME.findall(text))):
            for each in self.items:
                # Of a name that is followed by its version, uv and pip write name-1.0 or name==1.0.
                if word == each.name or re.fullmatch(re.escape(each.name) + r"-v?\d.*", word):
                    return each
        return None


def read_requirements(root: Path) -> Requirements | None:
    """Read what an app requires; None if it does not say.

    Raises:
        PackageError: the file cannot be read, or has its dependencies from elsewhere.
    """
    for name in FILES:
        file = root / name
        if not file.is_file():
            continue
        if name == PROJECT:
            return _of_project(file)
        if name == LOCK:
            return Requirements(file, tuple(_of_lock(file)))
        return Requirements(file, tuple(_of_lines(name, _text(file))))
    return None


def _of_lines(name: str, text: str) -> Iterable[Requirement]:
    for number, line in enumerate(text.splitlines(), 1):
        stated = line.partition("#")[0].rstrip(" \\\t") if not line.startswith("#") else ""
        found = _NAME.match(stated.strip())
        if found:
            yield Requirement(canonical(found[0]), stated.strip(), f"{name}:{number}")


def _of_project(file: Path) -> Requirements | None:
    project = _toml(file).get("project")
    if not isinstance(project, dict):
        return None  # a file of settings for tools alone
    if "dependencies" in project.get("dynamic", ()):
        raise PackageError(
            f"{file}: its dependencies are dynamic. Write them under [project], or into "
            f"{REQUIREMENTS}"
        )
    dependencies = project.get("dependencies", [])
    if not isinstance(dependencies, list) or not all(isinstance(x, str) for x in dependencies):
        raise PackageError(f"{file}: project.dependencies is no list of texts")
    lines = _text(file).splitlines()

    def place(text: str) -> str:
        line = next((at for at, line in enumerate(lines, 1) if text in line), None)
        return file.name if line is None else f"{file.name}:{line}"

    found = [(_NAME.match(text), text) for text in dependencies]
    return Requirements(
        file,
        tuple(Requirement(canonical(name[0]), text, place(text)) for name, text in found if name),
    )


def _of_lock(file: Path) -> Iterable[Requirement]:
    """Give what a lock file pins; which of it is installed is for uv to say."""
    packages = _toml(file).get("package", [])
    for package in packages if isinstance(packages, list) else ():
        name, version = package.get("name"), package.get("version")
        if name and version:
            yield Requirement(canonical(name), f"{name}=={version}", file.name)


def _toml(file: Path) -> dict[str, Any]:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: dict[str, Any] = toml.loads(_text(file))
    except ValueError as error:
        raise PackageError(f"{file}: {error}") from None
    return document


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise PackageError(f"{file}: cannot be read: {error}. Write it in UTF-8") from None
