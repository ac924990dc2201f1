import azure_functions_lib as func
from http_to_queue import main as http_to_queue
from queue_echo import main as queue_echo


def test_echo_of_a_message():
    assert queue_echo(func.QueueMessage(body=b"test")) == "msg body: test"


def test_request_becomes_a_message():
    message = func.Out()

    response = http_to_queue(func.HttpRequest("GET", "/api/http_to_queue?body=hello"), message)

    assert (message.get(), response) == ("hello", "queued: hello")
