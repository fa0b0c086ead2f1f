"""The sentence for each verb: 'incident.verify' reads 'verified'."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

sentences: dict[str, str | Promise] = {}


def register(more: dict[str, str | Promise]) -> None:
    sentences.update(more)


def sentence(verb: str) -> str:
    """What a reader sees; a refused attempt says so."""
    if verb.endswith(".refused"):
        return _("tried and was refused: %(what)s") % {"what": sentence(verb.removesuffix(".refused"))}
    return str(sentences.get(verb, verb.rpartition(".")[2].replace("-", " ")))


def doer(actor_text: str) -> str:
    """Who did it, as a page says it; history takes down what runs by itself as nobody's deed."""
    return _("the program, by itself") if actor_text == "nobody" else actor_text
