"""Reference data: what comes with the program, and what the users make of it."""

from datetime import date

import pytest

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.reference import queries, services
from throughline.reference.models import Jurisdiction, Organisation, Scope, Taxonomy, Term

pytestmark = pytest.mark.django_db

KEEPER = Viewer(name="Keeper", superuser=True)
OUTSIDER = Viewer(name="Charlie")


@pytest.fixture
def loaded() -> None:
    services.load_reference(KEEPER)


def code(taxonomy: str, on: date | None = None) -> list[str]:
    return [term.code for term in queries.terms(taxonomy, on)]


def make_term(**values: object) -> Term:
    taxonomy = Taxonomy.objects.get(code="weapon-type")
    return services.create_term(KEEPER, values={"taxonomy": taxonomy, **values})


def test_loading_twice_adds_nothing() -> None:
    first = services.load_reference(KEEPER)
    entries = Entry.objects.count()
    assert len(first) == entries == 7 + 2 + 2 + 13 + 10 + Term.objects.count()
    assert services.load_reference(KEEPER) == []
    assert Entry.objects.count() == entries


def test_loading_leaves_what_users_changed(loaded: None) -> None:
    term = Term.objects.get(code="handgun")
    services.change_term(KEEPER, term=term, values={"label": "Pistol or revolver"})
    services.load_reference(KEEPER)
    term.refresh_from_db()
    assert term.label == "Pistol or revolver"


def test_loading_does_not_bring_back_an_ended_membership(loaded: None) -> None:
    member = Scope.objects.get(code="WB-6").members.get(jurisdiction__code="AL")
    services.end_validity(KEEPER, record=member, on=date(2024, 12, 31))
    services.load_reference(KEEPER)
    assert [one.code for one in queries.scope_members("WB-6", date(2025, 1, 1))] == ["BA", "XK", "ME", "MK", "RS"]


def test_loading_is_refused_to_those_who_do_not_keep_it() -> None:
    with pytest.raises(Refused):
        services.load_reference(OUTSIDER)
    assert not Jurisdiction.objects.exists()
    assert list(Entry.objects.values_list("verb", flat=True)) == ["reference.load.refused"]


def test_jurisdictions_are_printed_with_their_mark(loaded: None) -> None:
    assert [str(one) for one in queries.scope_members("SEE-7")] == [
        "Albania",
        "Bosnia and Herzegovina",
        "Kosovo*",
        "Moldova",
        "Montenegro",
        "North Macedonia",
        "Serbia",
    ]
    assert [one.capital for one in queries.scope_members("WB-6")] == [
        "Tirana",
        "Sarajevo",
        "Pristina",
        "Podgorica",
        "Skopje",
        "Belgrade",
    ]


def test_names_in_the_languages_of_the_region_keep_the_mark(loaded: None) -> None:
    kosovo = Jurisdiction.objects.get(code="XK")
    assert queries.printed_name(kosovo, "mk") == "Косово*"
    assert queries.printed_name(kosovo, "sq") == "Kosova*"
    assert queries.printed_name(kosovo, "fr") == "Kosovo*"


def test_each_publisher_has_its_own_footnote(loaded: None) -> None:
    members = queries.scope_members("SEE-7")
    un, eu = queries.footnotes("UNDP", members), queries.footnotes("EU", members)
    assert [str(note) for note in un] == [
        "References to Kosovo shall be understood to be in the context of the Security Council Resolution 1244 (1999)."
    ]
    assert [(note.jurisdiction.code, note.to_be_verified) for note in eu] == [("XK", True)]
    assert queries.footnotes("UNDP", [one for one in members if one.code != "XK"]) == []


def test_the_codes_that_counting_depends_on(loaded: None) -> None:
    first = [term.code for term in queries.terms("incident-type") if term.parent is None]
    assert first == [
        "weapon-seizure",
        "criminal-context",
        "public-dispute",
        "domestic-violence",
        "undetermined",
        "accidental-shooting",
        "celebratory-shooting",
        "hunting",
        "dispute-with-police",
        "suicide",
        "weapons-theft",
        "shooting-at-animals",
        "other",
    ]
    assert code("age-band") == ["up-to-18", "19-35", "36-60", "61-and-older"]
    assert {term.parent.code for term in queries.terms("incident-type") if term.code == "armed-robbery"} == {
        "criminal-context"
    }


def test_only_the_confirmed_definition_passes_as_confirmed(loaded: None) -> None:
    confirmed = Term.objects.filter(taxonomy__code="incident-type", to_be_verified=False)
    assert [term.code for term in confirmed] == ["accidental-shooting"]


def test_a_label_falls_back_to_english(loaded: None) -> None:
    known = queries.terms_by_code("incident-type")
    assert queries.label_of(known["suicide"], "mk") == "Самоубиство"
    assert queries.label_of(known["large-seizure"], "mk") == "Large seizure"


def test_an_ended_term_is_offered_no_more_but_still_known(loaded: None) -> None:
    term = make_term(code="crossbow", label="Crossbow", valid_from=date(2023, 1, 1))
    services.end_validity(KEEPER, record=term, on=date(2023, 12, 31))
    assert "crossbow" in code("weapon-type", date(2023, 12, 31))
    assert "crossbow" not in code("weapon-type", date(2024, 1, 1))
    assert "crossbow" in queries.terms_by_code("weapon-type")


def test_an_end_before_the_beginning_is_not_taken(loaded: None) -> None:
    term = make_term(code="crossbow", label="Crossbow", valid_from=date(2023, 1, 1))
    with pytest.raises(Invalid, match="before the beginning"):
        services.end_validity(KEEPER, record=term, on=date(2022, 12, 31))


def test_a_taxonomy_has_two_levels_and_stays_one_taxonomy(loaded: None) -> None:
    pistol, street = Term.objects.get(code="pistol"), Term.objects.get(code="street")
    with pytest.raises(Invalid, match="two levels"):
        make_term(code="a", label="A", parent=pistol)
    with pytest.raises(Invalid, match="another taxonomy"):
        make_term(code="a", label="A", parent=street)
    with pytest.raises(Invalid, match="two levels"):
        services.change_term(KEEPER, term=pistol.parent, values={"parent": Term.objects.get(code="explosive")})


def test_the_code_of_a_term_stays(loaded: None) -> None:
    term = Term.objects.get(code="pistol")
    with pytest.raises(Invalid, match="stays as it is"):
        services.change_term(KEEPER, term=term, values={"code": "gun"})


def test_a_jurisdiction_keeps_its_code_and_a_term_its_taxonomy(loaded: None) -> None:
    """Facts, questions and documents know them by these."""
    with pytest.raises(Invalid, match="stays as it is"):
        services.change_jurisdiction(KEEPER, jurisdiction=Jurisdiction.objects.get(code="AL"), values={"code": "AB"})
    place = Taxonomy.objects.get(code="place-type")
    with pytest.raises(Invalid, match="keeps its taxonomy"):
        services.change_term(KEEPER, term=Term.objects.get(code="pistol"), values={"taxonomy": place})


def test_a_code_is_given_once(loaded: None) -> None:
    with pytest.raises(Invalid, match="code"):
        services.create_jurisdiction(KEEPER, values={"code": "AL", "alpha3": "ALX", "name": "Again"})


def test_another_jurisdiction_can_be_added(loaded: None) -> None:
    values = {"code": "UA", "alpha3": "UKR", "name": "Ukraine", "capital": "Kyiv", "order": 8}
    added = services.create_jurisdiction(KEEPER, values=values)
    assert queries.jurisdictions()[-1] == added
    with pytest.raises(Refused):
        services.create_jurisdiction(OUTSIDER, values=values)


def test_a_change_that_changes_nothing_leaves_no_history(loaded: None) -> None:
    albania = Jurisdiction.objects.get(code="AL")
    before = Entry.objects.count()
    services.change_jurisdiction(KEEPER, jurisdiction=albania, values={"capital": "Tirana"})
    assert Entry.objects.count() == before
    services.change_jurisdiction(KEEPER, jurisdiction=albania, values={"capital": "Tiranë"})
    last = Entry.objects.last()
    assert last is not None
    assert (last.verb, last.before, last.after) == ("jurisdiction.change", {"capital": "Tirana"}, {"capital": "Tiranë"})


def test_a_footnote_set_anew_counts_as_checked(loaded: None) -> None:
    kosovo = Jurisdiction.objects.get(code="XK")
    services.set_footnote(KEEPER, jurisdiction=kosovo, publisher="EU", text="As our lawyers wrote it.")
    services.set_footnote(KEEPER, jurisdiction=kosovo, publisher="OSCE", text="All references.")
    assert [(str(note), note.to_be_verified) for note in queries.footnotes("EU", [kosovo])] == [
        ("As our lawyers wrote it.", False)
    ]
    assert [str(note) for note in queries.footnotes("OSCE", [kosovo])] == ["All references."]


def test_an_organisation_is_never_a_part_of_itself(loaded: None) -> None:
    whole = services.create_organisation(KEEPER, values={"code": "mi", "name": "Ministry", "kind": "ministry"})
    part = services.create_organisation(
        KEEPER, values={"code": "po", "name": "Police", "kind": "police", "parent": whole}
    )
    with pytest.raises(Invalid, match="part of itself"):
        services.change_organisation(KEEPER, organisation=whole, values={"parent": part})
    with pytest.raises(Refused):
        services.change_organisation(OUTSIDER, organisation=whole, values={"name": "Mine"})
    assert Organisation.objects.get(code="mi").parent is None


def test_scope_programme_and_network(loaded: None) -> None:
    albania = Jurisdiction.objects.get(code="AL")
    scope = services.create_scope(KEEPER, code="ONE", name="One", members=[albania])
    office = services.create_organisation(KEEPER, values={"code": "s", "name": "Office", "kind": "secretariat"})
    programme = services.create_programme(
        KEEPER, values={"code": "P", "name": "Programme", "secretariat": office, "scope": scope}
    )
    network = services.create_network(KEEPER, values={"code": "n", "name": "Network"}, organisations=[office])
    assert queries.scope_members("ONE") == [albania]
    assert str(programme) == "Programme"
    assert list(network.organisations.all()) == [office]
