import json

import helper


class Broken:
    def __str__(self):
        return helper.fail({"a": [1, 2]}, 3)


def wrapped():
    try:
        json.loads("{nothing}")
    except ValueError:
        str(Broken())


wrapped()
