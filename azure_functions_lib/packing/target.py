"""What a package is made for: a version of Python on a platform, and the wheels it can use."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from packaging.tags import compatible_tags, cpython_tags

from ..errors import PackageError

if TYPE_CHECKING:
    from packaging.tags import Tag

__all__ = ["DEFAULT_PLATFORM", "HERE", "Target"]

DEFAULT_PLATFORM = "manylinux_2_28_x86_64"
"""What runs on each image of the platform for Python 3.10 and later; their glibc is newer."""

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The version of the Python that runs this."""

_PYTHON = re.compile(r"3\.([0-9]{1,2})")
_PLATFORM = re.compile(r"manylinux(?:_2_(\d{1,2})|(2014))_(x86_64|aarch64)")
_OLDEST_PYTHON, _OLDEST_GLIBC = 10, 5
# The names that came before manylinux_2_N: https://peps.python.org/pep-0600/
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


@dataclass(frozen=True)
class Target:
    """A version of Python, such as ``"3.11"``, on a platform, such as ``"manylinux2014_x86_64"``.

    Raises:
        PackageError: there is no such version or platform.
    """

    python: str = HERE
    platform: str = DEFAULT_PLATFORM

    def __post_init__(self) -> None:
        version = _PYTHON.fullmatch(self.python)
        if version is None or int(version[1]) < _OLDEST_PYTHON:
            raise PackageError(f"got Python {self.python!r}; expected 3.{_OLDEST_PYTHON} or later")
        if _PLATFORM.fullmatch(self.platform) is None:
            raise PackageError(
                f"got the platform {self.platform!r}; expected manylinux2014_ARCH or "
                "manylinux_2_N_ARCH, where ARCH is x86_64 or aarch64, since apps in Python are "
                "published to Linux"
            )

    @property
    def _parts(self) -> tuple[int, str]:
        """The version of glibc after ``2.``, and the processor."""
        found = _PLATFORM.fullmatch(self.platform)
        assert found is not None
        return int(found[1] or 17), found[3]

    @property
    def native(self) -> str:
        """The platform of wheels that were built on such a machine, without more of a promise."""
        return f"linux_{self._parts[1]}"

    @property
    def uv_platform(self) -> str:
        """The platform as uv calls it."""
        machine = self._parts[1]
        return f"{machine}-{self.platform.removesuffix(f'_{machine}')}"

    @cached_property
    def platforms(self) -> list[str]:
        """The platforms of wheels that can be used, the best ones first."""
        glibc, machine = self._parts
        names = []
        for minor in range(glibc, _OLDEST_GLIBC - 1, -1):
            names.append(f"manylinux_2_{minor}_{machine}")
            if minor in _LEGACY:
                names.append(f"{_LEGACY[minor]}_{machine}")
        return [*names, self.native]

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """The tags of wheels that can be used."""
        version = tuple(map(int, self.python.split(".")))
        interpreter = f"cp{version[0]}{version[1]}"
        return frozenset(
            [
                *cpython_tags(version, platforms=self.platforms),
                *compatible_tags(version, interpreter, self.platforms),
            ]
        )
