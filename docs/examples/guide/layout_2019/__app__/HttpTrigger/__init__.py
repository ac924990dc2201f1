from .my_function import greet


def main(req):
    return greet(req.params.get("name", "world"))
