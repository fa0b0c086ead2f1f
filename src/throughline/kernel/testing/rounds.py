"""A small questionnaire, rounds and returns for tests, built through the verbs as people would."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.utils import timezone

from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Edition, Part, Questionnaire, Return, Round
from throughline.kernel.testing.worlds import PASSWORD
from throughline.people.models import Membership, RoleGiven, User
from throughline.reference.models import Organisation

Row = Mapping[str, Any]

# Sections, a total with its parts, a condition, a choice, a repeat, two languages: what a KPI return has.
SURVEY: tuple[Row, ...] = (
    {"type": "begin_group", "name": "seizures", "label::English (en)": "Seizures", "label::Shqip (sq)": "Sekuestrimet"},
    {
        "type": "integer", "name": "seized", "label::English (en)": "Firearms seized",
        "label::Shqip (sq)": "Armë të sekuestruara", "required": "yes", "constraint": ". >= 0",
        "constraint_message::English (en)": "Not below zero.",
    },
    {
        "type": "integer", "name": "handguns", "label::English (en)": "of these, handguns",
        "label::Shqip (sq)": "prej tyre, pistoleta", "constraint": ". >= 0 and . <= ${seized}",
        "constraint_message::English (en)": "There cannot be more handguns than firearms seized.",
        "relevant": "${seized} > 0",
    },
    {
        "type": "calculate", "name": "others", "calculation": "${seized} - coalesce(${handguns}, 0)",
    },
    {"type": "end_group"},
    {"type": "begin_group", "name": "law", "label::English (en)": "Law", "label::Shqip (sq)": "Ligji"},
    {
        "type": "select_one status", "name": "status", "label::English (en)": "State of the law on arms",
        "label::Shqip (sq)": "Gjendja e ligjit për armët", "required": "yes",
    },
    {
        "type": "text", "name": "progress", "label::English (en)": "Progress in the period",
        "label::Shqip (sq)": "Përparimi në periudhë", "relevant": "${status} != 'none'", "appearance": "multiline",
    },
    {"type": "end_group"},
    {
        "type": "begin_repeat", "name": "places", "label::English (en)": "Storage sites",
        "label::Shqip (sq)": "Depot",
    },
    {"type": "text", "name": "place", "label::English (en)": "Place", "label::Shqip (sq)": "Vendi"},
    {"type": "integer", "name": "kept", "label::English (en)": "Weapons kept", "label::Shqip (sq)": "Armë të ruajtura"},
    {"type": "end_repeat"},
)  # fmt: skip
CHOICES: tuple[Row, ...] = tuple(
    {"list_name": "status", "name": name, "label::English (en)": english, "label::Shqip (sq)": albanian}
    for name, english, albanian in (
        ("none", "Not started", "Nuk ka filluar"),
        ("drafted", "Drafted", "I hartuar"),
        ("adopted", "Adopted", "I miratuar"),
    )
)
ANSWERS = {
    "seizures/seized": "12",
    "seizures/handguns": "5",
    "law/status": "drafted",
    "law/progress": "A draft is out.",
}


def xlsform(survey: Sequence[Row] = SURVEY, choices: Sequence[Row] = CHOICES, settings: Row | None = None) -> bytes:
    """An XLSForm file with these rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    given = {"form_title": "Arms return", "form_id": "arms_return", "version": "1", "default_language": "English (en)"}
    for name, rows in (("survey", survey), ("choices", choices), ("settings", [given | dict(settings or {})])):
        sheet = book.add_worksheet(name)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading)
            for line, row in enumerate(rows, start=1):
                if row.get(heading) not in (None, ""):
                    sheet.write_string(line, column, str(row[heading]))
    book.close()
    return out.getvalue()


def make_questionnaire(
    world: Any, content: bytes | None = None, *, by: str = "sofia", title: str = "Arms return", asking: str = "general"
) -> Edition:
    """A questionnaire of the world's programme with one edition."""
    actor = world.viewer(by)
    made = Questionnaire.objects.filter(title=title).first() or services.keep_questionnaire(
        actor, programme=world.programme, title=title, asking=asking
    )
    if made.latest and content is None:
        return made.latest  # type: ignore[no-any-return]
    return services.add_edition(actor, questionnaire=made, content=content or xlsform(), name="arms_return.xlsx")


def make_round(
    world: Any, edition: Edition | None = None, *, asked: Sequence[str] = ("RS", "AL"), by: str = "sofia",
    opened: bool = True, due_on: date | None = None, **given: Any,
) -> Round:  # fmt: skip
    """A round that asks the police of these jurisdictions."""
    actor = world.viewer(by)
    values: dict[str, Any] = {"title": "Arms return 2023", "period": "2023", "opens_to": Handling.GREEN, **given}
    today = timezone.localdate()
    made = services.prepare(
        actor,
        programme=world.programme,
        edition=edition or make_questionnaire(world),
        opens_on=values.pop("opens_on", today),
        due_on=max(due_on or today + timedelta(days=30), today),
        asked=[world.organisations[f"police-{place.lower()}"] for place in asked],
        **values,
    )
    if opened:
        made = services.open_round(actor, round=made)
    if due_on and due_on < today:
        Round.objects.filter(pk=made.pk).update(due_on=due_on, opens_on=due_on - timedelta(days=30))
        made.refresh_from_db()
    return made


def return_of(round: Round, world: Any, place: str = "RS") -> Return:  # noqa: A002 (the users' word)
    """The return of the police of a jurisdiction."""
    return Return.objects.select_related("round__edition", "owner", "sheet").get(  # type: ignore[no-any-return]
        round=round, owner=world.organisations[f"police-{place.lower()}"]
    )


def make_return(
    world: Any,
    place: str = "RS",
    *,
    answers: Mapping[str, str] | None = None,
    state: str = "asked",
    round: Round | None = None,  # noqa: A002 (the users' word)
    contact: str | None = None,
    decider: str = "simon",
) -> Return:
    """A return with answers, moved to a state as people would: 'asked', 'submitted', 'returned' or 'accepted'."""
    ret = return_of(round or make_round(world), world, place)
    writer: Viewer = world.viewer(contact or {"RS": "bob"}.get(place, "vera"))
    given = dict(ANSWERS if answers is None else answers)
    if given:
        services.save(writer, holder=ret, changes={spot: ("", value) for spot, value in given.items()})
    if state != "asked":
        services.submit(writer, ret=ret)
    if state == "returned":
        services.give_back(world.viewer(decider), ret=ret, comment="Please look again.")
    if state == "accepted":
        services.accept(world.viewer(decider), ret=ret)
    ret.refresh_from_db()
    return ret


def make_institution(
    world: Any, place: str = "RS", *, name: str = "boris", kind: str = "border", title: str = "Border Police"
) -> Organisation:
    """One more institution of a jurisdiction, with a contributor of this name."""
    made = Organisation.objects.create(
        code=f"{kind}-{place.lower()}",
        name=f"{title} {place}",
        kind=kind,
        jurisdiction=world.jurisdictions[place],
    )
    world.organisations[made.code] = made
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.capitalize())
    Membership.objects.create(user=user, organisation=made)
    RoleGiven.objects.create(user=user, programme=world.programme, role=Role.CONTRIBUTOR)
    world.users[name] = user
    return made


def make_part(world: Any, ret: Return, organisation: Any, *, contact: str = "bob", **given: Any) -> Part:
    """A part of a return, asked of an institution of the same jurisdiction."""
    return services.share_out(world.viewer(contact), ret=ret, organisation=organisation, **given)
