"""Verbs on files: keep, hand out, discard."""

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files import storage
from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.names import clean_name
from throughline.kernel.files.purposes import ATTACHMENT, Purpose, purposes
from throughline.kernel.files.queries import readable
from throughline.kernel.files.sniff import sniff
from throughline.kernel.history.unit import note, verb
from throughline.kernel.upkeep.pinned import deleting


@verb("file.keep")
def keep(
    actor: Viewer,
    *,
    name: str,
    content: bytes,
    about: models.Model | None = None,
    purpose: str = ATTACHMENT.code,
) -> StoredFile:
    """Keep a file for a record, or for the actor alone.

    Order: check that the actor may add to the record, check size and type, write the content to the
    data folder, write the row, write history. The content stays where the transaction fails: it is
    named by its hash, nobody can reach it, and keeping it again finds it there.
    Raises Refused, or Invalid for an empty, too large, unknown or disguised file.
    """
    if actor.person is None:
        raise Refused(_("Sign in to keep a file."))
    _may_keep(actor, about, purposes[purpose])
    cleaned = clean_name(name)
    media_type = _checked_type(cleaned, content, purposes[purpose])
    file = StoredFile.objects.create(
        name=cleaned,
        purpose=purpose,
        media_type=media_type,
        size=len(content),
        sha256=storage.put(content),
        content_type=ContentType.objects.get_for_model(about) if about is not None else None,
        object_id=about.pk if about is not None else None,
        kept_by_id=actor.person,
    )
    note(about or file, after={"file": cleaned, "size": file.size, "sha256": file.sha256})
    return file


@verb("file.download")
def hand_out(actor: Viewer, *, file: StoredFile) -> bytes:
    """Give the content to someone who may have it, and write down that they took it."""
    if not readable(actor, file):
        raise Refused(_("This file belongs to a record you may not read."))
    content = file.read()
    note(file.about or file, after={"file": file.name, "sha256": file.sha256})
    return content


@verb("file.discard")
def discard(actor: Viewer, *, file: StoredFile, reason: str = "") -> None:
    """Remove a file: the row now, the content after commit unless another file has the same.

    Allowed to its keeper while it belongs to no record, else to those who may change the record.
    """
    about = file.about
    if not _may_discard(actor, file, about):
        raise Refused(_("Only those who may change the record may discard its files."))
    note(about or file, before={"file": file.name, "sha256": file.sha256}, reason=reason)
    sha256 = file.sha256
    file.delete()
    transaction.on_commit(lambda: _drop_if_unused(sha256))


def _may_keep(actor: Viewer, about: models.Model | None, purpose: Purpose) -> None:
    # What the program makes about a record (a rendered report) changes nothing in the record itself.
    right = Right.CHANGE if purpose is ATTACHMENT else Right.READ
    if isinstance(about, Record) and not may(actor, right, about):
        raise Refused(_("Only those who may change the record may attach files to it."))


def _checked_type(name: str, content: bytes, purpose: Purpose) -> str:
    """The type the content really has, if it is one of those taken for this purpose."""
    if not content:
        raise Invalid([Problem("file", _("The file is empty."), name)])
    if len(content) > purpose.limit:
        words = _("The file is larger than %(limit)s.") % {"limit": filesizeformat(purpose.limit)}
        raise Invalid([Problem("file", words, name)])
    media_type = sniff(name, content)
    if media_type not in purpose.types:
        words = _("This kind of file is not taken here, or its content is not what its name says. Taken: %(kinds)s.")
        raise Invalid([Problem("file", words % {"kinds": ", ".join(sorted(set(purpose.endings)))}, name)])
    return media_type


def _may_discard(actor: Viewer, file: StoredFile, about: models.Model | None) -> bool:
    if file.content_type_id is None:
        return file.kept_by_id == actor.person
    return isinstance(about, Record) and may(actor, Right.CHANGE, about)


def _drop_if_unused(sha256: str) -> None:
    # A backup that runs may still have to read it: then it stays, where nobody can reach it.
    with deleting() as may:
        if may and not StoredFile.objects.filter(sha256=sha256).exists():
            storage.drop(sha256)
