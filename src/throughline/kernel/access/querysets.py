"""Reading starts here: `Model.objects.visible_to(viewer)`."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self

from django.db import models

from throughline.kernel.access.standing import past_the_wall
from throughline.kernel.access.viewer import Viewer


class NamedReading(models.QuerySet[Any]):
    """Questions that can be asked past the second wall, by name: for rows beside records, whose joins look at these."""

    read_whole = ""

    def past_the_wall(self, why: str) -> Self:
        """The same question, asked past the second wall under a name of `standing.WHOLE`: what `visible_to` says remains."""
        found = self._chain()  # type: ignore[attr-defined]
        found.read_whole = why
        return found  # type: ignore[no-any-return]

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.read_whole = self.read_whole
        return clone  # type: ignore[no-any-return]

    def _standing(self) -> AbstractContextManager[None]:
        return past_the_wall(self.read_whole) if self.read_whole else nullcontext()

    def _fetch_all(self) -> None:
        with self._standing():
            super()._fetch_all()  # type: ignore[misc]

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Past the wall all at once: whoever takes a row would else stand there with it."""
        if not self.read_whole:
            return super().iterator(chunk_size)
        with self._standing():
            return iter(list(super().iterator(chunk_size)))

    def count(self) -> int:
        with self._standing():
            return super().count()

    def exists(self) -> bool:
        with self._standing():
            return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        with self._standing():
            return super().aggregate(*args, **kwargs)


class NamedManager(models.Manager.from_queryset(NamedReading)):  # type: ignore[misc]
    """The manager of rows beside records: of a place in a training, of a certificate."""


class RecordQuerySet(NamedReading):
    def visible_to(self, viewer: Viewer) -> Self:
        """Only what the viewer may read: one indexed look at the audiences, no join per grant."""
        tokens = sorted(viewer.tokens())
        if not tokens:
            return self.none()
        audiences = self.model._meta.get_field("audience").related_model
        return self.filter(audience_id__in=audiences.objects.filter(tokens__overlap=tokens).values("pk"))


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """The manager of every record. Behind a door, call `visible_to` first (an architecture test looks)."""
