"""The verb of measures: handing out figures as a file."""

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures import downloads
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question


@verb("measure.export", whole=False)
def export(actor: Viewer, *, question: Question, fmt: str) -> tuple[bytes, str]:
    """The answer as a file ('csv' or 'xlsx') and its content type; history keeps who took which figures.

    Order: ask, as the actor; write history; write the file. Invalid, if the question cannot be asked.
    """
    answer = ask(question, actor)
    note(None, after={"question": question.to_query(), "format": fmt, "rows": len(answer.cells) + 1})
    return downloads.FORMATS[fmt](answer)
