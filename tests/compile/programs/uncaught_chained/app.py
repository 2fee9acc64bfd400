class Mine(Exception):
    def __str__(self):
        return "mine " + ",".join(map(str, self.args))


try:
    1 / 0
except ZeroDivisionError as error:
    raise Mine(1, 2) from error
