import unittest

import azure_functions_lib as func
from my_second_function import main


class TestMySecondFunction(unittest.TestCase):
    def test_doubles_the_value(self):
        request = func.HttpRequest(
            method="GET", body=None, url="/api/my_second_function", params={"value": "21"}
        )

        response = main(request)

        self.assertEqual(response.get_body(), b"21 * 2 = 42")

    def test_asks_for_a_number(self):
        response = main(func.HttpRequest(method="GET", url="/api/my_second_function"))

        self.assertEqual(response.status_code, 400)


if __name__ == "__main__":
    unittest.main()
