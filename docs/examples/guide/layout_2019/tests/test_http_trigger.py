import azure_functions_lib as func
from __app__.HttpTrigger import main, my_function


def test_greeting():
    assert my_function.greet("you") == "HELLO, YOU"


def test_function():
    request = func.HttpRequest("GET", "/api/HttpTrigger", params={"name": "you"})
    assert main(request) == "HELLO, YOU"
