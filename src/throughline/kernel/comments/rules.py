"""What stands in the way of a signature: change requests nobody has settled."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.comments.choices import Kind, State
from throughline.kernel.comments.models import Comment, CommentQuerySet

LONGEST = 140


def waiting_requests(model: type[models.Model]) -> CommentQuerySet:
    """The requests on all documents of a kind that wait: who reads them is for the caller to say, by the documents."""
    kind = ContentType.objects.get_for_model(model)
    return Comment.objects.filter(content_type=kind, kind=Kind.REQUEST, parent=None, state=State.OPEN)


def open_requests(record: Any) -> CommentQuerySet:
    """The requests on a document that wait. They are for everyone who may read the document."""
    return waiting_requests(type(record)).filter(object_id=record.pk)


def unsettled(record: Any, comment: str = "") -> Iterator[Problem]:
    """A rule of a step of a flow: every open request, with who asked and what for."""
    for one in open_requests(record).select_related("written_by").order_by("number"):
        words = _("Change request %(number)s by %(who)s is open: %(text)s") % {
            "number": one.number,
            "who": one.written_by,
            "text": Truncator(one.text).chars(LONGEST),
        }
        yield Problem(f"request {one.number}", f"{words.rstrip('.')}.")
