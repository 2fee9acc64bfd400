# SPDX-License-Identifier: Apache-2.0
"""N-body: five planets under gravity; float arithmetic on attributes of lists, no allocation to speak of.

Distances use sqrt, which IEEE 754 rounds exactly, so every libm gives the same orbits.
"""

from math import pi, sqrt

DEFAULT = 60_000

SOLAR_MASS = 4 * pi * pi
DAYS = 365.24

# position, velocity (per day), mass (in suns)
PLANETS = (
    ((4.84143144246472090, -1.16032004402742839, -0.103622044471123109),
     (0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023), 0.000954791938424326609),
    ((8.34336671824457987, 4.12479856412430479, -0.403523417114321381),
     (-0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929), 0.000285885980666130812),
    ((12.8943695621391310, -15.1111514016986312, -0.223307578892655734),
     (0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556), 0.0000436624404335156298),
    ((15.3796971148509165, -25.9193146099879641, 0.179258772950371181),
     (0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870), 0.0000515138902046611451),
)


def make_system():
    """Sun first; its momentum balances that of the planets."""
    bodies = [[*position, *(v * DAYS for v in velocity), mass * SOLAR_MASS] for position, velocity, mass in PLANETS]
    momentum = [sum(b[axis] * b[6] for b in bodies) for axis in (3, 4, 5)]
    sun = [0.0, 0.0, 0.0, *(-p / SOLAR_MASS for p in momentum), SOLAR_MASS]
    return [sun, *bodies]


def advance(bodies, pairs, steps, dt):
    for _ in range(steps):
        for a, b in pairs:
            dx = a[0] - b[0]
            dy = a[1] - b[1]
            dz = a[2] - b[2]
            square = dx * dx + dy * dy + dz * dz
            magnitude = dt / (square * sqrt(square))
            pull_a = a[6] * magnitude
            pull_b = b[6] * magnitude
            a[3] -= dx * pull_b
            a[4] -= dy * pull_b
            a[5] -= dz * pull_b
            b[3] += dx * pull_a
            b[4] += dy * pull_a
            b[5] += dz * pull_a
        for body in bodies:
            body[0] += dt * body[3]
            body[1] += dt * body[4]
            body[2] += dt * body[5]


def energy(bodies, pairs):
    total = 0.0
    for a, b in pairs:
        dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
        total -= a[6] * b[6] / sqrt(dx * dx + dy * dy + dz * dz)
    for _, _, _, vx, vy, vz, mass in bodies:
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
    return total


def run(n):
    bodies = make_system()
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
    before = energy(bodies, pairs)
    advance(bodies, pairs, n, 0.01)
    return f"{before:.9f},{energy(bodies, pairs):.9f}"
