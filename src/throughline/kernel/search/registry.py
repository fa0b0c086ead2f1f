"""What is searched beside the nouns. Parts register theirs in `ready()`."""

from throughline.kernel.search.declare import Source

_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    for one in sources:
        _sources[one.kind] = one


def all() -> tuple[Source, ...]:  # noqa: A001 (reads as registry.all())
    return tuple(_sources.values())
