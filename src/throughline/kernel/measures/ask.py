"""Asking: the door that dashboards, reports, pages, the API and the command line come in by."""

from collections.abc import Iterable
from uuid import UUID

from throughline.kernel.access.audiences import readable_audiences
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import facts
from throughline.kernel.measures.answering import Desk
from throughline.kernel.measures.answers import ALL, Answer
from throughline.kernel.measures.plans import Key
from throughline.kernel.measures.questions import Question


def open_desk(viewer: Viewer) -> Desk:
    """A desk at which any number of this viewer's questions are answered from the records as they are now."""
    return Desk(viewer, tuple(readable_audiences(viewer)), facts.freshen())


def ask(question: Question, viewer: Viewer) -> Answer:
    """The answer to one question, as this viewer may have it."""
    return open_desk(viewer).answer(question)


def ask_all(questions: Iterable[Question], viewer: Viewer) -> list[Answer]:
    """The answers to several questions, all from the same state of the records (a dashboard, a report)."""
    desk = open_desk(viewer)
    return [desk.answer(question) for question in questions]


def behind(question: Question, keys: Key | None, viewer: Viewer) -> list[UUID]:
    """The records a cell was computed from (keys None: the total; ALL for a dimension that is summed over)."""
    return open_desk(viewer).behind(question, keys)


__all__ = ["ALL", "Answer", "Desk", "Question", "ask", "ask_all", "behind", "open_desk"]
