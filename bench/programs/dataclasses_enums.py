# SPDX-License-Identifier: Apache-2.0
"""Dataclasses, enums and named tuples: generated methods, hashing, equality, ordering and replace."""

from collections import namedtuple
from dataclasses import dataclass, field, replace
from enum import Enum, IntFlag

DEFAULT = 40_000

Edge = namedtuple("Edge", "start end weight")


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Access(IntFlag):
    READ = 1
    WRITE = 2
    RUN = 4


@dataclass(frozen=True, order=True)
class Position:
    row: int
    column: int


@dataclass
class Piece:
    position: Position
    color: Color
    marks: list = field(default_factory=list)

    def moved(self, rows, columns):
        old = self.position
        return replace(self, position=Position((old.row + rows) % 8, (old.column + columns) % 8))


def run(n):
    colors = list(Color)
    piece = Piece(Position(0, 0), Color.RED)
    visits = {}
    total = 0
    for i in range(n):
        piece = piece.moved(i % 3, i % 5)
        piece.color = colors[i % 3]
        visits[piece.position] = visits.get(piece.position, 0) + 1
        total += piece.color is Color.GREEN
        total += piece.position > Position(4, 4)
        access = Access.READ | (Access.WRITE if i % 2 else Access.RUN)
        total += Access.WRITE in access
        edge = Edge(i, i + 1, 0.5)._replace(weight=i)
        total += edge.end - edge.start + edge.weight
    best = max(visits.items(), key=lambda item: (item[1], item[0]))
    return f"{total},{best[0].row},{best[0].column},{best[1]}"
