"""Which documents can be built: apps declare their templates here, in `apps.py ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.reporting.blocks import Block
from throughline.kernel.reporting.blocks import Heading as HeadingBlock

if TYPE_CHECKING:
    from throughline.kernel.reporting.context import Context

Text = str | Promise


@dataclass(frozen=True)
class BlockSpec:
    """One section of a document: its heading, and what builds its blocks from measures.

    `build` gives nothing when the section has nothing to say; its heading is then left out too.
    A section without a `label` brings its own headings. Sections follow one another on the page;
    `new_page` starts one afresh.
    """

    id: str
    label: Text
    build: "Callable[[Context], Iterable[Block]]"
    new_page: bool = False

    def blocks(self, context: "Context") -> list[Block]:
        made = list(self.build(context))
        if not made:
            return made
        if self.label:
            return [HeadingBlock(str(self.label), new_page=self.new_page, section=self.id), *made]
        if isinstance(made[0], HeadingBlock):
            made[0] = replace(made[0], section=self.id)
        return made


@dataclass(frozen=True)
class Cover:
    """What the cover says of this one document, where its title and period alone do not say enough."""

    title: str
    subtitle: str = ""
    period: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Template:
    """A kind of document: sections in their order, and the periods it may be built for.

    `handling` is the code the finished document carries unless its builder chooses another. `cover` words the
    cover from what the document is built for; `illustrative` is what documents made of invented data say of it.
    `about` is what a document about one thing calls it ('Activity'): the thing's reference stands in place of the scope,
    its page builds it, and its sections refuse a reference they cannot use. A `focused` one is about a question of
    the builder's choosing (`focus.py`).
    """

    id: str
    title: Text
    description: Text
    blocks: tuple[BlockSpec, ...]
    periods: tuple[str, ...] = ("quarter",)
    handling: str = "clear"
    cover: "Callable[[Context], Cover] | None" = None
    illustrative: Text = ""
    about: Text = ""
    focused: bool = False


templates: dict[str, Template] = {}


def register(*declared: Template) -> None:
    templates.update({template.id: template for template in declared})


def template(identity: str) -> Template:
    """The template of that id; Invalid, with the ids there are, if none has it."""
    if identity in templates:
        return templates[identity]
    message = _("There is no document called '%(id)s'. There are: %(all)s") % {
        "id": identity,
        "all": ", ".join(templates),
    }
    raise Invalid([Problem("template", message, identity)])
