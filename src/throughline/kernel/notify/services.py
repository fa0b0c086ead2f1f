"""Telling people, and reading what one was told."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.jobs.worker import bell
from throughline.kernel.notify.feet import end_of
from throughline.kernel.notify.models import Mail, MailRhythm, Notice

# Words, or what finds them in the language of the moment: a lazy text, or a function.
Said: TypeAlias = str | Promise | Callable[[], str]
# Above these a mail carries the reference and nothing of what the record, or a comment on it, says.
MAILED_IN_FULL = frozenset({Handling.CLEAR, Handling.GREEN})


def tell(
    people: Iterable[Any],
    *,
    subject: Said,
    text: Said = "",
    about: models.Model | None = None,
    url: str = "",
    but: UUID | None = None,
    gathered: bool = False,
) -> list[Notice]:
    """Tell people (users or their keys) something, in their inbox and by mail; each in their own language.

    Call it inside a verb: both are rows of its transaction, and the mail leaves after commit. A subject or text
    that is a function (or lazy) is asked once for each person, in their language. `but` is not told: who did it.
    `subject` says what happened in general words ('sent for checking') and never what a record says;
    that belongs into `text`, which a mail about a record above TLP:GREEN leaves out. Without a `url`
    the notice leads to the record's page. People who may not read the record are left out in silence,
    and so is anyone who has left. What is `gathered` waits for the mail of the day, also of who gets a mail for each
    notice; who wants no mail gets none.
    """
    keys = list(dict.fromkeys(getattr(person, "pk", person) for person in people))
    if but in keys:
        keys.remove(but)
    kind = ContentType.objects.get_for_model(about) if about is not None else None
    told = []
    for person in get_user_model()._default_manager.filter(pk__in=keys, is_active=True):
        if not _may_know(person.pk, about):
            continue
        with override(person.language or settings.LANGUAGE_CODE):
            notice = Notice(
                person=person,
                subject=_words(subject)[:200],
                text=_words(text),
                url=url or _page_of(about),
                content_type=kind,
                object_id=about.pk if about is not None else None,
            )
        told.append(notice)
    rhythms = dict(MailRhythm.objects.filter(person__in=keys).values_list("person", "every"))
    for notice in told:
        rhythm = rhythms.get(notice.person_id, MailRhythm.Every.NOTICE)
        notice.for_digest = rhythm == MailRhythm.Every.DAY or (gathered and rhythm != MailRhythm.Every.NEVER)
    Notice.objects.bulk_create(told)
    if gathered:
        missing = {notice.person_id for notice in told} - set(rhythms)
        MailRhythm.objects.bulk_create([MailRhythm(person_id=key) for key in missing], ignore_conflicts=True)
    for notice in told:
        if not notice.for_digest and rhythms.get(notice.person_id, MailRhythm.Every.NOTICE) != MailRhythm.Every.NEVER:
            _mail_notice(notice, about)
    return told


@verb("notify.choose-rhythm")
def choose_rhythm(actor: Viewer, *, every: str) -> MailRhythm:
    """Choose how often one gets mail. What waits for the mail of the day stays in the inbox. Raises Invalid."""
    if every not in MailRhythm.Every.values:
        raise Invalid([Problem("every", _("Choose how often you want mail."), every)])
    rhythm, _made = MailRhythm.objects.update_or_create(person_id=actor.key, defaults={"every": every})
    if every != MailRhythm.Every.DAY:
        Notice.objects.filter(person_id=actor.key, for_digest=True).update(for_digest=False)
    note(None, after={"mail": every})
    return rhythm


def post(address: str, *, subject: str, text: str, person: UUID | None = None, stop: str = "") -> Mail:
    """Put a mail into the outbox; it leaves after the running transaction has committed. `stop` is the address that ends
    what the mail is sent for (see `feet`).
    """
    mail = Mail.objects.create(address=address, subject=subject[:200], text=text, person_id=person, stop=stop)
    transaction.on_commit(bell.set)
    return mail


def mark_read(viewer: Viewer, *, keys: Iterable[UUID] | None = None) -> int:
    """Mark the viewer's own notices as read: the given ones, or all. No history: it changes no record."""
    mine = Notice.objects.filter(person_id=viewer.person, read_at__isnull=True)
    if keys is not None:
        mine = mine.filter(pk__in=list(keys))
    return mine.update(read_at=timezone.now())


def reword(model: type[models.Model], keys: Iterable[UUID], text: str = "") -> int:
    """What was said is corrected or taken back: the inboxes of those who were told of it follow. Part of a verb."""
    kind = ContentType.objects.get_for_model(model)
    return Notice.objects.filter(content_type=kind, object_id__in=list(keys)).exclude(text="").update(text=text)


def told_of(about: models.Model) -> set[UUID]:
    """Who has been told of this already."""
    kind = ContentType.objects.get_for_model(about)
    return set(Notice.objects.filter(content_type=kind, object_id=about.pk).values_list("person", flat=True))


def _words(said: Said) -> str:
    return str(said() if callable(said) else said)


def _may_know(person: UUID, about: models.Model | None) -> bool:
    """Whether the person may read what they would be told of."""
    manager: Any = getattr(type(about), "_default_manager", None)
    if about is None or not hasattr(manager, "visible_to"):
        return True
    return bool(manager.visible_to(viewer_of(person)).filter(pk=about.pk).exists())


def _page_of(about: models.Model | None) -> str:
    """The record's page, where the caller did not say where to look."""
    from throughline.kernel.trace.queries import url_of  # reason: trace reads nouns, whose flows tell people

    return url_of(about) if about is not None else ""


def _mail_notice(notice: Notice, about: models.Model | None) -> None:
    """The mail of a notice, in the person's language."""
    with override(notice.person.language or settings.LANGUAGE_CODE):
        address = f"{settings.THROUGHLINE_ADDRESS.rstrip('/')}{notice.url}" if notice.url else ""
        lines = [str(about)] if about is not None else []
        code = getattr(about, "handling", None)  # a record's, or a comment's: that of its record
        if code is None or code in MAILED_IN_FULL:
            lines.append(notice.text)
        else:
            lines.append(
                _("This record is marked %(code)s, so this mail says no more.") % {"code": Handling(code).label}
            )
        lines.append(address or settings.THROUGHLINE_ADDRESS)
        stop = end_of(notice.content_type_id, notice.object_id)
        if stop:
            lines.append(_("Not to be told of this any longer: %(address)s") % {"address": stop})
        text = "\n\n".join(line for line in lines if line)
    post(notice.person.email, subject=f"Throughline: {notice.subject}", text=text, person=notice.person_id, stop=stop)
