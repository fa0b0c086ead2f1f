"""What the public learns of a certificate from its code, and the open badge of those who asked for one. Reading only.

The page says whether the certificate is valid, what for, when and by whom it was issued; of the person only what the
person chose, which is nothing unless they said otherwise. Titles of activities marked above TLP:GREEN are not said.
"""

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.training import papers
from throughline.training.badge_codes import grouped, tidied
from throughline.training.choices import CertificateShows
from throughline.training.models import Certificate, Person

SAID = frozenset({Handling.CLEAR, Handling.GREEN})
CONTEXT = "https://w3id.org/openbadges/v2"


@dataclass(frozen=True)
class Seen:
    """All the public page says. What is not in here is not said."""

    valid: bool
    title: str
    starts_on: date
    ends_on: date
    issuer: str
    issued_on: date
    person: str
    illustrative: bool


def by_code(code: str) -> Certificate | None:
    """The certificate with this code, however it was typed."""
    wanted = tidied(code)
    if "\x00" in wanted:
        return None
    rows = Certificate.objects.past_the_wall("secret").filter(code=wanted)
    return rows.select_related("place__person", "place__activity__programme__secretariat").first()


def seen(certificate: Certificate) -> Seen:
    """What anyone who has the code may know."""
    activity = certificate.place.activity
    return Seen(
        valid=certificate.is_valid,
        title=title_of(certificate),
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        issuer=str(activity.programme.secretariat),
        issued_on=certificate.issued_on,
        person=shown(certificate.shows, certificate.place.person) if certificate.is_valid else "",
        illustrative=activity.illustrative,
    )


def title_of(certificate: Certificate) -> str:
    activity = certificate.place.activity
    return str(activity) if activity.handling in SAID else ""


def shown(choice: str, person: Person) -> str:
    """What the person lets the public see of them; nothing once it was erased."""
    if person.erased_at is not None or not person.name:
        return ""
    if choice == CertificateShows.NAME:
        return person.name
    if choice == CertificateShows.INITIALS:
        return " ".join(f"{part[0].upper()}." for part in person.name.replace("-", " ").split())
    return ""


# Open Badges 2.0, verified by looking at the address of the assertion


def has_badge(certificate: Certificate) -> bool:
    """Only whose holder asked for it, and only while there is an address to hash."""
    return bool(certificate.badge_salt and certificate.place.person.email)


def assertion(certificate: Certificate) -> dict[str, Any]:
    """The assertion: the holder's e-mail address stands in it as a salted hash."""
    code = grouped(certificate.code)
    identity = sha256((certificate.place.person.email + certificate.badge_salt).encode()).hexdigest()
    return {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": papers.address("verify-badge", code),
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": certificate.badge_salt,
            "identity": f"sha256${identity}",
        },
        "badge": papers.address("verify-badge-class", code),
        "issuedOn": f"{certificate.issued_on.isoformat()}T00:00:00Z",
        "verification": {"type": "HostedBadge"},
        "evidence": papers.address("verify-code", code),
    }


def revoked_assertion(certificate: Certificate) -> dict[str, Any]:
    """What is left of a badge that was revoked; the reason is not for the public."""
    address = papers.address("verify-badge", grouped(certificate.code))
    return {"@context": CONTEXT, "type": "Assertion", "id": address, "revoked": True}


def badge_class(certificate: Certificate) -> dict[str, Any]:
    code = grouped(certificate.code)
    title = title_of(certificate) or _("Training activity")
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": papers.address("verify-badge-class", code),
        "name": title,
        "description": _("Attended: %(title)s, %(days)s.")
        % {"title": title, "days": papers.days(certificate.place.activity)},
        "image": settings.THROUGHLINE_ADDRESS.rstrip("/") + static("training/badge.svg"),
        "criteria": {"narrative": certificate.rule},
        "issuer": papers.address("verify-badge-issuer", code),
    }


def issuer(certificate: Certificate) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": papers.address("verify-badge-issuer", grouped(certificate.code)),
        "name": str(certificate.place.activity.programme.secretariat),
        "url": settings.THROUGHLINE_ADDRESS,
    }


def baked(certificate: Certificate) -> bytes:
    """The badge as one file: the picture with its assertion inside, as the standard bakes an SVG."""
    told = assertion(certificate)
    inside = escape(json.dumps(told, ensure_ascii=False))
    return BAKED.format(
        address=quoteattr(told["id"]), inside=inside, title=escape(badge_class(certificate)["name"])
    ).encode()


BAKED = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org" viewBox="0 0 256 256" role="img">
  <title>{title}</title>
  <openbadges:assertion verify={address}>{inside}</openbadges:assertion>
  <circle cx="128" cy="128" r="120" fill="#0b4f5a"/>
  <circle cx="128" cy="128" r="104" fill="#ffffff"/>
  <path d="M84 132l32 32 60-72" fill="none" stroke="#0b4f5a" stroke-width="20" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
"""
