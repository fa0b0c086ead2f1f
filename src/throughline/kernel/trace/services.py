"""Verbs on the line: link two records, take a link off again."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.trace.kinds import kinds
from throughline.kernel.trace.models import Link
from throughline.kernel.trace.queries import readable


@verb("trace.link")
def link(actor: Viewer, *, left: models.Model, right: models.Model, kind: str) -> Link:
    """Link two records: `left` is what `right` came from. Doing it twice changes nothing.

    Allowed to those who may read both and change one of them. History keeps it as a line about the link,
    not about the two records: whoever reads the one may not even know that there is another.
    """
    if actor.person is None:
        raise Refused(_("You can link only records that you may read."))
    _check(actor, left, right, kind)
    made, is_new = Link.objects.get_or_create(
        kind=kind,
        left_type=ContentType.objects.get_for_model(left),
        left_id=left.pk,
        right_type=ContentType.objects.get_for_model(right),
        right_id=right.pk,
        defaults={"made_by_id": actor.person},
    )
    if is_new:
        note(made, after={"left": left.pk, "right": right.pk, "kind": kind})
    return made


@verb("trace.unlink")
def unlink(actor: Viewer, *, link: Link) -> None:
    """Take a link off: for those who may make it."""
    left, right = link.left, link.right
    ends = [end for end in (left, right) if end is not None]
    if not all(_reads(actor, end) for end in ends) or not any(_changes(actor, end) for end in ends):
        raise Refused(_("Only those who may change one of the two records may take this link off."))
    note(link, before={"left": link.left_id, "right": link.right_id, "kind": link.kind})
    link.delete()


def _check(actor: Viewer, left: models.Model, right: models.Model, kind: str) -> None:
    if not (_reads(actor, left) and _reads(actor, right)):
        raise Refused(_("You can link only records that you may read."))
    if not (_changes(actor, left) or _changes(actor, right)):
        raise Refused(_("Only those who may change one of the two records may link them."))
    if kind not in kinds:
        raise Invalid([Problem("kind", _("There is no such kind of link."), kind)])
    if left.pk == right.pk:
        raise Invalid([Problem("to", _("A record cannot be linked to itself."))])


def _reads(actor: Viewer, record: models.Model) -> bool:
    return bool(readable(actor, ContentType.objects.get_for_model(record), {record.pk}))


def _changes(actor: Viewer, record: models.Model) -> bool:
    return isinstance(record, Record) and may(actor, Right.CHANGE, record)
