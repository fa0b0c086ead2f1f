"""A round of 40 jurisdictions beside one of 4: 300 questions each, 10 institutions in each jurisdiction.

    python benchmarks/rounds.py

One run makes both rounds by the verbs people use (every return of the round on indicators is put together from ten
parts; a second round is on overall targets), then measures what the secretariat waits for: the page of the round,
the page of the scorecard, a return put together from its parts, both reports built and written in every format.
Times are the fastest of some runs (documents: of one); the ratio is 40 jurisdictions to 4, both in this process, on this database.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

FEW, MANY = 4, 40
GOALS, PER_GOAL = 10, 5  # indicators; each is six questions: is there anything, the total, four parts
TARGETS_PER_GOAL = 10  # each is three questions: status, text, text in English
PARTS = "\n".join(f"p{number}: Part {number}" for number in range(1, 5))
TEXT = "The working group met twice and agreed on a draft, which is with the institutions for comments. " * 2
PERIOD, HALF = "2024", "2024-H1"


@dataclass
class World:
    """One programme of a size, and what was made in it."""

    size: int
    programme: Any
    framework: Any
    viewers: dict[str, Any]
    rounds: dict[str, Any] = field(default_factory=dict)
    reports: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--times", type=int, default=7, help="how often each page is asked for")
    options.add_argument("--many", type=int, default=MANY, help="how many jurisdictions the larger round has")
    options.add_argument("--institutions", type=int, default=10, help="how many institutions a return is shared among")
    options.add_argument("--profile", default="", help="show where the time of one line goes, such as 'scorecard'")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-", ignore_cleanup_errors=True) as folder:
        os.environ["THROUGHLINE_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
        import django  # reason: the data folder must be named first

        django.setup()
        from django.core.management import call_command  # reason: as above

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        compare(given.many, given.institutions, given.times, given.profile)


def compare(many: int, institutions: int, times: int, profile: str) -> None:
    """Make both sizes, measure both, print."""
    from django.test.utils import setup_test_environment  # reason: Django is set up by now, not before

    setup_test_environment()
    made = []
    for size in (FEW, many):
        start = perf_counter()
        made.append(fill(build_world(size, institutions), institutions))
        print(f"{size} jurisdictions made in {perf_counter() - start:.0f} s", flush=True)
    few, more = (measures(world) for world in made)
    print(f"\n{'':44} {FEW:>8} {many:>8}  {'ratio':>6}")
    for name, one in few.items():
        repeat = times if one.often else 1
        one.call()  # the first, in which things are imported, compiled and kept, is not measured
        if one.often:
            more[name].call()
        short, long_ = taken(one.call, repeat), taken(more[name].call, repeat)
        print(f"{name:44} {said(short):>8} {said(long_):>8}  {long_ / short:6.2f}", flush=True)
        if profile and profile in name:
            profiled(more[name].call)


@dataclass(frozen=True)
class Measure:
    call: Callable[[], Any]
    often: bool = True


def taken(call: Callable[[], Any], times: int) -> float:
    """The fastest of some runs: what else the machine does only ever adds."""
    found = []
    for _time in range(times):
        start = perf_counter()
        call()
        found.append(perf_counter() - start)
    return min(found)


def said(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def profiled(call: Callable[[], Any]) -> None:
    import cProfile  # reason: only with --profile
    import pstats  # reason: as above

    with cProfile.Profile() as profile:
        call()
    pstats.Stats(profile).sort_stats("cumtime").print_stats(40)


# ---- what is measured


def measures(world: World) -> dict[str, Measure]:
    """What the secretariat waits for, by the name that is printed."""
    from django.urls import reverse  # reason: Django is set up by now, not before

    from throughline.kernel.reporting.render import FORMATS  # reason: as above

    board = reverse("round-detail", args=[world.rounds["kpi"].reference])
    card = f"{reverse('scorecard-detail', args=[world.framework.code])}?period={PERIOD}"
    found = {
        "page of the round": Measure(lambda: page(world, board)),
        "page of the scorecard": Measure(lambda: page(world, card)),
        "a return put together from its parts": Measure(lambda: put_together(world)),
    }
    for template, period in (("roadmap-narrative", HALF), ("roadmap-kpi", PERIOD)):
        found[f"{template} built"] = Measure(partial(build_report, world, template, period), often=False)
        for fmt in FORMATS:
            found[f"{template} as {fmt}"] = Measure(partial(write, world, template, fmt), often=False)
    return found


def page(world: World, address: str) -> None:
    """The page as the secretariat gets it, signed in."""
    from django.test import Client  # reason: Django is set up by now, not before

    client = Client()
    client.force_login(world.viewers["office"][0])
    answer = client.get(address)
    if answer.status_code != 200:
        message = f"{address}: {answer.status_code} {answer.headers.get('Location', '')}"
        raise SystemExit(message)


def put_together(world: World) -> None:
    """One return, consolidated from all its parts, and taken back again."""
    from django.db import transaction  # reason: Django is set up by now, not before

    from throughline.kernel.rounds import services  # reason: as above
    from throughline.kernel.rounds.models import Return, Round  # reason: as above

    with transaction.atomic():
        asked = world.rounds["kpi"]
        Round.objects.filter(pk=asked.pk).update(state="open")
        ret = Return.objects.filter(round=asked).select_related("sheet", "round", "owner").first()
        ret.sheet.answers, ret.sheet.stamps = {}, {}
        ret.sheet.save()
        Return.objects.filter(pk=ret.pk).update(state="asked")
        services.take_over(world.viewers["everyone"][1], ret=ret)
        transaction.set_rollback(True)


def build_report(world: World, template: str, period: str) -> None:
    from throughline.kernel.reporting.services import build  # reason: Django is set up by now, not before

    world.reports[template] = build(
        world.viewers["office"][1],
        template=template,
        period=period,
        scope=world.programme.scope.code,
        programme=world.programme,
    )


def write(world: World, template: str, fmt: str) -> None:
    from throughline.kernel.reporting.render import render  # reason: Django is set up by now, not before

    render(world.reports[template].snapshot, fmt)


# ---- what it is measured on


def build_world(size: int, institutions: int) -> World:
    """Jurisdictions, a Commission and its institutions in each, a programme, two people and a framework."""
    from throughline.kernel.access.choices import Role  # reason: Django is set up by now, not before
    from throughline.people.models import Membership, RoleGiven, User  # reason: as above
    from throughline.people.queries import viewer_for  # reason: as above
    from throughline.reference.models import (  # reason: as above
        Jurisdiction,
        Organisation,
        Programme,
        Scope,
        ScopeMember,
    )

    scope = Scope.objects.create(code=f"BENCH-{size}", name=f"{size} jurisdictions")
    office = Organisation.objects.create(code=f"office-{size}", name=f"Secretariat {size}", kind="secretariat")
    programme = Programme.objects.create(
        code=f"BENCH-{size}", name=f"Benchmark of {size}", secretariat=office, scope=scope, illustrative=True
    )
    letter = "F" if size == FEW else "M"
    places = [
        Jurisdiction(
            code=f"{letter}{number:02}", alpha3=f"{letter}{number:02}", name=f"Land {number}", capital=f"Town {number}"
        )
        for number in range(size)
    ]
    Jurisdiction.objects.bulk_create(places)
    ScopeMember.objects.bulk_create([ScopeMember(scope=scope, jurisdiction=place) for place in places])
    organisations = [
        Organisation(code=f"{place.code}-{key}".lower(), name=f"{name}, {place}", kind=kind, jurisdiction=place)
        for place in places
        for key, name, kind in [
            ("salw", "Commission", "commission"),
            *((f"i{number}", f"Institution {number}", "police") for number in range(institutions)),
        ]
    ]
    Organisation.objects.bulk_create(organisations)
    viewers = {}
    for name, role, belongs in (
        ("office", Role.SECRETARIAT, [office]),
        ("everyone", Role.VERIFIER, organisations),
    ):
        user = User.objects.create(email=f"{name}.{size}@example.org", name=f"{name} {size}", illustrative=True)
        Membership.objects.bulk_create([Membership(user=user, organisation=one) for one in belongs])
        RoleGiven.objects.create(user=user, programme=programme, role=role)
        viewers[name] = (user, viewer_for(user))
    return World(size, programme, build_framework(programme, size), viewers)


def build_framework(programme: Any, size: int) -> Any:
    """Ten goals, fifty indicators, a hundred overall targets; baselines come with an earlier year or not at all."""
    from throughline.results.models import (  # reason: Django is set up by now, not before
        Framework,
        Goal,
        Indicator,
        IndicatorVersion,
        OverallTarget,
    )

    code = f"BENCH-{size}"
    framework = Framework.objects.create(programme=programme, code=code, title=f"Framework {size}")
    order = 0
    for number in range(1, GOALS + 1):
        goal = Goal.objects.create(framework=framework, code=f"{code}.G{number}", number=number, title=f"Goal {number}")
        for _one in range(PER_GOAL):
            order += 1
            indicator = Indicator.objects.create(
                framework=framework, goal=goal, code=f"{code}.KPI-{order}", label=f"KPI {order}", order=order
            )
            IndicatorVersion.objects.create(
                indicator=indicator,
                code=f"{indicator.code}.v1",
                title=f"Indicator {order}",
                unit="weapons",
                disaggregation=PARTS,
            )
        OverallTarget.objects.bulk_create(
            [
                OverallTarget(goal=goal, code=f"{goal.code}.T{one}", number=one, text=f"Target {number}.{one}")
                for one in range(1, TARGETS_PER_GOAL + 1)
            ]
        )
    return framework


def fill(world: World, institutions: int) -> World:
    """Both rounds, answered and accepted; that on indicators in parts."""
    from throughline.kernel.rounds import services  # reason: Django is set up by now, not before
    from throughline.kernel.rounds.models import Part, Return  # reason: as above

    office, everyone = world.viewers["office"][1], world.viewers["everyone"][1]
    for asking, period in (("kpi", PERIOD), ("narrative", HALF)):
        asked = world.rounds[asking] = ask(world, asking, period)
        questions = list(asked.edition.form.questions())
        for number, ret in enumerate(Return.objects.filter(round=asked).select_related("round__edition", "owner")):
            given = answers(questions, number)
            if asking == "kpi":
                for institution in institutions_of(ret, institutions):
                    part = services.share_out(everyone, ret=ret, organisation=institution)
                    services.replace(everyone, holder=part, answers=given, via="api")
                    services.hand_in(everyone, part=Part.objects.get(pk=part.pk))
                services.take_over(everyone, ret=ret)
            else:
                services.replace(everyone, holder=ret, answers=given, via="api")
            services.submit(everyone, ret=ret)
            services.accept(office, ret=ret)
    print(f"  {len(questions)} questions in each round", flush=True)
    return world


def institutions_of(ret: Any, institutions: int) -> list[Any]:
    from throughline.reference.models import Organisation  # reason: Django is set up by now, not before

    found = Organisation.objects.filter(jurisdiction=ret.owner.jurisdiction, kind="police").order_by("code")
    return list(found[:institutions])


def ask(world: World, asking: str, period: str) -> Any:
    """A round of all Commissions, with the form made from the framework."""
    from django.utils import timezone  # reason: Django is set up by now, not before

    from throughline.kernel.rounds import registry, services  # reason: as above
    from throughline.reference.models import Organisation  # reason: as above

    office = world.viewers["office"][1]
    kept = services.keep_questionnaire(office, programme=world.programme, title=f"{asking} {world.size}", asking=asking)
    make = registry.get(asking).make_form
    content = make(office, world.framework.code) if make else b""
    edition = services.add_edition(office, questionnaire=kept, content=content, name="form.xlsx", origin="generated")
    today = timezone.localdate()
    prepared = services.prepare(
        office,
        programme=world.programme,
        edition=edition,
        title=f"{asking} {period}",
        period=period,
        opens_on=today,
        due_on=today + timedelta(days=30),
        opens_to="green",
        asked=list(
            Organisation.objects.filter(
                kind="commission", jurisdiction__in=world.programme.scope.members.values("jurisdiction")
            )
        ),
    )
    return services.open_round(office, round=prepared)


def answers(questions: list[Any], number: int) -> dict[str, str]:
    """An answer to every question, in the manner of its role."""
    found = {}
    for one in questions:
        role = one.extra.get("role", "")
        if role.startswith("cell:"):
            found[one.path] = str(10 + number)
        elif role:
            found[one.path] = {
                "answer": "given",
                "value": str(100 + 10 * number),
                "status": ("in-progress", "on-track")[number % 2],
            }.get(role, TEXT)
    return found


if __name__ == "__main__":
    main()
