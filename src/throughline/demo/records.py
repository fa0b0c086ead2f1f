"""Generated events as rows of the database: many at once, each with its reference, audience and search text."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from throughline.demo.shapes import Event
from throughline.demo.telling import outlets
from throughline.incidents.models import Incident, IncidentSource, PersonLine, Source, WeaponLine
from throughline.incidents.queries import search_text
from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.references import take
from throughline.kernel.flow.models import Step
from throughline.people.models import User
from throughline.reference.models import Jurisdiction, Organisation, Programme, Term
from throughline.reference.queries import terms_by_code

CHUNK = 2000
TAXONOMIES = ("incident-type", "weapon-type", "place-type", "age-band", "relation")


@dataclass
class Desk:
    """What every row refers to, looked up once."""

    programme: Programme
    organisations: dict[str, Organisation]
    users: dict[str, User]
    jurisdictions: dict[str, Jurisdiction]
    sources: dict[str, Source]
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    audiences: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def lay(cls, programme: Programme, organisations: dict[str, Organisation], users: dict[str, User]) -> "Desk":
        jurisdictions = {one.code: one for one in Jurisdiction.objects.all()}
        terms = {code: terms_by_code(code) for code in TAXONOMIES}
        return cls(programme, organisations, users, jurisdictions, sources(jurisdictions), terms)

    def owner(self, event: Event) -> Organisation:
        return self.organisations[f"police-{event.jurisdiction.lower()}"]

    def officer(self, event: Event) -> User:
        return self.users[f"officer.{event.jurisdiction.lower()}"]

    def verifier(self, event: Event) -> User:
        return self.users[f"verifier.{event.jurisdiction.lower()}"]

    def audience(self, event: Event) -> int:
        """The audience of checked incidents of this owner and handling."""
        key = (event.jurisdiction, event.handling)
        if key not in self.audiences:
            tokens = tokens_for(
                handling=event.handling,
                owner=self.owner(event).pk,
                programme=self.programme.pk,
                author=self.officer(event).pk,
                private=False,
            )
            self.audiences[key] = audience_id(tokens)
        return self.audiences[key]


def sources(jurisdictions: dict[str, Jurisdiction]) -> dict[str, Source]:
    """The invented outlets, made where missing."""
    known = {one.code: one for one in Source.objects.filter(illustrative=True)}
    new = [
        Source(
            code=code,
            name=f"{name} (illustrative), {jurisdictions[place]}",
            kind=kind,
            jurisdiction=jurisdictions[place],
            address=f"https://{code.rpartition('-')[2]}.{place.lower()}.example/",
            illustrative=True,
        )
        for code, name, kind, place in outlets()
        if code not in known
    ]
    return known | {one.code: one for one in Source.objects.bulk_create(new)}


def values_of(event: Event, desk: Desk) -> dict[str, Any]:
    """The fields of an incident, as its verb takes them."""
    return {
        "jurisdiction": desk.jurisdictions[event.jurisdiction],
        "occurred_on": event.occurred_on,
        "date_precision": event.date_precision,
        "occurred_at": event.occurred_at,
        "kind": desk.terms["incident-type"][event.kind],
        "region": event.region,
        "place": event.place,
        "place_precision": event.place_precision,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "setting": event.setting,
        "place_kind": desk.terms["place-type"].get(event.place_kind),
        "possession": event.possession,
        "property_damage": event.property_damage,
        "narrative": event.narrative,
        "handling": event.handling,
        "external_key": event.key,
    }


def lines_of(event: Event, desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """Its sources, weapon lines and people, as its verb takes them."""
    return {
        "sources": [
            {
                "source": desk.sources[one.source],
                "title": one.title,
                "address": one.address,
                "published_on": one.published_on,
            }
            for one in event.reports
        ],
        "weapons": [{"weapon": desk.terms["weapon-type"][one.code], "quantity": one.quantity} for one in event.weapons],
        "people": [
            {
                "side": one.side,
                "role": one.role,
                "sex": one.sex or "not-reported",
                "age": one.age,
                "age_band": desk.terms["age-band"].get(one.age_band),
                "relation": desk.terms["relation"].get(one.relation),
                "outcome": one.outcome,
            }
            for one in event.people
        ],
    }


def references(events: Iterable[Event], prefix: str = Incident.reference_prefix) -> Iterator[str]:
    """A reference for each event, year by year, in the order given."""
    ordered = list(events)
    years = Counter(event.occurred_on.year for event in ordered)
    taken = {year: iter(take(f"{prefix}-{year}", number)) for year, number in sorted(years.items())}
    for event in ordered:
        yield next(taken[event.occurred_on.year])


def incident_of(event: Event, reference: str, desk: Desk) -> Incident:
    officer = desk.officer(event)
    incident = Incident(
        reference=reference,
        programme=desk.programme,
        owner=desk.owner(event),
        audience_id=desk.audience(event),
        state=event.state,
        private=False,
        illustrative=True,
        created_by=officer,
        changed_by=officer,
        **values_of(event, desk),
    )
    incident.search_text = search_text(incident, [one.title for one in event.reports])
    return incident


def steps_of(event: Event, incident: Incident, desk: Desk) -> list[Step]:
    """Sent by the officer, checked by the verifier of the same directorate."""
    ways = (("send", "draft", "sent", desk.officer(event)), ("verify", "sent", "verified", desk.verifier(event)))
    return [
        Step(noun="incident", object_id=incident.pk, transition=way, source=source, target=target, by=by)
        for way, source, target, by in ways
    ]


def write(events: list[Event], desk: Desk) -> Iterator[list[Incident]]:
    """Insert checked incidents with their lines and steps, chunk by chunk."""
    named = list(zip(events, references(events), strict=True))
    for start in range(0, len(named), CHUNK):
        chunk = [(event, incident_of(event, reference, desk)) for event, reference in named[start : start + CHUNK]]
        Incident.objects.bulk_create([incident for _, incident in chunk])
        write_lines(chunk, desk)
        yield [incident for _, incident in chunk]


def write_lines(chunk: list[tuple[Event, Incident]], desk: Desk) -> None:
    """The lines of these incidents, one statement a table."""
    models: dict[str, type[Model]] = {"sources": IncidentSource, "weapons": WeaponLine, "people": PersonLine}
    rows: dict[str, list[Model]] = {name: [] for name in models}
    for event, incident in chunk:
        for name, lines in lines_of(event, desk).items():
            rows[name] += [models[name](incident=incident, **line) for line in lines]
    for name, model in models.items():
        model._default_manager.bulk_create(rows[name], batch_size=CHUNK)
    Step.objects.bulk_create([step for event, incident in chunk for step in steps_of(event, incident, desk)])
