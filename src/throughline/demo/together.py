"""Working together in the demonstration: a talk about a record, a change proposed and one asked for, what people follow."""

from django.db import transaction

from throughline.demo.cast_of_people import let_no_mail_leave
from throughline.demo.monitors import TEMPLATE, WAITING
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments import services as comments
from throughline.kernel.comments.choices import Kind
from throughline.kernel.comments.choices import State as Ended
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.services import save
from throughline.kernel.following.choices import Every
from throughline.kernel.following.models import Following
from throughline.kernel.following.services import follow
from throughline.kernel.proposing.services import propose
from throughline.kernel.reporting.models import Report
from throughline.kernel.resources import registry
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.reference.models import Programme

SEIZURE = "weapon-seizure"
ASKED = "Is this the incident of which a second source gives another time? Illustrative."
ANSWERED = "It is: the patrol wrote down when it arrived. The time of the first call stands here now. Illustrative."
PROPOSED = "The second source speaks of a broken window. Illustrative."
WANTED = "Please say in the first paragraph how many authorities reported. Illustrative."
DONE = "It stands in the first paragraph, with the coverage. Illustrative."


def talk(*, programme: Programme, users: dict[str, User]) -> None:
    """Each by the verb that people use, in one transaction; a second time nothing."""
    if Following.objects.filter(person__illustrative=True).exists():
        return
    viewers = {address: viewer_for(user) for address, user in users.items()}
    with transaction.atomic():
        about_an_incident(programme, viewers["analyst"], viewers["verifier.rs"], users["verifier.rs"])
        about_the_monitor(programme, viewers["second"], viewers["analyst"])
        kept(programme, viewers["analyst"], viewers["secretariat"])
        let_no_mail_leave()


def about_an_incident(programme: Programme, analyst: Viewer, verifier: Viewer, person: User) -> None:
    """The newest incident but seizures that Serbia shares: a question, its answer, and a change that waits for a decision."""
    shared = Incident.objects.visible_to(analyst).filter(
        programme=programme, jurisdiction__code="RS", state="verified", property_damage=False, handling=Handling.GREEN
    )
    shared = shared.exclude(kind__code=SEIZURE).exclude(kind__parent__code=SEIZURE)
    incident = shared.order_by("-occurred_on", "reference").first()
    if incident is None:
        return
    asked = comments.write(analyst, record=incident, text=ASKED, mentions=[person.email])
    comments.answer(verifier, comment=asked, text=ANSWERED)
    propose(analyst, record=incident, raw={"property_damage": "yes"}, reason=PROPOSED)
    follow(analyst, address=f"/incidents/{incident.reference}/", every=Every.EACH)


def about_the_monitor(programme: Programme, second: Viewer, analyst: Viewer) -> None:
    """What the second person asked for in the monitor that waits, and that it was done: nothing holds up the signature."""
    waiting = Report.objects.filter(programme=programme, template=TEMPLATE, period=WAITING).first()
    if waiting is None:
        return
    asked = comments.write(second, record=waiting, text=WANTED, kind=Kind.REQUEST)
    comments.answer(analyst, comment=asked, text=DONE)
    comments.settle(analyst, comment=asked, state=Ended.DONE)


def kept(programme: Programme, analyst: Viewer, office: Viewer) -> None:
    """A question the analyst shares with the programme, and lists that are followed week by week."""
    question = f"kind={SEIZURE}&occurred_on.from=2024-01-01"
    noun = registry.get("incident")
    save(
        analyst, resource=noun, name="Seizures since January 2024", question=question, shared=Shared.PROGRAMME,
        programme=programme.pk,
    )  # fmt: skip
    follow(analyst, address=f"/incidents/?{question}", every=Every.WEEK)
    follow(office, address="/releases/", every=Every.DAY)
