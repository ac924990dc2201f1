"""A WSGI site behind one function."""

import azure.functions as func
from site_app import Site

app = func.WsgiFunctionApp(app=Site("hello"), http_auth_level=func.AuthLevel.ANONYMOUS)
