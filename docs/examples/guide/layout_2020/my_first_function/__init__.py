import shared_code.helper

from . import example


def main(req):
    name = req.params.get("user")
    letters = shared_code.helper.double(len(name))
    return f"{example.greeting(name)} Twice your name has {letters} letters."
