import __app__.shared_code
import __app__.shared_code.helper
from __app__ import shared_code
from __app__.shared_code import helper

from ..shared_code import helper as relative_helper
from . import example


def main(req):
    assert __app__.shared_code is shared_code
    assert __app__.shared_code.helper is helper is relative_helper
    return helper.shout(f"one module, {example.WHERE}")
