"""The flows of all nouns, registered by their apps at start."""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.flow.declare import Flow
from throughline.kernel.history import verbs

_flows: dict[type, Flow] = {}


def register(flow: Flow) -> None:
    _flows[flow.model] = flow
    verbs.register({f"{flow.noun}.{one.name}": one.done or one.label for one in flow.transitions})


def flow_for(model: type) -> Flow | None:
    return _flows.get(model)


verbs.register({"flow.advance": _("moved on")})
