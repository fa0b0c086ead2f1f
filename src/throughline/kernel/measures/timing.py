"""Earlier periods, and how the cells of now find theirs."""

from collections.abc import Sequence

from throughline.kernel.measures.plans import Key
from throughline.kernel.measures.questions import PREVIOUS
from throughline.kernel.periods import KINDS, Block, Period, Span

# From the coarsest to the finest.
FINENESS = tuple(KINDS)


def earlier(period: Period, against: str) -> Period:
    """The period a comparison is with."""
    return period.previous if against == PREVIOUS else period.last_year


def finest(times: Sequence[str]) -> str:
    """The finest of the kinds of period a question is sliced by ('' if by none)."""
    return max((one for one in times if one), key=FINENESS.index, default="")


def whole_blocks(period: Period, kind: str) -> list[Block]:
    """The blocks a period is made of; none, if it begins or ends within one."""
    blocks = list(period.blocks(KINDS[kind]))
    return blocks if blocks[0].start == period.start and blocks[-1].end == period.end else []


def shifted(blocks: list[Block], against: str) -> Period:
    """The period from the first block's earlier counterpart to the last's."""
    first, last = earlier(blocks[0], against), earlier(blocks[-1], against)
    return first if first == last else Span(first, last)  # type: ignore[arg-type]


def earlier_key(key: Key, times: Sequence[str], against: str) -> Key:
    """Where the earlier counterpart of a cell stands: its finest period moves, the others hold the moved one."""
    kind = finest(times)
    here = next(value for value, time in zip(key, times, strict=True) if time == kind)
    there = earlier(Period.parse(here or ""), against)
    pairs = zip(key, times, strict=True)
    return tuple(str(KINDS[time].containing(there.start)) if time else value for value, time in pairs)


def consistent(key: Key, times: Sequence[str]) -> bool:
    """Whether the periods a key names lie within one another: not '2023' with '2022-Q1'."""
    found = [Period.parse(value) for value, time in zip(key, times, strict=True) if time and value]
    if len(found) < 2:
        return True
    inner = min(found, key=lambda period: period.days)
    return all(period.covers(inner) for period in found)
