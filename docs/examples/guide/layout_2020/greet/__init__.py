import azure_functions_lib as func

GREETINGS = {"de": "Hallo", "en": "Hello", "fr": "Bonjour"}


def main(req: func.HttpRequest) -> func.HttpResponse:
    headers = {"X-Greeter": "guide", "X-Caller": req.headers.get("User-Agent", "nobody")}
    name = req.params.get("name")
    if not name:
        try:
            name = req.get_json().get("name")
        except ValueError:
            name = None
    if not name:
        return func.HttpResponse(
            "Give a name in the query string or in a JSON body.", headers=headers, status_code=400
        )
    greeting = GREETINGS.get(req.route_params.get("language", "en"), "Hello")
    return func.HttpResponse(f"{greeting}, {name}!", headers=headers)
