"""The stores of the host, behind the protocols of :mod:`azure_functions_lib.delivery.storage`."""
