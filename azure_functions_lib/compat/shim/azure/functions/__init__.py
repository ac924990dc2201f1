"""The name azure.functions, answered by the package azure-functions-lib."""

from azure_functions_lib.compat import answer

answer(globals())
