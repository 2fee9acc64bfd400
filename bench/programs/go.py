# SPDX-License-Identifier: Apache-2.0
"""Go: random games on a 9x9 board with captures and area scoring; graph walks over lists, sets and small classes."""

import random

DEFAULT = 40

SIZE = 9
POINTS = SIZE * SIZE
EMPTY, BLACK, WHITE = range(3)


def neighbours_of(point):
    row, column = divmod(point, SIZE)
    around = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
    return tuple(r * SIZE + c for r, c in around if 0 <= r < SIZE and 0 <= c < SIZE)


NEIGHBOURS = tuple(neighbours_of(point) for point in range(POINTS))


class Board:
    def __init__(self):
        self.colors = [EMPTY] * POINTS
        self.ko = None
        self.captured = [0, 0, 0]

    def group(self, start):
        """All stones joined to one, and whether the group has a liberty."""
        color = self.colors[start]
        stones = {start}
        todo = [start]
        alive = False
        while todo:
            for near in NEIGHBOURS[todo.pop()]:
                found = self.colors[near]
                if found == EMPTY:
                    alive = True
                elif found == color and near not in stones:
                    stones.add(near)
                    todo.append(near)
        return stones, alive

    def is_eye(self, point, color):
        return all(self.colors[near] == color for near in NEIGHBOURS[point])

    def play(self, point, color):
        """Put a stone down; answer whether the move was legal."""
        if self.colors[point] != EMPTY or point == self.ko:
            return False
        self.colors[point] = color
        enemy = BLACK + WHITE - color
        dead = set()
        for near in NEIGHBOURS[point]:
            if self.colors[near] == enemy and near not in dead:
                stones, alive = self.group(near)
                if not alive:
                    dead |= stones
        if not dead and not self.group(point)[1]:
            self.colors[point] = EMPTY
            return False
        for stone in dead:
            self.colors[stone] = EMPTY
        self.captured[color] += len(dead)
        self.ko = next(iter(dead)) if len(dead) == 1 else None
        return True

    def score(self):
        """Stones and surrounded empty points, Black's minus White's."""
        total = 0
        seen = set()
        for point in range(POINTS):
            if self.colors[point] == EMPTY:
                if point not in seen:
                    total += self.score_region(point, seen)
            else:
                total += 1 if self.colors[point] == BLACK else -1
        return total

    def score_region(self, start, seen):
        region = {start}
        todo = [start]
        borders = set()
        while todo:
            for near in NEIGHBOURS[todo.pop()]:
                color = self.colors[near]
                if color != EMPTY:
                    borders.add(color)
                elif near not in region:
                    region.add(near)
                    todo.append(near)
        seen |= region
        if borders == {BLACK}:
            return len(region)
        if borders == {WHITE}:
            return -len(region)
        return 0


def play_game(rng):
    board = Board()
    color, passes, moves = BLACK, 0, 0
    while passes < 2 and moves < 3 * POINTS:
        candidates = [p for p in range(POINTS) if board.colors[p] == EMPTY and not board.is_eye(p, color)]
        while candidates:
            index = int(rng.random() * len(candidates))
            candidates[index], candidates[-1] = candidates[-1], candidates[index]
            if board.play(candidates.pop(), color):
                passes = 0
                break
        else:
            passes += 1
            board.ko = None
        moves += 1
        color = BLACK + WHITE - color
    return board.score(), moves, sum(board.captured)


def run(n):
    rng = random.Random(9)
    games = [play_game(rng) for _ in range(n)]
    return ",".join(str(sum(column)) for column in zip(*games))
