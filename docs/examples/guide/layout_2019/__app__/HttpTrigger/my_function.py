from ..shared_code import helper


def greet(name: str) -> str:
    return helper.shout(f"hello, {name}")
