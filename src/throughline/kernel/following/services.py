"""Verbs on following: follow, change how often, end; and looking for what is new."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.access.standing import standing_as
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.following import queries
from throughline.kernel.following.addresses import Target, target, target_of
from throughline.kernel.following.choices import Every, What
from throughline.kernel.following.models import Following
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import tell

MOST = 100
SALT = "throughline.following.end"
WEEK = timedelta(days=7)


@verb("following.follow")
def follow(actor: Viewer, *, address: str, every: str = Every.EACH) -> Following:
    """Follow the record, list or question of an address one may open; following it already changes how often.

    What is there now is no news: it begins with the next thing that happens. Raises Refused or Invalid.
    """
    if actor.person is None:
        raise Refused(_("Sign in first."))
    _check_every(every)
    wanted = target_of(actor, address)
    standing = queries.following_like(actor, wanted)
    if standing is not None:
        return change_rhythm(actor, following=standing, every=every)
    if queries.followings(actor).count() >= MOST:
        raise Invalid([Problem("address", _("You follow a hundred things already. End one first."))])
    made = Following.objects.create(
        person_id=actor.key,
        what=wanted.what,
        content_type=ContentType.objects.get_for_model(wanted.record) if wanted.record is not None else None,
        object_id=wanted.record.pk if wanted.record is not None else None,
        noun=wanted.noun,
        query=wanted.query,
        every=every,
        told=queries.newest(),
        looked_on=timezone.localdate(),
        digest=queries.answered(actor, wanted.query) if wanted.what == What.QUESTION else "",
    )
    note(made, after={"what": wanted.what, "every": every})
    return made


@verb("following.change")
def change_rhythm(actor: Viewer, *, following: Following, every: str) -> Following:
    """Be told as often as one likes. Raises Refused or Invalid."""
    fresh = _own(actor, following)
    _check_every(every)
    if fresh.every != every:
        note(fresh, before={"every": fresh.every}, after={"every": every})
        fresh.every = every
        fresh.save(update_fields=["every"])
    return fresh


@verb("following.end")
def end(actor: Viewer, *, following: Following) -> None:
    """Not to be told any longer. Raises Refused for what others follow."""
    fresh = _own(actor, following)
    note(fresh, before={"what": fresh.what, "every": fresh.every})
    fresh.delete()


def end_by_token(token: str) -> bool:
    """End what a mail was sent for, without signing in: the address in the mail does this and nothing else. Doing it
    twice is no fault; False for an address that we never made.
    """
    try:
        key = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return False
    found = Following.objects.filter(pk=key).first()
    if found is not None:
        end(Viewer(person=found.person_id, name=str(found.person)), following=found)
    return True


def end_address(key: UUID) -> str:
    """The address for a mail that ends one following."""
    return f"/following/end/{signing.dumps(str(key), salt=SALT)}/"


# ---- looking for what is new


def look_each() -> int:
    """Tell everyone who wants to be told each time; how many were. A duty of the worker."""
    last = queries.newest()
    due = Following.objects.filter(every=Every.EACH, told__lt=last, person__is_active=True)
    return sum(_look(key, last) for key in due.values_list("pk", flat=True))


def gather(today: date | None = None) -> int:
    """Put what is told once a day or once a week into the mail of the day; how many. Called before that mail is made."""
    day = today or timezone.localdate()
    due = Q(every=Every.DAY, looked_on__lt=day) | Q(every=Every.WEEK, looked_on__lte=day - WEEK) | Q(looked_on=None)
    wanted = Following.objects.filter(due, person__is_active=True).exclude(every=Every.EACH)
    last = queries.newest()
    return sum(_look(key, last, day) for key in wanted.values_list("pk", flat=True))


def _look(key: UUID, until: int, day: date | None = None) -> bool:
    """Look once, whatever happens: what cannot be told now (nothing new, no right to read it) is not told later."""
    with transaction.atomic():
        one = Following.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
        if one is None or (day is None and one.told >= until) or (day is not None and one.looked_on == day):
            return False
        since, viewer = one.told, viewer_of(one.person_id)
        with standing_as(viewer):
            aim = target(viewer, one)
            found = queries.news(viewer, one, since, until) if aim is not None else queries.NOTHING
        one.told, one.looked_on = until, day or timezone.localdate()
        one.digest = found.digest or one.digest
        one.save(update_fields=["told", "looked_on", "digest"])
        if not found.count or aim is None:
            return False
        return bool(_tell(one, viewer, aim, found, since, until))


def _tell(one: Following, viewer: Viewer, aim: Target, found: queries.News, since: int, until: int) -> list[object]:
    """One notice: how much is new in what. Which records, and what happened, stands on a page that asks afresh."""

    def subject() -> str:
        name = (target(viewer, one) or aim).name
        if one.what == What.QUESTION:
            return _("Answered otherwise than before: %(name)s") % {"name": name}
        if one.what == What.RECORD:
            words = ngettext("%(count)d thing happened: %(name)s", "%(count)d things happened: %(name)s", found.count)
        else:
            words = ngettext("%(count)d new or changed: %(name)s", "%(count)d new or changed: %(name)s", found.count)
        return words % {"count": found.count, "name": name}

    url = aim.url if one.what == What.QUESTION else f"/following/{one.pk}/?since={since}&until={until}"
    return list(tell([one.person_id], subject=subject, about=one, url=url, gathered=one.every != Every.EACH))


def _own(actor: Viewer, following: Following) -> Following:
    fresh = Following.objects.select_for_update(of=("self",)).filter(pk=following.pk).first()
    if fresh is None or actor.person is None or fresh.person_id != actor.person:
        raise Refused(_("This is not something you follow."))
    return fresh


def _check_every(every: str) -> None:
    if every not in Every.values:
        raise Invalid([Problem("every", _("Choose how often you want to be told."), every)])
