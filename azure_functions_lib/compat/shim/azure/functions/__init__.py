"""The name azure.functions, answered by the package azure-functions-lib."""

from azure_functions_lib.compat import answer

answer(globals())

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from azure_functions_lib import *  # noqa: F403
