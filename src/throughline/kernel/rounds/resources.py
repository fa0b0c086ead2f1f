"""What lists, pages and the API know of questionnaires, rounds, returns and parts: never an answer.

Answers have doors of their own (`views/answering.py`, `exporting.py`, the API of rounds): they depend on who
may see the working sheet and who the version, which a column cannot say.
"""

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from throughline.kernel.resources.declare import Field, Panel, Resource, Section
from throughline.kernel.rounds.board import questionnaire_page, round_page
from throughline.kernel.rounds.models import Part, Questionnaire, Return, Round

QUESTIONNAIRE = Resource(
    noun="questionnaire",
    plural="questionnaires",
    model=Questionnaire,
    title=_("questionnaire"),
    title_plural=_("questionnaires"),
    station="collect",
    order="title",
    search=("title", "code", "reference"),
    fields=(
        Field("title", column=True, read_only=True),
        Field("code", column=True, filter=True, read_only=True),
        Field("asking", filter=True, read_only=True),
        Field("note", read_only=True),
    ),
    sections=(Section(_("What it is for"), ("title", "code", "note")),),
    panels=(Panel("rounds/questionnaires/editions.html", questionnaire_page),),
)
ROUND = Resource(
    noun="round",
    plural="rounds",
    model=Round,
    title=_("round"),
    title_plural=_("rounds"),
    station="collect",
    order="-due_on",
    search=("title", "reference", "period"),
    fields=(
        Field("title", column=True, read_only=True),
        Field(
            "questionnaire",
            label=_("questionnaire"),
            column=True,
            read_only=True,
            expression=F("edition__questionnaire__title"),
            of="text",
        ),
        Field("period", column=True, filter=True, read_only=True),
        Field("opens_on", read_only=True),
        Field("due_on", column=True, filter=True, read_only=True),
        Field("approval", filter=True, read_only=True),
        Field("opens_to", read_only=True),
        Field("instructions", read_only=True),
        Field("closed_at", read_only=True),
    ),
    sections=(
        Section(
            _("What is asked"),
            ("questionnaire", "period", "opens_on", "due_on", "approval", "opens_to", "instructions", "closed_at"),
        ),
    ),
    panels=(Panel("rounds/running/board.html", round_page),),
)
RETURN = Resource(
    noun="return",
    plural="returns",
    model=Return,
    title=_("return"),
    title_plural=_("returns"),
    station="collect",
    order="-submitted_at",
    search=("reference",),
    related=("round", "owner__jurisdiction"),
    fields=(
        Field("round", column=True, filter=True, by="reference", read_only=True),
        Field(
            "due_date",
            label=_("due"),
            column=True,
            read_only=True,
            expression=Coalesce("due_on", "round__due_on"),
            of="date",
        ),
        Field("opened_at", read_only=True),
        Field("started_at", read_only=True),
        Field("submitted_at", column=True, filter=True, read_only=True),
        Field("submitted_by", read_only=True, by="email"),
        Field("decided_at", column=True, read_only=True),
        Field("nil", column=True, filter=True, read_only=True),
        Field("reopened", read_only=True),
    ),
)
PART = Resource(
    noun="part",
    plural="parts",
    model=Part,
    title=_("part of a return"),
    title_plural=_("parts of returns"),
    station="collect",
    order="-created_at",
    search=("reference",),
    related=("of__round", "of__owner"),
    beside=True,
    fields=(
        Field("of", column=True, by="reference", read_only=True),
        Field("due_on", column=True, read_only=True),
        Field("note", read_only=True),
        Field("handed_in_at", column=True, read_only=True),
    ),
)
NOUNS = (QUESTIONNAIRE, ROUND, RETURN, PART)
