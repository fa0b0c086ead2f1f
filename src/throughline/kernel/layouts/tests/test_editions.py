"""Templates at the door: brought in, looked over, tried, made active, taken back; by those who may, for their programme."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.layouts import services
from throughline.kernel.layouts.models import Layout
from throughline.kernel.layouts.queries import active_content, layouts
from throughline.kernel.layouts.tests import making
from throughline.kernel.layouts.tests.test_package import HOSTILE
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.tests import reading
from throughline.kernel.testing.worlds import World
from throughline.publications.services import release
from throughline.publications.tests import making as publishing

KIND = publishing.BRIEF.id
WELCOME = "Ministry edition: {{ figure.incidents }} incidents"


@pytest.fixture
def region(world: World) -> World:
    publishing.incidents(world)
    return world


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def brought_in(world: World, content: bytes, name: str = "ours.docx", who: str = "sofia") -> Layout:
    return services.upload(
        world.viewer(who), programme=world.programme, template=KIND, name=name, content=content, comment="Our cover"
    )


def said_by(report: Report, world: World) -> str:
    return reading.docx_text(reporting.hand_out(world.viewer("sofia"), report=report, fmt="docx"))


# ---- from upload to use


def test_an_edition_is_kept_and_used_once_it_is_made_active(region: World) -> None:
    report = publishing.build(region)
    made = brought_in(region, making.word_with(WELCOME))
    assert (made.edition, made.format, made.active, made.findings, str(made.uploaded_by)) == (
        1,
        "docx",
        False,
        [],
        "Sofia",
    )
    assert "Ministry edition" not in said_by(report, region)
    services.activate(region.viewer("sofia"), layout=made)
    assert "Ministry edition: 3 incidents" in said_by(report, region)
    assert [(one.verb, one.actor_text) for one in Entry.objects.filter(noun="layout").order_by("seq")] == [
        ("template.upload", "Sofia"),
        ("template.activate", "Sofia"),
    ]


def test_a_later_edition_takes_its_place_and_the_earlier_is_taken_back_to(region: World) -> None:
    report = publishing.build(region)
    first, second = (brought_in(region, making.word_with(f"Look {number}")) for number in (1, 2))
    assert second.edition == 2
    for layout, said in ((first, "Look 1"), (second, "Look 2"), (first, "Look 1")):
        services.activate(region.viewer("sofia"), layout=layout)
        assert said in said_by(report, region)
    assert [one.edition for one in Layout.objects.filter(active=True)] == [1]


def test_the_houses_own_is_gone_back_to(region: World) -> None:
    report, made = publishing.build(region), brought_in(region, making.word_with(WELCOME))
    services.activate(region.viewer("sofia"), layout=made)
    services.use_house(region.viewer("sofia"), programme=region.programme, template=KIND, fmt="docx")
    assert "Ministry edition" not in said_by(report, region)
    with pytest.raises(Invalid, match="used already"):
        services.use_house(region.viewer("sofia"), programme=region.programme, template=KIND, fmt="docx")


def test_a_release_keeps_what_it_was_printed_with(region: World) -> None:
    layout = services.activate(region.viewer("sofia"), layout=brought_in(region, making.word_with(WELCOME)))
    released = release(region.viewer("sofia"), report=publishing.signed(region))
    assert released.snapshot["basis"]["layouts"] == {"docx": layout.sha256}
    printed = bytes(released.files.get(format="docx").content)
    services.use_house(region.viewer("sofia"), programme=region.programme, template=KIND, fmt="docx")
    assert bytes(released.files.get(format="docx").content) == printed
    assert "Ministry edition: 3 incidents" in reading.docx_text(printed)


def test_slides_have_a_template_of_their_own(region: World) -> None:
    report = publishing.build(region)
    made = brought_in(region, making.slide_with("{{ figure.key-1 }} in {{ scope }}"), "ours.pptx")
    services.activate(region.viewer("sofia"), layout=made)
    shown = reading.slides(reporting.hand_out(region.viewer("sofia"), report=report, fmt="pptx"))
    assert "3 in South East Europe" in shown[1]
    assert active_content(region.programme.pk, KIND, "docx") is None


def test_trying_an_edition_changes_nothing(region: World) -> None:
    publishing.build(region)
    made = brought_in(region, making.word_with(WELCOME))
    before = Entry.objects.count()
    assert "Ministry edition: 3 incidents" in reading.docx_text(services.tried(region.viewer("anna"), made))
    assert (Entry.objects.count(), Layout.objects.filter(active=True).count()) == (before, 0)


# ---- what stands in the way


def test_an_edition_with_faults_is_kept_and_not_used(region: World) -> None:
    publishing.build(region)
    made = brought_in(region, making.word_with("{{ figure.incidnets }}"))
    assert made.stopped
    with pytest.raises(Invalid, match=r"Did you mean \{\{ figure.incidents \}\}"):
        services.activate(region.viewer("sofia"), layout=made)
    assert not Layout.objects.filter(active=True).exists()


def test_what_was_unknown_is_judged_anew_when_it_is_to_be_used(region: World) -> None:
    made = brought_in(region, making.word_with("{{ figure.nowhere }}"))
    assert not made.stopped  # no document yet: not judged
    publishing.build(region)
    with pytest.raises(Invalid, match="is in none of the documents"):
        services.activate(region.viewer("sofia"), layout=made)


@pytest.mark.parametrize("name", ["macros", "entities that expand", "a picture from elsewhere", "a bomb", "no archive"])
def test_a_hostile_file_is_not_even_kept(region: World, name: str) -> None:
    content, said = HOSTILE[name]
    with pytest.raises(Invalid, match=said):
        brought_in(region, content)
    assert not Layout.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ours.odt", b"PK", "A template is a Word file"),
        ("ours.docm", making.word(), "A template is a Word file"),
        ("ours.docx", b"", "The file is empty"),
        ("ours.docx", making.slides(), "This is no .docx file"),
    ],
)
def test_what_is_no_template_is_not_kept(region: World, name: str, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        brought_in(region, content, name)
    assert not Layout.objects.exists()


def test_the_same_file_twice_is_one_edition(region: World) -> None:
    content = making.word()
    brought_in(region, content)
    with pytest.raises(Invalid, match="same file as edition 1"):
        brought_in(region, content)


def test_an_unknown_document_has_no_template(region: World) -> None:
    with pytest.raises(Invalid, match="There is no document called 'none'"):
        services.upload(
            region.viewer("sofia"), programme=region.programme, template="none", name="a.docx", content=making.word()
        )


@pytest.mark.parametrize("who", ["anna", "alice", "charlie", "outsider", "adam"])
def test_only_the_secretariat_changes_templates(region: World, who: str) -> None:
    made = brought_in(region, making.word())
    with pytest.raises(Refused, match="Only the secretariat"):
        brought_in(region, making.word_with("x"), who=who)
    with pytest.raises(Refused):
        services.activate(region.viewer(who), layout=made)
    with pytest.raises(Refused):
        services.use_house(region.viewer(who), programme=region.programme, template=KIND, fmt="docx")
    assert not Layout.objects.filter(active=True).exists()


def test_templates_are_seen_by_those_who_build(region: World) -> None:
    brought_in(region, making.word())
    assert [layouts(region.viewer(who)).count() for who in ("sofia", "anna", "alice", "charlie", "outsider")] == [
        1,
        1,
        0,
        0,
        0,
    ]


def test_the_file_of_an_edition_never_changes(region: World) -> None:
    made = brought_in(region, making.word())
    made.content, made.edition = b"other", 9
    made.save()
    kept = Layout.objects.get()
    assert (hashlib.sha256(bytes(kept.content)).hexdigest(), kept.edition) == (kept.sha256, 1)


def test_two_editions_are_never_active_at_once(region: World) -> None:
    for number in (1, 2):
        brought_in(region, making.word_with(f"Look {number}"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Layout.objects.update(active=True)


# ---- pages


def upload(client: Client, content: bytes, name: str = "ours.docx") -> tuple[int, str]:
    file = SimpleUploadedFile(name, content)
    answer = client.post(reverse("layout-document", args=[KIND]), {"file": file, "comment": "New cover"}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_secretariat_brings_a_template_in_and_makes_it_active_in_the_browser(region: World) -> None:
    publishing.build(region)
    client = signed_in(region, "sofia")
    assert "the house's own" in client.get(reverse("layout-list")).content.decode()
    status, page = upload(client, making.word_with(WELCOME))
    assert (status, "Nothing stands in the way of using it." in page) == (200, True)
    made = Layout.objects.get()
    trial = client.get(reverse("layout-trial", args=[made.pk]))
    assert "Ministry edition: 3 incidents" in reading.docx_text(trial.content)
    page = client.post(reverse("layout-activate", args=[made.pk]), follow=True).content.decode()
    assert "Documents are printed with edition 1 from now on." in page
    assert "made a template active" in page
    page = client.post(reverse("layout-back", args=[KIND, "docx"]), follow=True).content.decode()
    assert "Documents are printed with the house&#x27;s own template again." in page


def test_what_is_wrong_is_said_on_the_page_in_words(region: World) -> None:
    publishing.build(region)
    client = signed_in(region, "sofia")
    status, page = upload(client, making.word_with("{{ figure.incidnets }}"))
    assert status == 200
    assert "Did you mean {{ figure.incidents }}?" in page
    page = client.post(reverse("layout-activate", args=[Layout.objects.get().pk]), follow=True).content.decode()
    assert "Did you mean {{ figure.incidents }}?" in page
    assert not Layout.objects.filter(active=True).exists()


def test_a_hostile_file_is_refused_at_its_field(region: World) -> None:
    status, page = upload(signed_in(region, "sofia"), HOSTILE["macros"][0])
    assert status == 400
    assert "The file carries macros." in page


def test_an_analyst_sees_and_takes_and_changes_nothing(region: World) -> None:
    made = brought_in(region, making.word())
    client = signed_in(region, "anna")
    page = client.get(reverse("layout-document", args=[KIND])).content.decode()
    assert "Upload the template" not in page
    assert client.get(reverse("layout-file", args=[made.pk])).content == bytes(made.content)
    assert upload(client, making.word_with("x"))[0] == 403
    assert client.post(reverse("layout-activate", args=[made.pk])).status_code == 403


@pytest.mark.parametrize("who", ["alice", "charlie", "outsider"])
def test_others_do_not_come_here(region: World, who: str) -> None:
    made = brought_in(region, making.word())
    client = signed_in(region, who)
    for address in (
        reverse("layout-list"),
        reverse("layout-document", args=[KIND]),
        reverse("layout-names", args=[KIND]),
        reverse("layout-house-file", args=[KIND, "docx"]),
        reverse("layout-edition", args=[made.pk]),
        reverse("layout-file", args=[made.pk]),
        reverse("layout-trial", args=[made.pk]),
    ):
        assert client.get(address).status_code == 403, address


def test_the_names_are_listed_with_what_they_print(region: World) -> None:
    client = signed_in(region, "anna")
    assert "No document of this kind yet" in client.get(reverse("layout-names", args=[KIND])).content.decode()
    publishing.build(region)
    page = client.get(reverse("layout-names", args=[KIND])).content.decode()
    for name in (
        "{{ figure.incidents }}",
        "{{ section.at-a-glance }}",
        "{{ chart.incidents-by-type }}",
        "{{ table.types }}",
    ):
        assert f"<code>{name}</code>" in page


def test_the_houses_own_is_handed_out(region: World) -> None:
    client = signed_in(region, "sofia")
    for fmt in ("docx", "pptx"):
        answer = client.get(reverse("layout-house-file", args=["quarterly-monitor", fmt]))
        assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert client.get(reverse("layout-house-file", args=["quarterly-monitor", "typ"])).status_code == 404
    assert client.get(reverse("layout-house-file", args=["other", "docx"])).status_code == 404


# ---- editions of a report


def test_building_again_makes_the_next_edition_and_leaves_the_earlier(region: World) -> None:
    first = publishing.build(region)
    snapshot = dict(first.snapshot)
    second = reporting.rebuild(region.viewer("anna"), report=first)
    first.refresh_from_db()
    assert (first.edition, second.edition, second.follows) == (1, 2, first)
    assert first.snapshot == snapshot
    client = signed_in(region, "anna")
    earlier, later = (client.get(f"/reports/{one.reference}/").content.decode() for one in (first, second))
    assert "Followed by edition 2" in earlier
    assert second.reference in earlier
    assert "Follows edition 1" in later
    assert [one.verb for one in Entry.objects.filter(object_id=first.pk).order_by("seq")] == [
        "report.build",
        "report.follow",
    ]
