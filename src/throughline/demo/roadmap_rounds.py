"""The rounds of the Roadmap, asked, answered, shared out, put together, chased and decided by the verbs people use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from throughline.demo import roadmap_tables as tables
from throughline.demo.roadmap_cast import BODIES, SHARED_BY, Cast, body_account
from throughline.demo.roadmap_dates import Times, hush, moment, put_back
from throughline.demo.roadmap_tables import Cells
from throughline.demo.tables import rows
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.kernel.rounds import registry, services
from throughline.kernel.rounds.choices import ReturnState, Via
from throughline.kernel.rounds.models import Edition, Part, Questionnaire, Return, Round
from throughline.reference.models import Organisation
from throughline.results.choices import AnsweredBy, Role
from throughline.results.models import Framework

OFFICE = "secretariat"
OLD, NEW = "ROADMAP-2024", "ROADMAP-2030"
# key -> what is asked, what it is made from, its title
QUESTIONNAIRES = {
    "kpi": ("kpi", f"{OLD}/{AnsweredBy.AUTHORITY}", "Indicators of the Roadmap 2018–2024"),
    "kpi-secretariat": ("kpi", f"{OLD}/{AnsweredBy.SECRETARIAT}", "Indicators of the Roadmap 2018–2024: secretariat"),
    "narrative": ("narrative", OLD, "Narrative on the Roadmap 2018–2024"),
    "narrative-2030": ("narrative", NEW, "Narrative on the Roadmap 2025–2030"),
}
INSTRUCTIONS = "Illustrative. Answer what you have; leave open what you do not know, and say so when there is nothing."
SETTLED = "The entity's law is in force, the state's is not: the state of the whole is in progress. Illustrative."
CHASED = "The date due is over. Please send what you have, or say what keeps you. Illustrative."
MORE_TIME = "Time to answer the comments. Illustrative."
WAYS = {"AL": Via.EXCEL, "MK": Via.EXCEL, "ME": Via.API}
NOW = "narrative-now"


@dataclass(frozen=True)
class Asked:
    """A round as the table says it, and who of those asked becomes what."""

    key: str
    questionnaire: str
    period: str
    title: str
    opens: date
    due: date
    closed: date | None
    returns: tuple[dict[str, str], ...]


def past_rounds() -> Iterator[Asked]:
    """The rounds of the table, in the order in which they ran."""
    for row in rows("roadmap/rounds"):
        yield Asked(
            row["key"],
            row["questionnaire"],
            row["period"],
            row["title"],
            date.fromisoformat(row["opens"]),
            date.fromisoformat(row["due"]),
            date.fromisoformat(row["closed"]) if row["closed"] else None,
            tuple(one for one in rows("roadmap/returns") if one["round"] == row["key"]),
        )


def round_now() -> Asked:
    """The round that is open while somebody looks: on the half-year that ended last, due in some weeks."""
    today = timezone.localdate()
    half = "H1" if today.month > 6 else "H2"
    period = f"{today.year if half == 'H1' else today.year - 1}-{half}"
    framework = Framework.objects.get(code=OLD)
    ended = framework.valid_to is not None and Period.parse(period).end > framework.valid_to
    states = {"RS": "submitted", "BA": "drafting"}
    return Asked(
        NOW,
        "narrative-2030" if ended else "narrative",
        period,
        f"Narrative report {period} (illustrative)",
        today - timedelta(days=12),
        today + timedelta(days=26),
        None,
        tuple({"who": code, "becomes": states.get(code, "waiting"), "comment": ""} for code in tables.LANGUAGE),
    )


def load_questionnaires(cast: Cast) -> dict[str, Edition]:
    """Each questionnaire with the form made from its framework, where missing."""
    secretariat = cast.viewers[OFFICE]
    found = {}
    for key, (asking, source, title) in QUESTIONNAIRES.items():
        code = f"roadmap-{key}"
        kept = Questionnaire.objects.filter(code=code).first()
        if kept is None:
            with transaction.atomic():
                kept = services.keep_questionnaire(
                    secretariat,
                    programme=cast.programme,
                    title=f"{title} (illustrative)",
                    code=code,
                    asking=asking,
                    note_text="Made from the framework.",
                )
                make = registry.get(asking).make_form
                content = make(secretariat, source) if make else None
                services.add_edition(
                    secretariat, questionnaire=kept, content=content or b"", name=f"{code}.xlsx", origin="generated"
                )
        found[key] = kept.editions.earliest("number")
    return found


def load_round(cast: Cast, editions: dict[str, Edition], asked: Asked) -> bool:
    """One round with all that happened in it, whole or not at all. False where it is there already."""
    edition = editions[asked.questionnaire]
    there = Round.objects.filter(edition__questionnaire=edition.questionnaire_id, programme=cast.programme)
    if asked.key == NOW:
        there = there.filter(due_on__gt=max(one.due for one in past_rounds()))
    else:
        there = there.filter(period=asked.period)
    if there.exists():
        return False
    with transaction.atomic():
        Stage(cast, edition, asked).play()
    return True


class Stage:
    """One round being played: who does what, in order."""

    def __init__(self, cast: Cast, edition: Edition, asked: Asked) -> None:
        self.cast, self.edition, self.asked = cast, edition, asked
        self.secretariat, self.second = cast.viewers[OFFICE], cast.viewers["second"]
        self.times: dict[Any, Times] = {}
        self.round: Round

    def play(self) -> None:
        """Prepare and open; everyone asked does what the table says; close; put the dates where they belong."""
        self.round = services.open_round(self.secretariat, round=self.prepared())
        for number, row in enumerate(self.asked.returns):
            ret = self.round.returns.select_related("round__edition", "owner", "sheet").get(
                owner=self.owner(row["who"])
            )
            when = Times.of(self.asked.opens, self.asked.due, number)
            if self.asked.key == NOW:
                when = Times.of(self.asked.opens, timezone.localdate(), number)
            self.times[ret.pk] = when
            getattr(self, row["becomes"])(ret, row, when)
        if self.asked.closed:
            services.close_round(self.secretariat, round=self.round)
        self.round.refresh_from_db()
        put_back(
            self.secretariat,
            asked_in=self.round,
            opens=self.asked.opens,
            due=self.asked.due,
            closed=self.asked.closed,
            times=self.times,
        )

    def prepared(self) -> Round:
        today = timezone.localdate()
        return services.prepare(
            self.secretariat,
            programme=self.cast.programme,
            edition=self.edition,
            title=self.asked.title,
            period=self.asked.period,
            opens_on=min(self.asked.opens, today),
            due_on=max(self.asked.due, today),
            opens_to=Handling.GREEN,
            instructions=INSTRUCTIONS,
            asked=[self.owner(row["who"]) for row in self.asked.returns],
        )

    def owner(self, who: str) -> Organisation:
        return self.cast.programme.secretariat if who == OFFICE else self.cast.commission(who)

    def reporter(self, who: str) -> Viewer:
        return self.secretariat if who == OFFICE else self.cast.reporter(who)

    def contact(self, who: str) -> Viewer:
        return self.secretariat if who == OFFICE else self.cast.contact(who)

    def cells(self, who: str) -> Cells:
        """What they say, by the tables."""
        if who == OFFICE:
            found = {row["question"]: row[self.asked.period] for row in rows("roadmap/secretariat")}
            return {(key.replace(" ", "-"), str(Role.VALUE)): value for key, value in found.items()}
        if self.asked.questionnaire == "kpi":
            return tables.kpi(f"kpi_{self.asked.period}", who)
        return tables.narrative(self.asked.key.replace("-", "_", 1), who)

    def waiting(self, ret: Return, row: dict[str, str], when: Times) -> None:
        """Nothing yet."""

    def drafting(self, ret: Return, row: dict[str, str], when: Times) -> None:
        """Begun by the Commission; one institution has answered its part, another has not."""
        who = row["who"]
        self.write(self.reporter(who), ret, self.cells(who), when)
        form = self.edition.form
        for key, target, does in (("fbih", "G5.T1", True), ("border", "G3.T1", False)):
            sections = tables.sections_of(form, {(target, ""): ""})
            part = services.share_out(
                self.contact(who), ret=ret, organisation=self.cast.body(key), sections=sections, note_text=INSTRUCTIONS
            )
            if does:
                self.hand_in(part, key, self.some(part, "on-track", who), when)

    def some(self, part: Part, status: str, who: str) -> Cells:
        """The same status on every overall target of a part."""
        found: Cells = {}
        for one in part.edition.form.questions():
            code = tables.code_of(one.extra)
            if one.top in part.sections and one.extra.get("role") == Role.STATUS:
                target = code.replace("G", "").replace(".T", ".")
                found[code, Role.STATUS] = status
                found[code, Role.TEXT] = tables.said(target, status, tables.LANGUAGE[who], who, 2)
                found[code, Role.TEXT_ENGLISH] = tables.said(target, status, "en", who, 2)
        return found

    def late(self, ret: Return, row: dict[str, str], when: Times) -> None:
        """Looked at, not answered, reminded."""
        services.note_opened(self.reporter(row["who"]), holder=ret)
        services.remind(self.secretariat, round=self.round, returns=[ret], text=CHASED)

    def submitted(self, ret: Return, row: dict[str, str], when: Times) -> None:
        who = row["who"]
        if who == SHARED_BY and self.asked.key == "kpi-2023":
            self.put_together(ret, who, when)
        else:
            self.write(self.reporter(who), ret, self.cells(who), when)
        contact = self.contact(who)
        if contact is not self.secretariat:
            services.ready(self.reporter(who), ret=ret)
        with moment(when.submitted):
            services.submit(contact, ret=ret)

    def nil(self, ret: Return, row: dict[str, str], when: Times) -> None:
        with moment(when.submitted):
            services.submit_nil(self.contact(row["who"]), ret=ret, reason=row["comment"])
        services.accept(self.second, ret=ret)

    def accepted(self, ret: Return, row: dict[str, str], when: Times) -> None:
        self.submitted(ret, row, when)
        services.accept(self.second, ret=ret)

    def returned(self, ret: Return, row: dict[str, str], when: Times) -> None:
        """Given back with remarks on single questions."""
        self.submitted(ret, row, when)
        found = [one for one in rows("roadmap/remarks") if one["round"] == row["round"] and one["who"] == row["who"]]
        form = self.edition.form
        remarks = {tables.place_of(form, one["code"], one["role"]): one["text"] for one in found}
        services.give_back(self.second, ret=ret, comment=row["comment"], remarks=remarks)

    def write(self, writer: Viewer, holder: Return | Part, cells: Cells, when: Times) -> None:
        """Answer, by the way this organisation answers."""
        services.note_opened(writer, holder=holder)
        place = holder.owner.jurisdiction
        way = WAYS.get(place.code, Via.BROWSER) if place else Via.BROWSER
        services.replace(writer, holder=holder, answers=tables.answers(self.edition.form, cells), via=way)

    def put_together(self, ret: Return, who: str, when: Times) -> None:
        """Shared out among institutions; all hand in; what contradicts itself is settled, with a reason."""
        form = self.edition.form
        for key, *_rest in BODIES:
            cells = tables.kpi("kpi_2023_bosnia", key)
            part = services.share_out(
                self.contact(who),
                ret=ret,
                organisation=self.cast.body(key),
                sections=tables.sections_of(form, cells),
                note_text=INSTRUCTIONS,
            )
            self.hand_in(part, key, cells, when)
        choices = {tables.place_of(form, "KPI-1", Role.STATUS): "in-progress"}
        services.take_over(self.contact(who), ret=ret, choices=choices, reason=SETTLED)

    def hand_in(self, part: Part, key: str, cells: Cells, when: Times) -> None:
        writer = self.cast.viewers[body_account(key)]
        services.note_opened(writer, holder=part)
        wanted = tables.answers(part.edition.form, cells)
        inside = {place: value for place, value in wanted.items() if place.partition("/")[0] in part.sections}
        services.replace(writer, holder=part, answers=inside, via=Via.BROWSER)
        with moment(when.started + timedelta(days=6)):
            services.hand_in(writer, part=part)


def more_time(cast: Cast) -> None:
    """Those whose return came back get some weeks from today: after the reports, which tell of the date it was."""
    until = timezone.localdate() + timedelta(days=21)
    returned = Return.objects.filter(programme=cast.programme, state=ReturnState.RETURNED, due_on=None)
    for ret in returned.select_related("round", "owner"):
        with transaction.atomic():
            services.extend(cast.viewers[OFFICE], ret=ret, due_on=until, reason=MORE_TIME)
            hush(ret.round)
