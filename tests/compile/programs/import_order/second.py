import first

print("second sees", first.NAME)
NAME = "2"
