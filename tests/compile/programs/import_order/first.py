print("first is imported")
NAME = "1"
