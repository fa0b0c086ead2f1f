"""Who can see this, and why: the access rule in sentences, from the same tokens that decide."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Grant
from throughline.kernel.access.rules import granted, is_owner
from throughline.kernel.access.viewer import Viewer

if TYPE_CHECKING:
    from throughline.kernel.access.models import Record


@dataclass(frozen=True)
class Reader:
    """One kind of reader of a record and the reason they are one."""

    who: str
    why: str


def meaning(handling: str) -> str:
    """What a handling code means here, in one sentence."""
    return {
        Handling.CLEAR: _("everyone who is signed in may read it"),
        Handling.GREEN: _("everyone with a role in the programme may read it"),
        Handling.AMBER: _("the owner, and the analysts and secretariat of the programme may read it"),
        Handling.STRICT: _("only the owner's own people may read it"),
        Handling.RED: _("only the persons named may read it"),
    }[Handling(handling)]


def who_can_see(viewer: Viewer, record: "Record") -> list[Reader]:
    """All who can read the record. Hidden grants are listed for the owner's people only."""
    readers = _by_handling(record)
    own = is_owner(viewer, record)
    for grant in _effective(record):
        if grant.hidden and not own and not granted([grant], viewer, handling=record.handling):
            continue
        reason = _("was given the right to %(right)s it") % {"right": grant.get_right_display()}
        readers.append(Reader(str(grant.receiver), f"{reason}: {grant.reason}" if grant.reason else reason))
    return readers


def _effective(record: "Record") -> list[Grant]:
    grants = Grant.objects.filter(object_id=record.pk).select_related("organisation", "network", "person")
    grants = grants.order_by("given_at", "pk")
    narrow = record.private or record.handling == Handling.RED
    return [grant for grant in grants if grant.person_id or not narrow]


def _by_handling(record: "Record") -> list[Reader]:
    code = record.get_handling_display()
    programme = str(record.programme)
    if record.handling == Handling.RED:
        return [Reader(str(record.created_by), _("wrote it; it is marked %(code)s") % {"code": code})]
    members = Reader(
        _("People of %(owner)s with a role in %(programme)s") % {"owner": record.owner, "programme": programme},
        _("their organisation owns it"),
    )
    if record.private:
        return [members]
    others = {
        Handling.CLEAR: _("Everyone who is signed in"),
        Handling.GREEN: _("Everyone with a role in %(programme)s") % {"programme": programme},
        Handling.AMBER: _("Analysts and secretariat of %(programme)s") % {"programme": programme},
    }
    wider = others.get(Handling(record.handling))
    why = _("it is marked %(code)s") % {"code": code}
    return [members, Reader(wider, why)] if wider else [members]


def explain(viewer: Viewer, record: "Record") -> list[str]:
    """Why this viewer can, or cannot, read this record."""
    held = viewer.tokens() & set(record.audience.tokens)
    if not held:
        return [_("You cannot see this record.")]
    sentences = [_because(token.partition(":")[0], record) for token in sorted(held)]
    for grant in granted(_effective(record), viewer, handling=record.handling):
        sentences.append(
            _("%(giver)s gave %(receiver)s the right to %(right)s it.")
            % {"giver": grant.given_by, "receiver": grant.receiver, "right": grant.get_right_display()}
        )
    return list(dict.fromkeys(sentence for sentence in sentences if sentence))


def _because(kind: str, record: "Record") -> str:
    programme = record.programme
    code = record.get_handling_display()
    if kind == "person" and record.handling == Handling.RED:
        return _("You are one of the persons named for this %(code)s record.") % {"code": code}
    return {
        "any": _("It is marked %(code)s: everyone who is signed in may read it.") % {"code": code},
        "programme": _("It is marked %(code)s and you have a role in %(programme)s.")
        % {"code": code, "programme": programme},
        "circle": _("It is marked %(code)s and you are an analyst or of the secretariat in %(programme)s.")
        % {"code": code, "programme": programme},
        "owner": _("It belongs to your organisation, %(owner)s.") % {"owner": record.owner},
    }.get(kind, "")
