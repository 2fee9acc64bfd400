# SPDX-License-Identifier: Apache-2.0
"""List churn: append and pop, insert, slices, reversal, deques, heaps and list comparison."""

from collections import deque
from heapq import heappop, heappush

DEFAULT = 55


def stack_machine(size):
    stack = []
    total = 0
    for i in range(size):
        stack.append(i)
        if i % 3 == 2:
            total += stack.pop() - stack.pop()
    return total + len(stack)


def josephus(people, step):
    ring = deque(range(people))
    while len(ring) > 1:
        ring.rotate(-step)
        ring.popleft()
    return ring[0]


def rotate_blocks(values, block):
    for start in range(0, len(values), block):
        part = values[start:start + block]
        part.reverse()
        values[start:start + block] = part
    return values


def heap_merge(size):
    heap = []
    total = 0
    for i in range(size):
        heappush(heap, (i * 7919) % 10_007)
        if i % 2:
            total = (total * 3 + heappop(heap)) % 1_000_003
    return total


def insertion_sort(values):
    ordered = []
    for value in values:
        position = len(ordered)
        while position and ordered[position - 1] > value:
            position -= 1
        ordered.insert(position, value)
    return ordered


def run(n):
    checksum = 0
    for i in range(n):
        checksum += stack_machine(12_000)
        checksum += josephus(4000, 7 + i)
        values = rotate_blocks(list(range(8000)), 5 + i)
        checksum += sum(values[::3]) - sum(values[1::3])
        checksum += heap_merge(8000)
        checksum += insertion_sort([(k * 31 + i) % 251 for k in range(300)])[150]
    return checksum
