# SPDX-License-Identifier: Apache-2.0
"""DeltaBlue: an incremental solver of one-way constraints; polymorphic calls, lists of objects and planning.

Two workloads: a long chain of equality constraints, and pairs of variables joined by scale-and-offset constraints.
"""

DEFAULT = 1_400

REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK_DEFAULT, WEAKEST = range(7)
NONE, FORWARD, BACKWARD = range(3)


class Variable:
    def __init__(self, value):
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walk_strength = WEAKEST
        self.stay = True


class Constraint:
    """Joins variables; at any moment its method either is off or computes one output from the inputs."""

    is_input = False

    def __init__(self, strength):
        self.strength = strength

    def add_to(self, planner):
        for variable in self.variables():
            variable.constraints.append(self)
        self.deactivate()
        planner.add_incrementally(self)

    def remove_from(self, planner):
        if self.is_satisfied():
            planner.remove_incrementally(self)
        else:
            self.unlink()

    def unlink(self):
        for variable in self.variables():
            if self in variable.constraints:
                variable.constraints.remove(self)
        self.deactivate()

    def satisfy(self, mark, planner):
        """Enforce this constraint if it is strong enough; answer with the constraint it overrides."""
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise ValueError("a required constraint cannot be satisfied")
            return None
        for variable in self.inputs():
            variable.mark = mark
        output = self.output()
        overridden = output.determined_by
        if overridden is not None:
            overridden.deactivate()
        output.determined_by = self
        if not planner.propagate_from(self, mark):
            raise ValueError("the constraints form a cycle")
        output.mark = mark
        return overridden

    def inputs_known(self, mark):
        return all(v.mark == mark or v.stay or v.determined_by is None for v in self.inputs())


class UnaryConstraint(Constraint):
    def __init__(self, variable, strength, planner):
        super().__init__(strength)
        self.target = variable
        self.active = False
        self.add_to(planner)

    def variables(self):
        return (self.target,)

    def inputs(self):
        return ()

    def output(self):
        return self.target

    def is_satisfied(self):
        return self.active

    def deactivate(self):
        self.active = False

    def choose_method(self, mark):
        self.active = self.target.mark != mark and self.strength < self.target.walk_strength

    def recalculate(self):
        self.target.walk_strength = self.strength
        self.target.stay = not self.is_input
        if self.target.stay:
            self.execute()

    def execute(self):
        pass


class StayConstraint(UnaryConstraint):
    """The variable should keep its value."""


class EditConstraint(UnaryConstraint):
    """The variable's value comes from outside."""

    is_input = True


class BinaryConstraint(Constraint):
    def __init__(self, first, second, strength, planner):
        super().__init__(strength)
        self.first = first
        self.second = second
        self.direction = NONE
        self.add_to(planner)

    def variables(self):
        return (self.first, self.second)

    def inputs(self):
        return (self.first,) if self.direction == FORWARD else (self.second,)

    def output(self):
        return self.second if self.direction == FORWARD else self.first

    def is_satisfied(self):
        return self.direction != NONE

    def deactivate(self):
        self.direction = NONE

    def choose_method(self, mark):
        first, second, strength = self.first, self.second, self.strength
        if first.mark == mark:
            free = second.mark != mark and strength < second.walk_strength
            self.direction = FORWARD if free else NONE
        elif second.mark == mark:
            self.direction = BACKWARD if strength < first.walk_strength else NONE
        elif first.walk_strength > second.walk_strength:
            self.direction = BACKWARD if strength < first.walk_strength else NONE
        else:
            self.direction = FORWARD if strength < second.walk_strength else NONE

    def recalculate(self):
        source, = self.inputs()
        target = self.output()
        target.walk_strength = max(self.strength, source.walk_strength)
        target.stay = source.stay and self.known_stays()
        if target.stay:
            self.execute()

    def known_stays(self):
        return True


class EqualityConstraint(BinaryConstraint):
    def execute(self):
        source, = self.inputs()
        self.output().value = source.value


class ScaleConstraint(BinaryConstraint):
    """second = first * scale + offset, in whichever direction is wanted."""

    def __init__(self, first, scale, offset, second, strength, planner):
        self.scale = scale
        self.offset = offset
        super().__init__(first, second, strength, planner)

    def variables(self):
        return (self.first, self.scale, self.offset, self.second)

    def inputs(self):
        source = self.first if self.direction == FORWARD else self.second
        return (source, self.scale, self.offset)

    def recalculate(self):
        source = self.first if self.direction == FORWARD else self.second
        target = self.output()
        target.walk_strength = max(self.strength, source.walk_strength)
        target.stay = source.stay and self.scale.stay and self.offset.stay
        if target.stay:
            self.execute()

    def execute(self):
        if self.direction == FORWARD:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value


class Planner:
    def __init__(self):
        self.current_mark = 0

    def next_mark(self):
        self.current_mark += 1
        return self.current_mark

    def add_incrementally(self, constraint):
        mark = self.next_mark()
        overridden = constraint.satisfy(mark, self)
        while overridden is not None:
            overridden = overridden.satisfy(mark, self)

    def remove_incrementally(self, constraint):
        output = constraint.output()
        constraint.unlink()
        for unsatisfied in sorted(self.forget_downstream(output), key=lambda c: c.strength):
            self.add_incrementally(unsatisfied)

    def forget_downstream(self, start):
        """Reset what depended on a variable; answer with the constraints that may now be satisfiable."""
        start.determined_by = None
        start.walk_strength = WEAKEST
        start.stay = True
        unsatisfied = []
        todo = [start]
        while todo:
            variable = todo.pop()
            unsatisfied.extend(c for c in variable.constraints if not c.is_satisfied())
            for constraint in self.consumers(variable):
                constraint.recalculate()
                todo.append(constraint.output())
        return unsatisfied

    @staticmethod
    def consumers(variable):
        determining = variable.determined_by
        return [c for c in variable.constraints if c is not determining and c.is_satisfied()]

    def propagate_from(self, constraint, mark):
        todo = [constraint]
        while todo:
            current = todo.pop()
            output = current.output()
            if output.mark == mark:
                self.remove_incrementally(constraint)
                return False
            current.recalculate()
            todo.extend(self.consumers(output))
        return True

    def make_plan(self, sources):
        """The order in which to execute everything that follows from the input constraints."""
        mark = self.next_mark()
        plan = []
        todo = [c for c in sources if c.is_input and c.is_satisfied()]
        while todo:
            constraint = todo.pop()
            output = constraint.output()
            if output.mark != mark and constraint.inputs_known(mark):
                plan.append(constraint)
                output.mark = mark
                todo.extend(self.consumers(output))
        return plan


def change(planner, variable, value):
    edit = EditConstraint(variable, PREFERRED, planner)
    plan = planner.make_plan([edit])
    for _ in range(10):
        variable.value = value
        for constraint in plan:
            constraint.execute()
    edit.remove_from(planner)


def chain(length):
    planner = Planner()
    variables = [Variable(0) for _ in range(length + 1)]
    for left, right in zip(variables, variables[1:]):
        EqualityConstraint(left, right, REQUIRED, planner)
    StayConstraint(variables[-1], STRONG_DEFAULT, planner)
    edit = EditConstraint(variables[0], PREFERRED, planner)
    plan = planner.make_plan([edit])
    total = 0
    for value in range(50):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        assert variables[-1].value == value
        total += variables[-1].value
    edit.remove_from(planner)
    return total


def projection(count):
    planner = Planner()
    scale, offset = Variable(10), Variable(1000)
    sources, targets = [], []
    for i in range(count):
        source, target = Variable(i), Variable(i)
        sources.append(source)
        targets.append(target)
        StayConstraint(source, NORMAL, planner)
        ScaleConstraint(source, scale, offset, target, REQUIRED, planner)
    change(planner, sources[0], 17)
    assert targets[0].value == 1170
    change(planner, targets[0], 1050)
    assert sources[0].value == 5
    change(planner, scale, 5)
    assert all(t.value == i * 5 + 1000 for i, t in enumerate(targets) if i)
    change(planner, offset, 2000)
    assert all(t.value == i * 5 + 2000 for i, t in enumerate(targets) if i)
    return sum(t.value for t in targets)


def run(n):
    return chain(n * 8) + projection(n * 8)
