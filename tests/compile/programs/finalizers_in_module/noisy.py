class Noisy:
    def __del__(self):
        print("del in a module that was imported before")


NOISY = Noisy()
NOISY.me = NOISY
