from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "throughline.needs"
    label = "needs"
    verbose_name = "Training needs"

    def ready(self) -> None:
        from throughline.kernel.flow import registry as flows  # reason: models are loaded by now, not before
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.reporting import registry as documents  # reason: as above
        from throughline.kernel.reporting.models import Report  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.rounds import registry as rounds  # reason: as above
        from throughline.kernel.trace import kinds  # reason: as above
        from throughline.kernel.ui import navigation, waiting  # reason: as above
        from throughline.needs import answers, home, line  # reason: as above
        from throughline.needs.askings import NEEDS  # reason: as above
        from throughline.needs.blocks import OTNA  # reason: as above
        from throughline.needs.counting import Priorities  # reason: as above
        from throughline.needs.flow import FLOWS  # reason: as above
        from throughline.needs.models import Exercise, Position, Proposal, TopicResult  # reason: as above
        from throughline.needs.resources import NOUNS  # reason: as above
        from throughline.publications import counters  # reason: as above
        from throughline.training import answering  # reason: as above
        from throughline.training.models import Entry  # reason: as above

        for flow in FLOWS:
            flows.register(flow)
        registry.register(*NOUNS)
        rounds.register(NEEDS)
        documents.register(OTNA)
        counters.register("priorities", Priorities.of)
        kinds.follow(Exercise, left=line.before_exercise, right=line.after_exercise)
        kinds.follow(TopicResult, left=line.before_result)
        kinds.follow(Report, left=line.before_report)
        kinds.follow(Entry, left=line.before_entry)
        answering.answerables[:0] = [
            answering.Answerable("need", _("Validated training needs"), answers.needs_to_answer),
            answering.Answerable("proposal", _("Agreed proposals"), answers.proposals_to_answer),
        ]
        answering.done.append(answers.first_delivery)
        kinds.follow(Position, right=line.after_position)
        kinds.follow(Proposal, right=line.after_proposal)
        waiting.register("assess", home.to_assess)
        waiting.register("decide", home.to_decide)
        navigation.register(station="assess", label=_("Training needs"), url_name="exercise-list", order=60)
        navigation.register(
            station="assess", label=_("Methods of needs"), url_name="method-list", order=62, menu=navigation.SET_UP
        )
        navigation.register(
            station="assess", label=_("Validating bodies"), url_name="body-list", order=63, menu=navigation.SET_UP
        )
        navigation.register(station="decide", label=_("Rapid response"), url_name="proposal-board", order=60)
        navigation.register(station="decide", label=_("Proposals"), url_name="proposal-list", order=61)
        verbs.register(dict(SENTENCES))


SENTENCES = {
    "method.create": _("laid down a method"),
    "method.change": _("changed a method"),
    "body.create": _("named a validating body"),
    "body.change": _("changed a validating body"),
    "exercise.create": _("prepared a needs exercise"),
    "exercise.change": _("changed a needs exercise"),
    "exercise.open": _("asked the countries"),
    "exercise.close": _("closed the exercise"),
    "exercise.reopen": _("opened the exercise again"),
    "exercise.consolidate": _("proposed a position for each country"),
    "exercise.analyse": _("ranked the topics"),
    "exercise.review": _("recorded an expert review"),
    "exercise.validate": _("recorded the decision of the validating body"),
    "exercise.publish": _("published the results"),
    "exercise.supersede": _("was superseded"),
    "position.propose": _("was proposed by the rule"),
    "position.adjust": _("adjusted the position"),
    "position.agree": _("agreed to the position"),
    "needs.take-in": _("took the answers in"),
    "needs.set-aside": _("took the answers out of the count"),
    "need.draft-entry": _("drafted a catalogue entry that answers a need"),
    "proposal.draft-entry": _("drafted the catalogue entry of a proposal"),
    "proposal.create": _("put a proposal forward"),
    "proposal.change": _("changed a proposal"),
    "proposal.check-empact": _("recorded the EMPACT opinion"),
    "proposal.assess": _("assessed the proposal"),
    "proposal.put-into-catalogue": _("put the package into the catalogue"),
    "proposal.deliver": _("recorded the first delivery"),
    "proposal.revise": _("recorded the revision"),
}
