"""An ASGI site behind one function."""

import azure.functions as func
from site_app import site

app = func.AsgiFunctionApp(app=site, http_auth_level=func.AuthLevel.FUNCTION)
