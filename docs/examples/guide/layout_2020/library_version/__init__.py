import azure_functions_lib as func


def main(req):
    return getattr(func, "__version__", "< 1.2.1")
