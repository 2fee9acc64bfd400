import tool

if __name__ == "__main__":
    print(tool.run(), __name__, __package__, __spec__, type(__loader__).__name__ != "")
