NAME = "after"
