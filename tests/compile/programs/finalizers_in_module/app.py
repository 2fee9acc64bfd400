import noisy

print("main", noisy.NOISY.me is noisy.NOISY)
