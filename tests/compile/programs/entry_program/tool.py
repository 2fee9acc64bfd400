import sys


class Commands:
    @staticmethod
    def main():
        print("called", sys.argv[1:], __name__)
        return 5 if sys.argv[1:] else "a message"
