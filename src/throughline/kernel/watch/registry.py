"""What is watched: apps name a measure that counts, and the kind it is cut by beside place and month."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Watched:
    """A count, by jurisdiction and one more dimension, whose months are judged against their own past."""

    measure: str
    by: str


watched: dict[str, Watched] = {}


def register(*what: Watched) -> None:
    for one in what:
        watched[one.measure] = one
