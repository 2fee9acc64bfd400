import weakref


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


kept = Loud("kept")
loop = Loud("loop")
loop.me = loop
weakref.finalize(kept, print, "finalized")
Loud("at once")


def generate():
    try:
        yield 1
    finally:
        print("generator closed")


running = generate()
next(running)
print("end of main")
