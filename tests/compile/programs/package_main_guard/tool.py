def run():
    return "ran"


if __name__ == "__main__":
    raise SystemExit(9)
