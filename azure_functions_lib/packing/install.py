"""Installs what an app requires into a folder, for another machine, by uv or pip."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..app.settings import is_true
from ..errors import PackageError
from ..http.secrets import hide_in_url
from .requirements import LOCK, PROJECT, Requirements
from .target import HERE, Target

__all__ = ["INSTALLERS", "choose_installer", "install"]

Say = Callable[[str], object]

# uv has variables of its own for what pip's say.
_OF_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
}
_WORD = re.compile(r"\S+")
_MESSAGE_LINES = 20


def choose_installer() -> str:
    """Name the installer that is there: uv, since it knows markers of other Pythons, else pip.

    Raises:
        PackageError: there is none.
    """
    for name, is_here in INSTALLERS.items():
        if is_here():
            return name
    raise PackageError("neither uv nor pip is here to install dependencies. Install one of them")


def _has_uv() -> bool:
    return shutil.which("uv") is not None


def _has_pip() -> bool:
    return importlib.util.find_spec("pip") is not None


INSTALLERS = {"uv": _has_uv, "pip": _has_pip}
"""The installers by name, each with the question whether it is here."""


def install(
    requirements: Requirements,
    target: Target,
    into: Path,
    scratch: Path,
    *,
    installer: str,
    extra_index_urls: Sequence[str] = (),
    say: Say,
) -> None:
    """Install what an app requires, as wheels for a target.

    What has no wheel is built here, which gives the right one if it is pure Python.

    Args:
        requirements: what the app requires.
        target: what it is installed for.
        into: the folder, which is made.
        scratch: an empty folder for files on the way.
        installer: ``"uv"`` or ``"pip"``.
        extra_index_urls: further package indexes; those of ``PIP_EXTRA_INDEX_URL`` as well.
        say: is told what the user should know.

    Raises:
        PackageError: a package cannot be found or built; with the installer's message and the
            requirement.
    """
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if extra_index_urls:
        known = environment.get("PIP_EXTRA_INDEX_URL", "").split()
        environment["PIP_EXTRA_INDEX_URL"] = " ".join([*known, *extra_index_urls])
    file = _as_file(requirements, scratch, environment)
    if installer == "uv":
        _by_uv(requirements, file, target, into, _for_uv(environment))
    else:
        _by_pip(requirements, file, target, into, scratch, environment, say)


def _as_file(requirements: Requirements, scratch: Path, environment: Mapping[str, str]) -> Path:
    """Give the requirements as a file that installers take."""
    file = scratch / "requirements.txt"
    if requirements.file.name == PROJECT:
        file.write_text("".join(f"{each.text}\n" for each in requirements.items), encoding="utf-8")
        return file
    if requirements.file.name != LOCK:
        return requirements.file
    if not _has_uv():
        raise PackageError(f"{requirements.file}: needs uv, which is not on PATH. Install uv")
    command = ["uv", "export", "--frozen", "--no-dev", "--no-emit-project", "--quiet"]
    command += ["--output-file", str(file)]
    result = _run(command, requirements.file.parent, _for_uv(environment))
    if result is not None:
        raise PackageError(f"{requirements.file}: uv cannot read it:\n{result}")
    return file


def _for_uv(environment: Mapping[str, str]) -> dict[str, str]:
    translated = {
        uv: environment[pip]
        for pip, uv in _OF_PIP.items()
        if environment.get(pip) and uv not in environment
    }
    if "UV_FIND_LINKS" in translated:
        translated["UV_FIND_LINKS"] = ",".join(translated["UV_FIND_LINKS"].split())
    return {**environment, **translated}


def _by_uv(
    requirements: Requirements,
    file: Path,
    target: Target,
    into: Path,
    environment: Mapping[str, str],
) -> None:
    command = ["uv", "pip", "install", "--quiet", "--color", "never", "--no-config"]
    command += ["--python", sys.executable, "--target", str(into)]
    command += ["--python-version", target.python, "--python-platform", target.uv_platform]
    # Links would lead into uv's cache, whose files are not to be changed.
    command += ["--link-mode", "copy", "--requirements", str(file)]
    if is_true(environment.get("PIP_NO_INDEX")):
        command.append("--no-index")  # for which uv has no variable
    failure = _run(command, requirements.file.parent, environment)
    if failure is not None:
        raise _failed("uv", requirements, failure)


def _by_pip(
    requirements: Requirements,
    file: Path,
    target: Target,
    into: Path,
    scratch: Path,
    environment: Mapping[str, str],
    say: Say,
) -> None:
    pip = [sys.executable, "-m", "pip"]
    if target.python != HERE:
        # pip answers conditions such as python_version < "3.11" by the Python that runs it.
        other = shutil.which(f"python{target.python}")
        if other is None:
            say(
                f"pip reads conditions of requirements, such as python_version < '3.11', for the "
                f"Python {HERE} that runs it, not for {target.python}: install uv, or Python "
                f"{target.python}"
            )
        else:
            pip += ["--python", other]
    wheels = scratch / "wheels"
    wheels.mkdir()
    command = [*pip, "install", "--target", str(into), "--no-compile", "--only-binary", ":all:"]
    command += ["--implementation", "cp", "--python-version", target.python]
    command += [f"--platform={name}" for name in target.platforms]
    command += ["--find-links", str(wheels), "--requirement", str(file)]
    built: set[str] = set()
    while (failure := _run(command, requirements.file.parent, environment)) is not None:
        missing = re.search(r"No matching distribution found for (\S+?)(?:\s|$)", failure)
        if missing is None or missing[1] in built:
            raise _failed("pip", requirements, failure)
        built.add(missing[1])
        build = [*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), missing[1]]
        unbuilt = _run(build, requirements.file.parent, environment)
        if unbuilt is not None:
            raise _failed("pip", requirements, f"{missing[1]}: {unbuilt}")


def _run(command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> str | None:
    """Run an installer; give what it says if it fails, without passwords."""
    result = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode == 0:
        return None
    return result.stdout.rstrip()


def _failed(installer: str, requirements: Requirements, message: str) -> PackageError:
    place = requirements.named_in(message) or requirements.file.name
    end = "\n".join(message.splitlines()[-_MESSAGE_LINES:])
    text = f"{place}: {installer} cannot install it for the target:\n{end}"
    # In URLs and paths only: the name of a package may sound like that of a secret.
    return PackageError(
        _WORD.sub(lambda word: hide_in_url(word[0]) if "/" in word[0] else word[0], text)
    )
