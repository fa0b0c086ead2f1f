"""How a noun declares its states and the ways between them. Data only; `services.advance` walks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer

Label = Any  # a str or a lazy translation


@dataclass(frozen=True)
class State:
    """A state: `private` records are the owner's alone, `counts` lets them into figures.

    `waits` names, on the home page, the work of those who can take a main step from here.
    """

    code: str
    label: Label
    tone: str = "neutral"  # neutral, waiting, good, attention, stop
    private: bool = False
    counts: bool = False
    final: bool = False
    waits: Label = ""


@dataclass(frozen=True)
class Actor:
    """Who may take a transition: a role, held by someone of the owner or anywhere in the programme."""

    role: Role
    of: str = "owner"  # owner, programme


@dataclass(frozen=True)
class Transition:
    """One way from some states to another.

    `not_author` asks for a second person: neither who wrote the record nor who sent it last.
    `deadline_days` is the time the next one has; `notifies` names roles of the owner, or 'author'.
    `rule` says what must hold of the record first, given the comment; `then` does what the step brings with it,
    in the same transaction and after the new state is written: it calls or is part of a verb, with the actor.
    """

    name: str
    label: Label
    sources: tuple[str, ...]
    target: str
    allowed: tuple[Actor, ...]
    not_author: bool = False
    needs_comment: bool = False
    deadline_days: int | None = None
    notifies: tuple[str, ...] = ()
    done: Label = ""
    main: bool = False
    rule: Callable[[Any, str], Iterable[Problem]] | None = None
    then: Callable[[Viewer, Any, str], None] | None = None


@dataclass(frozen=True)
class Flow:
    """The states of one model and the transitions between them; the first state is the start.

    Where records name people, comments may too: `names_people` keeps them with the step, where erasing a person wipes
    them, and out of messages and of history, which cannot be unwritten and tells only that one was given.
    """

    model: type
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    names_people: bool = False
    by_code: dict[str, State] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {state.code: state for state in self.states})
        for transition in self.transitions:
            for code in (*transition.sources, transition.target):
                if code not in self.by_code:
                    message = f"{transition.name} names the unknown state {code}"
                    raise ValueError(message)

    @property
    def noun(self) -> str:
        return self.model._meta.model_name  # type: ignore[attr-defined, no-any-return]

    def state(self, code: str) -> State:
        return self.by_code[code]

    def transition(self, name: str) -> Transition | None:
        return next((one for one in self.transitions if one.name == name), None)

    def counting(self) -> frozenset[str]:
        return frozenset(state.code for state in self.states if state.counts)
