"""The tasks there are: `@task("name")` on a function taking a Run and its arguments by keyword."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from throughline.kernel.jobs.run import Outcome

    Work = Callable[..., Outcome | None]


@dataclass(frozen=True)
class Task:
    """A kind of work: how it is called, what does it, how often it is taken up again after a dead worker."""

    name: str
    title: str | Promise
    work: "Work"
    attempts: int


@dataclass(frozen=True)
class Duty:
    """Something a worker does by itself every so often, such as sending mail. It acts for nobody."""

    name: str
    every: float
    work: Callable[[], Any]


tasks: dict[str, Task] = {}
duties: dict[str, Duty] = {}


def task(name: str, *, title: str | Promise, attempts: int = 3) -> Callable[["Work"], "Work"]:
    """Register the function as what is done for jobs of this name.

    The function must bear being run twice: it looks at `run.checkpoint` first, and saves one
    (`run.save_checkpoint`) in the transaction of each part it has finished.
    """

    def decorate(work: "Work") -> "Work":
        tasks[name] = Task(name=name, title=title, work=work, attempts=attempts)
        return work

    return decorate


def duty(name: str, *, every: float) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a function of no arguments that some worker calls every so many seconds."""

    def decorate(work: Callable[[], Any]) -> Callable[[], Any]:
        duties[name] = Duty(name=name, every=every, work=work)
        return work

    return decorate
