"""install_as_azure_functions, each time in a process of its own."""

from __future__ import annotations

from .runs import Environment

INSTALL = """
import sys, importlib, importlib.util, inspect
import azure_functions_lib
azure_functions_lib.install_as_azure_functions()
"""


def test_import_in_every_form(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
import azure.functions
import azure.functions as func
from azure import functions
from azure.functions import HttpRequest, decorators
from azure.functions.decorators.core import Trigger
import azure.functions.decorators.function_app as module
assert azure.functions is func is functions
assert HttpRequest is func.HttpRequest is azure_functions_lib.HttpRequest
assert module.FunctionBuilder is azure_functions_lib.FunctionBuilder
assert decorators.core.Trigger is Trigger
assert not hasattr(func, "THE_OTHER")
assert not hasattr(func, "no_such_name")
""",
    )


def test_spec_file_and_version(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
import azure.functions
spec = importlib.util.find_spec("azure.functions")
assert spec.origin == azure.functions.__spec__.origin == azure.functions.__file__
assert inspect.getfile(azure.functions) == spec.origin
assert list(azure.functions.__path__) == spec.submodule_search_locations != []
assert azure.functions.__version__ == azure_functions_lib.__version__
below = importlib.util.find_spec("azure.functions.decorators.core")
assert below.origin == importlib.import_module("azure.functions.decorators.core").__file__
assert importlib.util.find_spec("azure.functions.no_such_module") is None
""",
    )


def test_every_submodule_is_one_module(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
import azure.functions
from azure.functions import decorators, meta
for name in ("decorators", "decorators.core", "meta", "_abc", "extension.extension_meta"):
    module = importlib.import_module("azure.functions." + name)
    assert sys.modules["azure.functions." + name] is module
    assert not hasattr(module, "THE_OTHER")
assert decorators is sys.modules["azure.functions.decorators"]
assert meta.InConverter is sys.modules["azure.functions.meta"].InConverter
""",
    )


def test_modules_that_others_know_by_a_name_of_their_own(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
import azure.functions
from azure.functions import blob, cosmosdb, eventgrid, meta, queue
assert cosmosdb.cdb is importlib.import_module("azure.functions._cosmosdb")
assert eventgrid.azf_eventgrid is azure.functions._eventgrid
assert blob.azf_abc is queue.azf_abc is azure.functions._abc
assert blob.meta is meta
""",
    )


def test_modules_dropped_and_imported_again(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
import azure.functions
from azure.functions.decorators.core import Trigger
before = azure.functions.FunctionApp
for name in [name for name in sys.modules if name == "azure" or name.startswith("azure.")]:
    del sys.modules[name]
importlib.invalidate_caches()
sys.path_importer_cache.clear()
assert importlib.util.find_spec("azure.functions").origin == azure.functions.__file__
import azure.functions as again
import azure.functions.decorators.core as core
assert again.FunctionApp is before and core.Trigger is Trigger
assert importlib.reload(again).FunctionApp is before
assert importlib.reload(core).Trigger is Trigger
sys.modules.pop("azure.functions")
assert importlib.import_module("azure.functions").FunctionApp is before
""",
    )


def test_other_packages_below_azure(either: Environment) -> None:
    either.write("site-packages/azure/storage/__init__.py", "NAME = 'storage'")
    either.write("elsewhere/azure/identity.py", "NAME = 'identity'")
    either.run(
        "-c",
        f"""
import sys, azure.storage
{INSTALL}
import azure, azure.functions
assert azure.storage.NAME == "storage"
sys.path.append("elsewhere")  # as a worker does when it learns the app's folder
import azure.identity
assert azure.identity.NAME == "identity"
assert azure.functions.FunctionApp is azure_functions_lib.FunctionApp
""",
    )


def test_azure_found_later_where_there_was_none(environment: Environment) -> None:
    environment.write("elsewhere/azure/storage.py", "NAME = 'storage'")
    environment.run(
        "-c",
        f"""{INSTALL}
import azure.functions
sys.path.append("elsewhere")
import azure.storage
assert azure.storage.NAME == "storage"
assert azure.functions.FunctionApp is azure_functions_lib.FunctionApp
""",
    )


def test_azure_as_a_package_of_its_own(environment: Environment) -> None:
    environment.write("site-packages/azure/__init__.py", "NAME = 'azure'")
    environment.run("-c", f"{INSTALL}\nimport azure.functions\nassert azure.NAME == 'azure'")


def test_second_call_changes_nothing(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
import azure.functions
before, finders = dict(vars(azure.functions)), list(sys.meta_path)
azure_functions_lib.install_as_azure_functions()
assert sys.modules["azure.functions"] is azure.functions
assert sys.meta_path == finders
""",
    )


def test_comes_before_a_finder_added_since(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        assert not name.startswith("azure.functions"), name
sys.meta_path.insert(0, Finder)
azure_functions_lib.install_as_azure_functions()
import azure.functions.decorators.http
""",
    )


def test_other_package_imported_first(environment: Environment) -> None:
    environment.install_other_package()
    environment.run(
        "-c",
        """
import azure.functions, azure_functions_lib
from azure_functions_lib.errors import NameTakenError
try:
    azure_functions_lib.install_as_azure_functions()
except ImportError as error:
    assert isinstance(error, NameTakenError)
    text = str(error)
    assert azure.functions.__file__ in text and "before the first import" in text
else:
    raise SystemExit("no error")
assert azure.functions.THE_OTHER
""",
    )


def test_submodule_of_the_other_package_imported_first(environment: Environment) -> None:
    environment.install_other_package()
    environment.run(
        "-c",
        """
import sys, azure.functions.decorators.core, azure_functions_lib
del sys.modules["azure.functions"]
try:
    azure_functions_lib.install_as_azure_functions()
except ImportError as error:
    assert "azure.functions.decorators" in str(error)
else:
    raise SystemExit("no error")
""",
    )


def test_star_import_and_dir(either: Environment) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
from azure.functions import *
from azure.functions.decorators.constants import *
import azure.functions
assert FunctionApp is azure_functions_lib.FunctionApp
assert COSMOS_DB_TRIGGER == "cosmosDBTrigger" and HTTP_OUTPUT == "http"
assert {{"FunctionApp", "__version__"}} <= set(dir(azure.functions))
""",
    )


def test_nothing_is_imported_before_it_is_needed(environment: Environment) -> None:
    environment.run(
        "-c",
        f"""{INSTALL}
import azure.functions
loaded = [name for name in sys.modules if name.startswith("azure_functions_lib.")]
ground = ("azure_functions_lib._lazy", "azure_functions_lib.errors")
assert all(name.startswith(("azure_functions_lib.compat", *ground)) for name in loaded), loaded
""",
    )


def test_modules_imported_while_sys_modules_was_patched_are_found_again(
    either: Environment,
) -> None:
    either.run(
        "-c",
        f"""{INSTALL}
from unittest import mock
import azure.functions
with mock.patch.dict(sys.modules):
    first = azure.functions.ExtensionMeta
    import azure.functions.queue
    converter = azure.functions.queue.QueueMessageInConverter
    from azure_functions_lib.bindings import queue
    source = queue.__spec__
assert "azure_functions_lib.bindings.queue" not in sys.modules
from azure.functions.extension.extension_meta import ExtensionMeta
from azure_functions_lib.extension import ExtensionMeta as again
assert ExtensionMeta is again is first
import azure_functions_lib.bindings.queue as found
assert found is queue and found.__spec__ is source
assert sys.modules["azure_functions_lib.bindings.queue"] is queue
assert azure_functions_lib.get_binding_registry().get("queueTrigger").decode
assert importlib.reload(queue).QueueMessage  # reloading still runs the module's code
""",
    )


def test_metadata_where_azure_functions_is_not_installed(environment: Environment) -> None:
    environment.run(
        "-c",
        f"""{INSTALL}
from importlib import metadata
for name in ("azure-functions", "azure.functions", "Azure_Functions"):
    assert metadata.version(name) == "2.4.0b1", name
found = metadata.distribution("azure-functions")
assert found.metadata["Name"] == "azure-functions" and found.requires is None
assert "azure-functions" in [each.metadata["Name"] for each in metadata.distributions()]
assert not list(metadata.distributions(name="azure-functions", path=["."]))
try:
    metadata.version("azure-function")
except metadata.PackageNotFoundError:
    pass
else:
    raise SystemExit("no error")
""",
    )


def test_metadata_of_an_installed_azure_functions_stays(environment: Environment) -> None:
    environment.install_other_package()
    environment.write(
        "site-packages/azure_functions-1.2.3.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: azure-functions\nVersion: 1.2.3\n",
    )
    environment.run(
        "-c",
        f"""{INSTALL}
from importlib import metadata
assert metadata.version("azure-functions") == "1.2.3"
assert len([each for each in metadata.distributions() if each.name == "azure-functions"]) == 1
""",
    )
