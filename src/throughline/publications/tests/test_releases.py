"""Releasing: all or nothing, once, and never changed by anybody."""

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction

from throughline.kernel.access.errors import Conflict, Refused
from throughline.kernel.access.services import grant, mark
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.models import KeptVersion
from throughline.kernel.measures.questions import Question
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.services import fingerprint
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications import services
from throughline.publications.models import Release, ReleaseFile
from throughline.publications.queries import editions
from throughline.publications.tests.making import build, incidents, signed


@pytest.fixture
def region(world: World) -> World:
    incidents(world)
    return world


@pytest.fixture
def released(region: World) -> Release:
    return services.release(region.viewer("simon"), report=signed(region))


def test_a_release_keeps_what_was_signed_and_says_by_whom(region: World, released: Release) -> None:
    document = released.document
    assert (released.edition, document.edition, document.state, document.signed_by) == (1, 1, "released", "Sofia")
    assert released.comment == "Checked."
    assert released.fingerprint == fingerprint(released.snapshot)
    signed_content = Report.objects.get(release=released).snapshot
    assert released.snapshot["figures"] == signed_content["figures"]
    assert released.snapshot["blocks"] == signed_content["blocks"]
    assert released.report.state == "released"
    assert Entry.objects.filter(verb="release.release").exists()


def test_its_files_are_kept_with_their_fingerprints(region: World, released: Release) -> None:
    files = {file.format: file for file in released.files.all()}
    assert set(files) == {"docx", "pptx", "pdf", "xlsx", "html"}
    for file in files.values():
        assert hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256
    assert files["pdf"].name == "brief_2024-Q1_SEE-7_edition-1.pdf"
    taken = services.hand_out(region.viewer("alice"), release=released, fmt="pdf")
    assert bytes(taken.content) == bytes(files["pdf"].content)
    assert Entry.objects.latest("seq").verb == "release.download"


def test_a_released_figure_can_be_asked_again_as_it_was(region: World, released: Release) -> None:
    make_incident(region, state="verified", handling="green")
    figure = released.document.figures["incidents/2024-Q1/SEE-7"]
    viewer = region.viewer("anna")
    assert (figure.value, ask(Question.from_query(figure.question), viewer).value) == (3, 3)
    assert ask(Question.from_query(figure.question).but(as_of=()), viewer).value == 4
    assert KeptVersion.objects.filter(name="incident").exists()


def test_only_the_secretariat_releases(region: World) -> None:
    report = signed(region)
    for who in ("anna", "alice", "adam", "outsider"):
        with pytest.raises(Refused):
            services.release(region.viewer(who), report=report)
    assert (Release.objects.count(), Report.objects.get().state) == (0, "signed")


def test_what_nobody_signed_is_not_released(region: World) -> None:
    report = build(region)
    with pytest.raises(Refused, match="second person"):
        services.release(region.viewer("sofia"), report=report)
    assert not Release.objects.exists()


def test_a_report_is_released_once(region: World, released: Release) -> None:
    with pytest.raises(Refused):
        services.release(region.viewer("simon"), report=released.report)
    assert Release.objects.count() == 1


def test_a_content_that_is_not_what_was_signed_is_not_released(region: World) -> None:
    report = signed(region)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE reporting_report DISABLE TRIGGER USER")
    execute("""UPDATE reporting_report SET snapshot = jsonb_set(snapshot, '{title}', '"Other"')""")
    execute("ALTER TABLE reporting_report ENABLE TRIGGER USER")
    with pytest.raises(Conflict, match="not what was signed"):
        services.release(region.viewer("simon"), report=report)


def test_the_next_release_is_the_next_edition(region: World, released: Release) -> None:
    make_incident(region, state="verified", handling="green")
    second = services.release(region.viewer("simon"), report=signed(region))
    assert (second.edition, second.document.edition) == (2, 2)
    assert released.document.figures["incidents/2024-Q1/SEE-7"].value == 3
    assert [one.edition for one in editions(region.viewer("alice"), released)] == [2, 1]


# ---- nobody changes a release


def test_the_database_refuses(released: Release) -> None:
    for statement in (
        "UPDATE publications_release SET title = 'Other'",
        "UPDATE publications_release SET snapshot = '{}'::jsonb",
        "UPDATE publications_release SET handling = 'red'",
        "UPDATE publications_releasefile SET content = 'x'",
        "DELETE FROM publications_releasefile",
        "DELETE FROM publications_release",
        "TRUNCATE publications_releasefile",
    ):
        with pytest.raises(IntegrityError, match="a release never changes"):
            attempt(statement)


def attempt(statement: str) -> None:
    with transaction.atomic():
        execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_program_refuses_too(region: World, released: Release) -> None:
    released.title = "Other"
    with pytest.raises(Refused):
        released.save()
    with pytest.raises(Refused):
        released.delete()
    file = ReleaseFile.objects.first()
    with pytest.raises(Refused):
        file.save()  # type: ignore[union-attr]
    with pytest.raises(Refused):
        file.delete()  # type: ignore[union-attr]
    with pytest.raises(Refused, match="never changes"):
        mark(region.viewer("sofia"), record=released, handling="red", reason="Too open.")


# ---- who reads it


def test_a_release_is_read_by_whom_its_handling_says(region: World, released: Release) -> None:
    report = build(region, handling="amber+strict")
    advance(region.viewer("anna"), record=report, transition="send")
    advance(region.viewer("sofia"), record=report, transition="sign")
    strict = services.release(region.viewer("simon"), report=report)

    def seen(who: str) -> set[str]:
        return set(Release.objects.visible_to(region.viewer(who)).values_list("reference", flat=True))

    assert seen("alice") == {released.reference}
    assert seen("sofia") == {released.reference, strict.reference}
    with pytest.raises(Refused):
        services.hand_out(region.viewer("alice"), release=strict, fmt="pdf")
    grant(region.viewer("sofia"), record=strict, to=region.organisations["police-rs"], reason="For the meeting.")
    assert seen("alice") == {released.reference, strict.reference}
    assert seen("charlie") == {released.reference}
