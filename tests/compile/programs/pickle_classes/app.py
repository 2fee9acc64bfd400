import collections, copy, pickle

import shapes


class Point:
    def __init__(self, x):
        self.x = x


print(pickle.loads(pickle.dumps(Point(3))).x, collections.Counter("abca").most_common(1))
print(pickle.loads(pickle.dumps(shapes.Square(2))).area(), copy.deepcopy([shapes.Square(3)])[0].area())
print(b"__main__" in pickle.dumps(Point(1), 0), b"shapes" in pickle.dumps(shapes.Square(1), 0))
