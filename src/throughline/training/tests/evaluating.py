"""A finished course whose evaluation is asked for, and people who answer it, for tests."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.notify.models import Mail
from throughline.kernel.testing.worlds import World
from throughline.training.badge_codes import secret_of
from throughline.training.models import Activity, Evaluation, Place, Ticket
from throughline.training.services import evaluating, sending
from throughline.training.standard_forms import STANDARD
from throughline.training.tests.delivering import attend, make_course


def done_course(world: World, number: int = 6, **given: Any) -> Activity:
    """A course that ended yesterday, which so many people of Serbia attended whole."""
    course = make_course(world, people=("RS",) * number, **given)
    attend(world, course, *[(100, 100)] * number)
    advance(world.viewer("sofia"), record=course, transition="finish")
    course.refresh_from_db()
    return course


def form_of(world: World, code: str) -> Any:
    """The newest edition of a standard form; made where it is missing."""
    evaluating.make_standard_forms(world.viewer("sofia"), programme=world.programme)
    return evaluating.standard_edition(next(one for one in STANDARD if one.code == code), world.programme)


def plan(world: World, activity: Activity, code: str = "reaction-participant", **given: Any) -> Evaluation:
    """A call planned by the team with a standard form; its level and role follow from it."""
    form = next(one for one in STANDARD if one.code == code)
    values = {"edition": form_of(world, code), "level": form.level, "role": form.role, **given}
    return evaluating.plan(world.viewer("sofia"), activity=activity, values=values)


def sent(world: World, activity: Activity, code: str = "reaction-participant", **given: Any) -> Evaluation:
    call = plan(world, activity, code, **given)
    sending.send_now(world.viewer("sofia"), evaluation=call)
    call.refresh_from_db()
    return call


def say(call: Evaluation, *sheets: dict[str, str]) -> None:
    """As many of those asked answer as there are sheets."""
    for ticket, answers in zip(call.tickets.filter(used=False).order_by("id"), sheets, strict=False):
        evaluating.answer(Viewer.nobody(), ticket=ticket, answers=answers)


def over(call: Evaluation) -> Evaluation:
    """The last day of the call has passed, and the duty came by."""
    Evaluation.objects.filter(pk=call.pk).update(closes_on=timezone.localdate() - timedelta(days=1))
    sending.close_due(Viewer.nobody())
    call.refresh_from_db()
    return call


def address(ticket: Ticket) -> str:
    return f"/evaluate/{secret_of(ticket.pk)}/"


def mailed() -> list[str]:
    """The secret addresses in the mails that wait, in the order they were written."""
    texts = Mail.objects.order_by("written_at").values_list("text", flat=True)
    return [found for text in texts for found in re.findall(r"/evaluate/[\w-]+/", text)]


def send_in(client: Client, path: str, **answers: str) -> Any:
    """Open the page as a browser would and send it with these answers."""
    page = client.get(path).content.decode()
    given = {f"was:{place}": "" for place in re.findall(r'name="was:([^"]+)"', page)}
    return client.post(path, given | {f"now:{place}": value for place, value in answers.items()})


def place_of(activity: Activity, number: int = 1) -> Place:
    found: Place = activity.places.get(order=number)
    return found
