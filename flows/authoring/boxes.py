"""Puts many small regions of patients together into few large ones that can be said in a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

Cell = tuple[int, ...]
Box = tuple[frozenset[int], ...]
"""For each axis, the places of the regions that belong to it."""


def merged(boxes: Iterable[Box]) -> list[Box]:
    """The same patients in fewer boxes: two that differ on one axis only become one, until no two do."""
    found = dict.fromkeys(boxes)
    while True:
        before = len(found)
        for place in range(len(next(iter(found), ()))):
            found = _along(found, place)
        if len(found) == before:
            return list(found)


def _along(boxes: Iterable[Box], place: int) -> dict[Box, None]:
    groups: dict[Box, frozenset[int]] = {}
    for box in boxes:
        rest = (*box[:place], frozenset[int](), *box[place + 1 :])
        groups[rest] = groups.get(rest, frozenset()) | box[place]
    return {(*rest[:place], together, *rest[place + 1 :]): None for rest, together in groups.items()}


def covering(cells: Iterable[Cell], sizes: Sequence[int]) -> list[Box]:
    """Boxes that hold exactly these cells, each as large as it can be; they may overlap.

    Args:
        cells: one place on each axis.
        sizes: how many places each axis has.
    """
    wanted = frozenset(cells)
    left = dict.fromkeys(cells)
    found: list[Box] = []
    while left:
        seed = next(iter(left))
        boxes = [_grown(seed, wanted, sizes, start) for start in range(len(sizes))]
        best = max(boxes, key=lambda box: sum(all(place in one for place, one in zip(cell, box, strict=True)) for cell in left))
        found.append(best)
        left = {cell: None for cell in left if not all(place in one for place, one in zip(cell, best, strict=True))}
    return found


def _grown(seed: Cell, wanted: frozenset[Cell], sizes: Sequence[int], start: int) -> Box:
    """The box around a cell, widened along one axis after the other, from ``start`` on."""
    box: Box = tuple(frozenset((place,)) for place in seed)
    for step in range(len(sizes)):
        along = (start + step) % len(sizes)
        for place in range(sizes[along]):
            if place not in box[along] and all(cell in wanted for cell in product(*box[:along], (place,), *box[along + 1 :])):
                box = (*box[:along], box[along] | {place}, *box[along + 1 :])
    return box
