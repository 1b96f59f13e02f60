"""Schedules made by chance, and the smallest one that still fails. A schedule is plain JSON, to be kept as a case."""

from __future__ import annotations

import json
from itertools import chain

from tests.store.model.faults import ENDS, NOT_OF_EMERGENCY, NOT_OF_WRITING, OF_THE_FOLDER, may_happen
from tests.store.model.world import ROOMY, run

_OUTCOMES = ("answered", "answered", "failed:429", "begun")
_ENDED = 0.7
"""How often a fault that lasts ends while the store is still at work."""


def make(rng, *, most=25):
    """A schedule without faults."""
    steps = [_step(rng) for _ in range(rng.randrange(4, most))]
    size = rng.choice((4096, 8192, 16384, 65536))
    return {"size": size, "room": rng.choice((5, 30, 100_000)), "soon": rng.choice((0.1, 2.0, 1e6)), "steps": steps}


def with_fault(schedule, points, kind, rng):
    """The schedule with one fault of a kind, at one of the points that came without it. Half of the time each sort of
    points is as likely as any other.
    """
    can = [point for point in points if may_happen(kind, _sort(point))]
    sort = rng.choice(sorted({_sort(point) for point in can}))
    point = rng.choice(rng.choice((can, [one for one in can if _sort(one) == sort])))
    faults = {point: kind}
    later = points[points.index(point) + 1 :]
    if kind in ENDS and later and rng.random() < _ENDED:
        faults[rng.choice(later)] = ENDS[kind]
    return schedule | {"faults": schedule.get("faults", {}) | faults}


def with_faults(schedule, points, rng, *, most=6):
    """The schedule with several faults, at points and between its steps: never such as take both places at once where a
    use may stand, the log and the emergency file, for nobody can count what is in neither.
    """
    kinds = rng.choice((NOT_OF_EMERGENCY, NOT_OF_WRITING))
    for _ in range(rng.randrange(2, most)):
        schedule = with_fault(schedule, points, rng.choice(kinds), rng)
    steps = list(schedule["steps"])
    for _ in range(rng.randrange(3)):
        step = ["fault", rng.choice([kind for kind in kinds if kind in OF_THE_FOLDER])]
        steps.insert(rng.randrange(len(steps) + 1), step)
    return schedule | {"steps": steps}


def shrink(schedule, other):
    """The smallest schedule that is wrong in the same way, as JSON on one line."""
    how = _ways(schedule, other)
    found = True
    while found:
        found = next((one for one in _smaller(schedule) if how & _ways(one, other)), None)
        schedule = found or schedule
    return json.dumps(schedule)


def _ways(schedule, other):
    """In which ways a schedule is wrong: the first word of each."""
    return {wrong.partition(":")[0] for wrong in run(schedule, other).wrong}


def _smaller(schedule):
    """What is left of a schedule when one thing is left out."""
    steps, faults = schedule["steps"], schedule.get("faults", {})
    for length in (len(steps) // 2, len(steps) // 4):
        for first in range(0, len(steps), length) if length > 1 else ():
            yield schedule | {"steps": steps[:first] + steps[first + length :]}
    for point in faults:
        yield schedule | {"faults": {one: kind for one, kind in faults.items() if one != point}}
    for number, step in enumerate(steps):
        for instead in chain([[]], _fewer(step)):
            yield schedule | {"steps": steps[:number] + instead + steps[number + 1 :]}
    for name in ROOMY:
        if name in schedule:
            yield {one: value for one, value in schedule.items() if one != name}


def _fewer(step):
    if step[0] == "record" and len(step[1]) > 1:
        _, outcomes, wait = step
        for some in (outcomes[: len(outcomes) // 2], outcomes[1:]):
            yield [["record", some, wait]]


def _step(rng):
    kind = rng.random()
    if kind < 0.65:
        return ["record", rng.choices(_OUTCOMES, k=rng.randrange(1, 12)), rng.choice((0.01, 0.05))]
    if kind < 0.87:
        return ["wait", rng.choice((0.01, 0.1, 0.4, 1.2, 6))]
    return rng.choice((["look"], ["keep"], ["keep"], ["restart"]))


def _sort(point):
    return point.rpartition(" ")[0]
