"""Sequences cut into parts, and put together again."""

from __future__ import annotations

import array
import sys
from itertools import chain
from typing import Any, List, Tuple


def partition(seq: Any, count: int, dist: str = "b") -> List[Any]:
    """Contiguous parts, as even as can be, the longer ones first. Arrays are cut as they are, all else as a
    list."""
    check(dist)
    numpy = sys.modules.get("numpy")
    kept: Tuple[type, ...] = (str, bytes, memoryview, array.array)
    if not isinstance(seq, kept if numpy is None else (*kept, numpy.ndarray)):
        seq = list(seq)
    base, longer = divmod(len(seq), count)
    ends = [0]
    for place in range(count):
        ends.append(ends[-1] + base + (place < longer))
    return [seq[start:end] for start, end in zip(ends, ends[1:])]


def joined(pieces: List[Any]) -> Any:
    """Parts of a sequence as one: arrays as an array, all else as a list."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and pieces and all(isinstance(piece, numpy.ndarray) for piece in pieces):
        return numpy.concatenate(pieces)
    if pieces and all(isinstance(piece, memoryview) for piece in pieces):
        return memoryview(b"".join(piece.tobytes() for piece in pieces)).cast(pieces[0].format)
    return list(chain.from_iterable(piece if _is_part(piece) else [piece] for piece in pieces))


def _is_part(piece: Any) -> bool:
    """Whether its elements are meant, and not it as a whole."""
    return hasattr(piece, "__iter__") and not isinstance(piece, (str, bytes, bytearray, dict))


def check(dist: str) -> None:
    """Raises ValueError of what is no way of cutting a sequence."""
    if dist != "b":
        raise ValueError(f"dist is {dist!r}; 'b', contiguous parts, is the only one")
