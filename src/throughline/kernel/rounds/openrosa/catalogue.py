"""What a person may answer on a phone: a form for each return and part that waits for them."""

import hashlib
from functools import lru_cache

from django.core.cache import caches
from lxml import etree

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.forms import safely, wire
from throughline.kernel.rounds.models import Edition, EditionMedia, Part, Return

XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
A_DAY = 24 * 60 * 60


def offered(viewer: Viewer) -> list[Return | Part]:
    """What this person's organisations owe in open rounds, the most urgent first."""
    return [*queries.owed(viewer), *queries.parts_owed(viewer)]


def offered_as(viewer: Viewer, reference: str) -> Return | Part | None:
    """The one with this reference, if it is offered."""
    return (
        queries.owed(viewer).filter(reference=reference).first()
        or queries.parts_owed(viewer).filter(reference=reference).first()
    )


def holder_for(viewer: Viewer, reference: str) -> Return | Part | None:
    """The return or part a form is of, in whatever state, if the viewer may read it."""
    of_part = reference.startswith(f"{Part.reference_prefix}-")
    found = queries.parts_for(viewer) if of_part else queries.returns_for(viewer)
    holder: Return | Part | None = found.filter(reference=reference).first()
    return holder


def version_of(edition: Edition) -> str:
    """The version a phone shows and sends back: the edition's number, and a piece of its fingerprint."""
    return f"{edition.number}-{hashlib.sha256(edition.xform.encode()).hexdigest()[:8]}"


def title_of(holder: Return | Part) -> str:
    return f"{holder.round.title} – {holder.owner}"


def form_text(holder: Return | Part) -> str:
    """The form as it goes to a phone. It is blank: what stands in the working answers stays here.

    A phone may be away for weeks. If it brought back answers it had been given, it would put old ones over
    newer ones; so it brings only what was answered on it.
    """
    edition = holder.edition
    sections = tuple(sorted(holder.sections)) if isinstance(holder, Part) else ()
    return _served(edition.xform, holder.reference, title_of(holder), version_of(edition), sections)


def md5_of(holder: Return | Part) -> str:
    """The hash by which a phone knows whether it has this form already."""
    sections = ",".join(sorted(holder.sections)) if isinstance(holder, Part) else ""
    told = hashlib.sha256(f"{title_of(holder)}\n{sections}".encode()).hexdigest()[:16]
    key = f"openrosa.md5:{holder.edition.pk}:{holder.reference}:{told}"
    found: str = caches["local"].get_or_set(key, lambda: md5(form_text(holder).encode()), A_DAY) or ""
    return found


def media_of(holder: Return | Part) -> list[EditionMedia]:
    return list(holder.edition.media.order_by("name"))


def md5(content: bytes) -> str:
    """OpenRosa knows files by MD5. It tells a changed file, and guards nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@lru_cache(maxsize=16)
def _served(xform: str, reference: str, title: str, version: str, sections: tuple[str, ...]) -> str:
    text = wire.as_served(xform, form_id=reference, title=title, version=version)
    return _only(text, sections) if sections else text


def _only(text: str, sections: tuple[str, ...]) -> str:
    """The form with every other section switched off: its questions are there for the rest to refer to, unasked."""
    root = safely.parse(text.encode())
    model = root.find(f"{H}head/{XF}model")
    data = model.find(f"{XF}instance")[0]
    top = f"/{safely.local(data)}"
    binds = {bind.get("nodeset", "").strip(): bind for bind in model.findall(f"{XF}bind")}
    body = root.find(f"{H}body")
    shown = {(one.get("ref") or one.get("nodeset") or "").strip() for one in body.iter() if isinstance(one.tag, str)}
    for child in data:
        name, path = safely.local(child), f"{top}/{safely.local(child)}"
        inside = any(ref == path or ref.startswith(f"{path}/") for ref in shown)
        if name in sections or name == "meta" or not inside:
            continue
        if path not in binds:
            binds[path] = etree.SubElement(model, f"{XF}bind", nodeset=path)
        bind = binds[path]
        bind.set("relevant", "false()")
        bind.attrib.pop("required", None)
    return str(etree.tostring(root, encoding="unicode"))
