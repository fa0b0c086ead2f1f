"""Every address the program answers, and with which arguments to try it. A new one without a recipe fails the walk."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.hidden import MODELS, Hidden, keys_of
from throughline.kernel.bulk.models import BulkChange
from throughline.kernel.desk.models import SavedView
from throughline.kernel.files.models import StoredFile
from throughline.kernel.layouts.models import Layout
from throughline.kernel.measures import dashboards, downloads
from throughline.kernel.measures import registry as measures
from throughline.kernel.resources import exporting, registry
from throughline.kernel.rounds.models import Edition, Part, Return, Round
from throughline.kernel.watch.models import Flag
from throughline.needs.models import PositionLine, Topic
from throughline.people.models import User
from throughline.training.badge_codes import token_of
from throughline.training.models import Application, Cascade, Certificate, Evaluation, Feed, Pairing, Person, Place

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
PERIOD = "2024"


@dataclass(frozen=True)
class Route:
    """An address with holes ('incidents/<str:key>/'), and its name."""

    path: str
    name: str

    @property
    def arguments(self) -> list[str]:
        return ARGUMENT.findall(self.path)

    @property
    def is_api(self) -> bool:
        return self.path.startswith("api/v")

    def filled(self, values: tuple[str, ...]) -> str:
        if len(values) != len(self.arguments):
            message = f"{self.path}: its recipe gives {values}"
            raise LookupError(message)
        given = iter(values)
        return "/" + ARGUMENT.sub(lambda _hole: next(given), self.path)


def routes() -> list[Route]:
    return sorted(set(_walk(get_resolver())), key=lambda route: route.path)


def _walk(resolver: URLResolver, before: str = "") -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield Route(_plain(before + str(pattern.pattern)), pattern.name or "")


def _plain(path: str) -> str:
    """A path written as a regular expression, with holes like the others."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path)
    return path.replace("^", "").replace("$", "").replace("\\", "")


Values = Callable[[Hidden], list[tuple[str, ...]]]


def of(what: str) -> Values:
    """The keys of everything of one kind there is, whoever it belongs to."""
    return lambda hidden: [(key,) for key in keys_of(MODELS[what])]


def people(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(str(key),) for key in User.objects.values_list("pk", flat=True)]


def formats(*names: str) -> Values:
    return lambda hidden: [(name,) for name in names]


def links_of(hidden: Hidden) -> list[tuple[str, ...]]:
    return [("incident", str(one.pk), key) for one in hidden.incidents for key in keys_of(MODELS["links"])]


def incidents(hidden: Hidden) -> list[tuple[str, ...]]:
    return [("incident", str(one.pk)) for one in hidden.incidents]


def two_of(noun: str) -> Values:
    """Each incident beside the one before it: the addresses stay the same when more are hidden."""
    return lambda hidden: [(noun, one.reference, str(other.pk)) for other, one in pairwise(hidden.incidents)]


def keys_in(model: type[Model]) -> Values:
    """Every row of a model by its key, and one there is not."""
    return lambda hidden: [(str(key),) for key in [*model._default_manager.values_list("pk", flat=True), NONSENSE]]


def answered(*more: str) -> Values:
    """Every return and part by its reference, and what else is in the address."""
    return lambda hidden: [
        (key, *more) for model in (Return, Part) for key in model.objects.values_list("reference", flat=True)
    ]


def attachable(hidden: Hidden) -> list[tuple[str, ...]]:
    return [("incidents.incident", str(one.pk)) for one in hidden.incidents]


# What stands in the second hole of an address: a section of the questionnaire, a version, a file of the form.
KNOWN = {"section": "law", "number": "1", "before": "1", "after": "1", "name": "a.png"}
NONSENSE = "00000000-0000-7000-8000-000000000000"
# Prefix of the path -> the values of its holes. The longest prefix that fits counts.
RECIPES: dict[str, Values] = {
    "files/": of("files"),
    "files/attach/": attachable,
    "imports/uploads/": of("uploads"),
    "imports/": of("batches"),
    "jobs/": of("jobs"),
    "notices/": of("notices"),
    "line/": incidents,
    "comments/": of("comments"),
    "comments/on/": incidents,
    "api/v1/comments/": of("comments"),
    "api/v1/comments/on/": incidents,
    "proposed-changes/": of("proposals"),
    "proposed-changes/of/": incidents,
    "api/v1/proposed-changes/": of("proposals"),
    "api/v1/proposed-changes/of/": incidents,
    "following/": of("followings"),
    "following/end/": lambda hidden: [("no-such-token",)],
    "api/v1/following/": of("followings"),
    "duplicates/<str:noun>/": lambda hidden: [("incident",), ("no-such-noun",)],
    "duplicates/<str:noun>/<str:left>/": two_of("incident"),
    "duplicates/merges/": lambda hidden: [(NONSENSE,)],
    "api/v1/<path:rest>": lambda hidden: [("no-such-thing",)],
    "api/v1/duplicates/": lambda hidden: [("incident",), ("no-such-noun",)],
    "api/v1/duplicates/<noun>/<key>/": incidents,
    "line/<str:noun>/<uuid:key>/links/": links_of,
    "people/": people,
    "people/invitations/": of("invitations"),
    "invitation/": lambda hidden: [("no-such-token",)],
    "invitation/<str:token>/through/": lambda hidden: [("no-such-token", "no-such-provider")],
    "account/tokens/": of("tokens"),
    "account/phones/": of("phones"),
    "phones/": answered(),
    "phones/<str:reference>/files/": answered("photo.txt"),
    "phones/forms/": of("arrivals"),
    "openrosa/forms/": answered(),
    "openrosa/forms/<str:reference>/media/": answered("a.png"),
    # One wrong secret each: many would end in 'try again later'.
    "openrosa/key/": lambda hidden: [("no-such-secret",)],
    "openrosa/key/<str:token>/forms/": lambda hidden: [("no-such-secret", "RT-2026-000001")],
    "openrosa/key/<str:token>/forms/<str:reference>/media/": lambda hidden: [("no-such-secret", "RT-1", "a.png")],
    "api/v1/batches/": of("batches"),
    "api/v1/jobs/": of("jobs"),
    "api/v1/uploads/": of("uploads"),
    "charts/ground/": lambda hidden: [("19_40_23_46",), ("nowhere",)],
    "accounts/sessions/": lambda hidden: [("1",), ("999999",)],
    "accounts/2fa/webauthn/keys/": lambda hidden: [("1",), ("999999",)],
    "accounts/oidc/": lambda hidden: [("no-such-provider",)],
    "accounts/social/": lambda hidden: [("connections/",)],
    "accounts/confirm-email/": lambda hidden: [("abc",)],
    "accounts/password/reset/key/": lambda hidden: [("1", "set-password")],
    "ask/download.": formats(*downloads.FORMATS),
    "scorecards/": lambda hidden: [("ROADMAP-2024",), ("no-such-framework",)],
    "scorecards/<str:code>/values.": lambda hidden: [("ROADMAP-2024", fmt) for fmt in ("csv", "xlsx")],
    "scorecards/<str:code>/<str:key>/": lambda hidden: [("ROADMAP-2024", "ROADMAP-2024.KPI-6")],
    "api/v1/scorecards/": lambda hidden: [("ROADMAP-2024",)],
    "training/calendar/feeds/": lambda hidden: [(str(one),) for one in Feed.objects.values_list("pk", flat=True)],
    "training/feeds/": lambda hidden: [("no-such-address",)],
    "training/people/": lambda hidden: [(str(one),) for one in Person.objects.values_list("pk", flat=True)],
    "training/mine/": lambda hidden: [(str(one),) for one in Place.objects.values_list("pk", flat=True)],
    "training/mine/sessions/": keys_in(Cascade),
    "training/pairings/": keys_in(Pairing),
    "training/pairings/applications/": keys_in(Application),
    "check-in/": lambda hidden: [
        ("no-such-badge",),
        *((token_of(one),) for one in Place.objects.values_list("pk", flat=True)),
    ],
    "training/certificates/": lambda hidden: [
        (str(one),) for one in [*Certificate.objects.values_list("pk", flat=True), NONSENSE]
    ],
    "warnings/": lambda hidden: [(str(one),) for one in [*Flag.objects.values_list("pk", flat=True), NONSENSE]],
    "warnings/subscriptions/": lambda hidden: [(NONSENSE,)],
    "api/v1/warnings/": lambda hidden: [(str(one),) for one in [*Flag.objects.values_list("pk", flat=True), NONSENSE]],
    "api/v1/warnings/subscriptions/": lambda hidden: [(NONSENSE,)],
    "public/": lambda hidden: [("en",), ("xx",)],
    "public/<str:language>/releases/": lambda hidden: [("en", "RL-2024-000001"), ("en", "RL-2024-000099")],
    "public/<str:language>/releases/<str:reference>/figures/": lambda hidden: [
        ("en", "RL-2024-000001", "incidents/2024-Q1/SEE-7")
    ],
    "public/data/": lambda hidden: [(key, fmt) for key in ("RL-2024-000001", "none") for fmt in ("csv", "json", "exe")],
    "templates/": lambda hidden: [("quarterly-monitor",), ("no-such-document",)],
    "templates/<slug:template>/house.": lambda hidden: [("quarterly-monitor", "docx"), ("quarterly-monitor", "exe")],
    "templates/<slug:template>/<str:fmt>/": lambda hidden: [("quarterly-monitor", "docx"), ("none", "exe")],
    "template-editions/": keys_in(Layout),
    "api/v1/templates/": lambda hidden: [("quarterly-monitor",), ("no-such-document",)],
    "api/v1/templates/<template>/house.": lambda hidden: [("quarterly-monitor", "docx"), ("none", "exe")],
    "api/v1/template-editions/": keys_in(Layout),
    "views/": keys_in(SavedView),
    "views/new/": lambda hidden: [("incident",), ("no-such-noun",)],
    "views/whole/": lambda hidden: [("incident",), ("no-such-noun",)],
    "bulk/": lambda hidden: [("incident",), ("source",), ("no-such-noun",)],
    "bulk/changes/": keys_in(BulkChange),
    "api/v1/views/": keys_in(SavedView),
    "api/v1/views/usual/": lambda hidden: [("incident",), ("no-such-noun",)],
    "api/v1/bulk/": lambda hidden: [("incident",), ("no-such-noun",)],
    "api/v1/bulk/changes/": keys_in(BulkChange),
    "verify/": lambda hidden: [("no-such-code",)],
    # One that was never given out: many would end in 'try again later'.
    "evaluate/": lambda hidden: [("no-such-secret",)],
    "training/evaluation/superior/": keys_in(Place),
    "dashboard/": lambda hidden: [(one,) for one in dashboards.dashboards],
}


def recipe(route: Route, hidden: Hidden) -> list[tuple[str, ...]] | None:
    """The values to try in the route's holes; None if nobody has said any."""
    if not route.arguments:
        return [()]
    noun = of_noun(route)
    if noun is not None:
        return noun_values(route, noun, hidden)
    fitting = [prefix for prefix in RECIPES if route.path.startswith(prefix)]
    return RECIPES[max(fitting, key=len)](hidden) if fitting else None


def of_noun(route: Route) -> str | None:
    """The plural of the noun whose page (or API route) this is."""
    path = re.sub(r"^api/v\d+/", "", route.path)
    plural = path.partition("/")[0]
    return plural if registry.for_plural(plural) else None


def editions(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(str(one.questionnaire_id), str(one.number)) for one in Edition.objects.all()]


def returns_in_rounds(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(str(one.round_id), str(one.pk)) for one in Return.objects.all()]


def parts_of_returns(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(NONSENSE, NONSENSE), *((str(one.of_id), str(one.pk)) for one in Part.objects.all())]


def kept_answers(model: type[Return | Part]) -> Values:
    """Every return or part with every file somebody uploaded: a filled-in sheet is its sender's own."""
    return lambda hidden: [
        (str(one.pk), str(file)) for one in model.objects.all() for file in [*keys_of(StoredFile), NONSENSE]
    ]


def answers_of_rounds(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(str(one.pk), fmt) for one in Round.objects.all() for fmt in ("csv", "xlsx")]


def positions_topics(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(str(one.position_id), one.topic.code) for one in PositionLine.objects.select_related("topic")]


def topics_of_exercises(hidden: Hidden) -> list[tuple[str, ...]]:
    return [(one.exercise.reference, one.code) for one in Topic.objects.select_related("exercise")]


# The same for addresses below a noun whose other holes are no records of their own.
def calls_of_activities(*more: str) -> Values:
    """Every call to evaluate, under its activity."""
    return lambda hidden: [
        (reference, str(key), *more) for reference, key in Evaluation.objects.values_list("activity__reference", "pk")
    ]


BELOW_NOUNS: dict[str, Values] = {
    "activities/<str:key>/evaluation/<uuid:call>/": calls_of_activities(),
    "activities/<str:key>/evaluation/<uuid:call>/answers.<str:fmt>": calls_of_activities("csv"),
    "api/v1/activities/<key>/evaluation/<call>/send": calls_of_activities(),
    "api/v1/activities/<key>/evaluation/<call>/answers.<fmt>": calls_of_activities("csv"),
    "positions/<str:key>/adjust/<str:code>/": positions_topics,
    "exercises/<str:key>/topics/<str:code>/": topics_of_exercises,
    "exercises/<str:key>/topics/<str:code>/entry/": topics_of_exercises,
    "questionnaires/<str:key>/editions/<int:number>/": editions,
    "questionnaires/<str:key>/editions/<int:number>/form.xlsx": editions,
    "questionnaires/<str:key>/editions/<int:number>/media/<str:name>": lambda hidden: [
        (*one, "map.png") for one in editions(hidden)
    ],
    "questionnaires/<str:key>/changes/<int:before>-<int:after>/": lambda hidden: [
        (*one, one[1]) for one in editions(hidden)
    ],
    "rounds/<str:key>/returns/<str:ref>/more-time/": returns_in_rounds,
    "rounds/<str:key>/returns/<str:ref>/ask-no-longer/": returns_in_rounds,
    "returns/<str:key>/parts/<str:ref>/send-back/": parts_of_returns,
    "returns/<str:key>/parts/<str:ref>/withdraw/": parts_of_returns,
    "returns/<str:key>/excel/<uuid:file>/": kept_answers(Return),
    "returns/<str:key>/excel/<uuid:file>/discard/": kept_answers(Return),
    "parts/<str:key>/excel/<uuid:file>/": kept_answers(Part),
    "parts/<str:key>/excel/<uuid:file>/discard/": kept_answers(Part),
    "rounds/<str:key>/answers.<str:fmt>": answers_of_rounds,
    "api/v1/rounds/<key>/answers.<fmt>": answers_of_rounds,
}


def noun_values(route: Route, plural: str, hidden: Hidden) -> list[tuple[str, ...]] | None:
    """Every record there is (some rows of reference data), by reference or UUID; exports in every format."""
    resource = registry.for_plural(plural)
    assert resource is not None
    if route.path in BELOW_NOUNS:
        return BELOW_NOUNS[route.path](hidden)
    if route.arguments == ["fmt"]:
        return [(fmt,) for fmt in exporting.FORMATS]
    if route.arguments == ["template", "fmt"]:
        return [("quarterly-monitor", "docx"), ("no-such-document", "pptx")]
    if route.arguments == ["key"] and resource.is_record:
        rows = resource.model._default_manager.all()
        return [(row.reference if route.path.endswith(">/") else str(row.pk),) for row in rows]
    keys = [str(key) for key in resource.model._default_manager.values_list("pk", flat=True)]
    if route.arguments == ["key", "fmt"]:
        return [(key, fmt) for key in keys for fmt in ("docx", "pdf", "xlsx")]
    if route.arguments == ["key", "number", "panel"]:
        return [(key, "1", "0") for key in keys]
    if route.arguments[0] == "key":
        rows = resource.model._default_manager.all()[: None if resource.is_record else 3]
        rest = [KNOWN.get(argument, NONSENSE) for argument in route.arguments[1:]]
        return [(str(row.pk), *rest) for row in rows]
    return None


def questions(route: Route) -> list[str]:
    """Query strings to try a route with: every figure in every slice, every search and filter."""
    if route.path.startswith("ask/download"):
        return [f"measure={one}&period={PERIOD}&by=jurisdiction" for one in ("incidents", "people-killed")]
    if route.path.startswith("ask/"):
        return figures()
    if route.path in {"search/", "search/quick/", "api/v1/search"}:
        return [
            "",
            "q=quarrel",
            "q=zqnarrative",
            "q=zqnarrativ",
            "q=AV-2024-000001",
            "q=shots&kind=incident",
            "q=police",
        ]
    if route.path.startswith("training/multiplication/"):
        return ["", "days=30", "jurisdiction=RS"]
    if route.path.endswith(("training/evaluation/", "training/evaluation")):
        return ["", f"year={PERIOD}&level=3", "level=x&project=none"]
    if route.path.startswith("training/calendar/"):
        return [
            "",
            *(f"view={view}&on=2020..2024" for view in ("list", "timeline")),
            "mine=1",
            "language=en",
            "jurisdiction=RS",
        ]
    if route.path.endswith("training/achievements/") or route.path.endswith("training/achievements"):
        return ["", "project=all", f"project=all&period={PERIOD}&jurisdiction=RS&sector=police"]
    if route.path.startswith("dashboard/"):
        return [f"period={PERIOD}&compare=last-year"]
    if route.path.startswith(("incidents/", "api/v1/incidents/")) and not route.arguments:
        return ["", "q=quarrel", "q=zqnarrative", "state=draft", "handling=red", "sort=-created_at", "bbox=20,44,21,45"]
    return [""]


def figures() -> list[str]:
    """Every measure, as a total and in one slice; together the slices use every dimension."""
    found = []
    for turn, one in enumerate(measures.measures.values()):
        names = list(measures.dimensions_of(one))
        chosen = {names[turn % len(names)], names[(3 * turn + 1) % len(names)]}
        by = "".join(f"&by={name}" for name in sorted(chosen))
        found += [f"measure={one.id}&period={PERIOD}", f"measure={one.id}&period={PERIOD}&compare=last-year{by}"]
    return found
