import quiet
import noisy
import after

print("main", quiet.NAME, noisy.NAME, after.NAME)
