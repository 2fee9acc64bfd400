import abc, dataclasses, enum, typing


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...


@dataclasses.dataclass(order=True, slots=True)
class Square(Shape):
    side: float = 1.0

    def area(self) -> float:
        return self.side ** 2


class Sized(typing.Protocol):
    def area(self) -> float: ...


type Pair[T] = tuple[T, T]
print(sorted([Square(2), Square(1)]), Square(3).area(), typing.get_type_hints(Square.area), Pair.__name__)
try:
    Shape()
except TypeError as error:
    print(error)
print(enum.Flag("Flags", "A B")(3), typing.NamedTuple("Row", [("a", int)])(1), typing.Optional[int])
