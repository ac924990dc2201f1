"""Answers to the name ``azure.functions``, so that programs written for it run on this library.

``import azure.functions`` and every import below it then give modules that are filled from
:mod:`azure_functions_lib` when a name is asked for. The same is done by the file
``shim/azure/functions/__init__.py``, where it lies on the search path in place of the other
package's; ``azfl shim`` writes it there.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import __version__
from .._lazy import lazy
from ..errors import NameTakenError
from .names import CHILDREN, PACKAGE, public_names, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.metadata import Distribution

if bool():
    from .writing import write_shim as write_shim

__all__ = ["answer", "install_as_azure_functions", "is_shim", "mirrored", "write_shim"]

__getattr__ = lazy(__name__, {"write_shim": "writing"})

ROOT = "azure.functions"
SHIM = Path(__file__).with_name("shim")
"""The folder whose contents are put on a search path to answer to the name."""


def install_as_azure_functions() -> None:
    """Let ``import azure.functions``, and every import below it, give this library.

    Call it before anything imports ``azure.functions``: packages such as
    ``azure.durable_functions`` do. Other packages below ``azure`` are found as before, and
    ``azure`` need not be installed. A second call changes nothing.

    Raises:
        NameTakenError: ``azure.functions`` has been imported from another package (an
            ImportError).
    """
    for name in (ROOT, *(f"{ROOT}.{child}" for child in CHILDREN)):
        module = sys.modules.get(name)
        if module is not None and not _is_ours(module):
            raise NameTakenError(
                f"{name} has been imported already, from "
                f"{getattr(module, '__file__', None) or 'an unknown place'}. Call "
                "install_as_azure_functions() before the first import of azure.functions, or of "
                "a package that imports it, such as azure.durable_functions"
            )
    _finder.put_first()
    module = importlib.import_module(ROOT)
    # An ``azure`` imported anew since does not know it yet.
    vars(importlib.import_module("azure"))["functions"] = module


def is_shim(site_packages: Path) -> bool:
    """Whether :func:`write_shim` has written into a folder."""
    file = site_packages / "azure" / "functions" / "__init__.py"
    return file.is_file() and file.read_bytes() == Path(_Finder.file).read_bytes()


def answer(namespace: dict[str, Any]) -> None:
    """Make the module ``azure.functions`` out of an empty one.

    Args:
        namespace: the module's globals.
    """
    _fill(namespace, "")
    namespace["__version__"] = __version__
    _finder.file = namespace["__file__"]
    _finder.put_first()


_modules: dict[str, ModuleType] = {}


def mirrored(name: str) -> ModuleType:
    """Give the module that is ``azure.functions.<name>``; always the same one."""
    module = _modules.get(name)
    if module is None:
        full = f"{ROOT}.{name}"
        module = _modules[name] = ModuleType(full, f"What {full} has, from azure_functions_lib.")
        spec = ModuleSpec(full, _finder, origin=__file__, is_package=name in CHILDREN.values())
        spec.has_location = True
        module.__spec__ = spec
        module.__loader__ = _finder
        module.__package__ = spec.parent
        module.__file__ = __file__
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        _fill(module.__dict__, name)
    return module


def _fill(namespace: dict[str, Any], module: str) -> None:
    """Let a module look up its names when they are asked for; see PEP 562."""

    def __getattr__(name: str) -> Any:
        child = f"{module}.{name}" if module else name
        found = mirrored(child) if child in CHILDREN else value(module, name)
        namespace[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*namespace, *public_names(module)})

    namespace["__getattr__"] = __getattr__
    namespace["__dir__"] = __dir__
    namespace["__all__"] = public_names(module)


def _is_ours(module: ModuleType) -> bool:
    lookup = getattr(module, "__dict__", {}).get("__getattr__")
    return getattr(lookup, "__module__", None) == __name__


class _Finder:
    """Finds ``azure.functions``, the modules below it and, where nothing else is, ``azure``.

    It stays when :data:`sys.modules` is emptied, so that a later import cannot fall back to
    another package of that name.
    """

    file = str(SHIM / "azure" / "functions" / "__init__.py")

    def put_first(self) -> None:
        """Let no other finder be asked before."""
        others = [each for each in sys.meta_path if type(each).__module__ != __name__]
        sys.meta_path[:] = [self, *others]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "azure":
            return self._find_azure()
        if name == ROOT:
            return spec_from_file_location(
                ROOT, self.file, submodule_search_locations=[str(Path(self.file).parent)]
            )
        if name.startswith(f"{ROOT}.") and name[len(ROOT) + 1 :] in CHILDREN:
            return mirrored(name[len(ROOT) + 1 :]).__spec__
        if name.startswith(_OWN) and target is None:
            return _find_first_copy(name)
        return None

    def find_distributions(self, context: Any) -> Iterator[Distribution]:
        """Answer importlib.metadata for azure-functions, where it is not installed."""
        from . import metadata

        return metadata.find(context, self)

    def _find_azure(self) -> ModuleSpec | None:
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec("azure", None)) is not None:
                return spec
        # A namespace package, which takes in what later appears on the search path.
        return PathFinder.find_spec("azure", [str(SHIM)])

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return mirrored(spec.name[len(ROOT) + 1 :])

    def exec_module(self, module: ModuleType) -> None:
        # Its names are looked up when they are asked for.
        pass


_OWN = f"{PACKAGE}."


def _find_first_copy(name: str) -> ModuleSpec | None:
    """Find a module of this library that has been dropped from :data:`sys.modules`.

    ``unittest.mock.patch.dict(sys.modules)`` drops what was imported since, here at first use. A
    second copy would have classes and registrations of its own.
    """
    parent, _, child = name.rpartition(".")
    module = vars(sys.modules[parent]).get(child) if parent in sys.modules else None
    if not isinstance(module, ModuleType) or module.__name__ != name:
        return None
    loader: Any = _FirstCopy(module)
    return ModuleSpec(name, loader)


class _FirstCopy:
    """The loader of a module that has been loaded."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec


# Without the base classes of importlib.abc, whose import takes as long as all the rest.
_finder: Any = _Finder()
