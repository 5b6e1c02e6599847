"""What a comparison of two versions of a draft is made of: skeletons, and where they differ.

A skeleton lists what is in a draft and is not prose, in reading order. Two versions that differ in prose only have the
same skeleton.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple


class Part(NamedTuple):
    """One entry of a skeleton."""

    kind: str
    """What it is, as the table of results names it, for instance `link target`."""
    content: str
    """What must not change."""


Skeleton = list[Part]


class Difference(NamedTuple):
    """A place where the skeletons of two versions differ."""

    kind: str
    before: str
    after: str


AROUND = 2
"""How many parts before and after a difference are shown with it."""


def shown(parts: Sequence[Part]) -> str:
    """Returns an excerpt of a skeleton for people, on one line."""
    excerpt = " ".join(part.content for part in parts).replace("\n", "⏎")
    return excerpt if len(excerpt) <= 300 else excerpt[:300] + "…"


def differences(before: Skeleton, after: Skeleton) -> Iterator[Difference]:
    """Yields the places where the skeletons differ. A difference is of the kind of the first part in it."""
    if before == after:
        return
    for tag, start, end, other_start, other_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            kind = (before[start:end] + after[other_start:other_end])[0].kind
            old = shown(before[max(0, start - AROUND) : end + AROUND])
            yield Difference(kind, old, shown(after[max(0, other_start - AROUND) : other_end + AROUND]))
