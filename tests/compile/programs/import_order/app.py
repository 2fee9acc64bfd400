print("main begins")
import first

print("between")
import second

print(first.NAME, second.NAME)
