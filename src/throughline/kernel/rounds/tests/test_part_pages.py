"""The contact point's pages: share out, read parts, send back, withdraw, put together."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.rounds import make_institution, make_part, make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

SECRET = "zq-part-in-the-making"


@pytest.fixture
def bob(world: World) -> Client:
    return signed_in(world, "bob")


@pytest.fixture
def ret(world: World) -> Return:
    return return_of(make_round(world), world)


def handed_in(world: World, ret: Return, institution: Any, who: str, answers: dict[str, str], **given: Any) -> Part:
    part = make_part(world, ret, institution, **given)
    actor = world.viewer(who)
    services.save(actor, holder=part, changes={place: ("", value) for place, value in answers.items()})
    services.hand_in(actor, part=part)
    part.refresh_from_db()
    return part


# Sharing out


def test_sections_are_shared_out_to_an_institution(world: World, bob: Client, ret: Return) -> None:
    border = make_institution(world)
    url = reverse("return-share-out", args=[ret.reference])

    page = bob.get(url)
    answer = bob.post(url, {"organisation": str(border.pk), "sections": ["seizures"], "note": "Only yours."})

    part = ret.parts.get()
    assert [label for _key, label in page.context["form"].fields["organisation"].choices] == ["Border Police RS"]
    assert (answer.status_code, part.owner, part.sections, part.note) == (302, border, ["seizures"], "Only yours.")
    assert "Seizures" in text_of(bob.get(url))


@pytest.mark.parametrize(("who", "code"), [("alice", 403), ("charlie", 404), ("sofia", 404), ("anna", 404)])
def test_only_the_contact_point_shares_out(world: World, ret: Return, who: str, code: int) -> None:
    border = make_institution(world)
    client = signed_in(world, who)

    answers = [
        client.post(reverse(f"return-{name}", args=[ret.reference]), {"organisation": str(border.pk)}).status_code
        for name in ("share-out", "take-over")
    ]

    assert (answers, ret.parts.count()) == ([code, code], 0)


def test_nobody_of_another_jurisdiction_and_no_unknown_section(world: World, bob: Client, ret: Return) -> None:
    border = make_institution(world)
    url = reverse("return-share-out", args=[ret.reference])

    abroad = bob.post(url, {"organisation": str(world.organisations["police-al"].pk)})
    strange = bob.post(url, {"organisation": str(border.pk), "sections": ["nothing"]})

    assert [(page.status_code, list(page.context["form"].errors)) for page in (abroad, strange)] == [
        (422, ["organisation"]),
        (422, ["sections"]),
    ]
    assert ret.parts.count() == 0


def test_an_institution_asked_already_is_not_offered(world: World, bob: Client, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world))
    url = reverse("return-share-out", args=[ret.reference])

    page = bob.get(url)
    answer = bob.post(url, {"organisation": str(part.owner_id)})

    assert page.context["form"].fields["organisation"].choices == []
    assert "no other institution" in text_of(page)
    assert (answer.status_code, ret.parts.count()) == (422, 1)


def test_what_an_institution_writes_is_its_own_until_it_hands_in(world: World, bob: Client, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world))
    services.save(
        world.viewer("boris"), holder=part, changes={"law/progress": ("", SECRET), "law/status": ("", "drafted")}
    )
    pages = [
        reverse(f"return-{name}", args=[ret.reference]) for name in ("share-out", "take-over", "detail", "history")
    ]

    assert [url for url in pages if SECRET in text_of(bob.get(url))] == []
    assert bob.get(reverse("part-send-back", args=[ret.reference, part.reference])).status_code == 403


def test_a_part_is_read_and_sent_back_with_remarks(world: World, bob: Client, ret: Return) -> None:
    part = handed_in(world, ret, make_institution(world), "boris", {"seizures/seized": "7"}, sections=["seizures"])
    url = reverse("part-send-back", args=[ret.reference, part.reference])

    page = bob.get(url)
    silent = bob.post(url, {"comment": ""})
    answer = bob.post(url, {"comment": "", "remark:seizures/seized": "All of them?"})

    assert [part.title for part in page.context["parts"]] == ["Seizures"]
    assert silent.status_code == 422
    part.refresh_from_db()
    assert (answer.status_code, part.state) == (302, "sent-back")


def test_an_institution_is_asked_no_longer(world: World, bob: Client, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world))
    url = reverse("part-withdraw", args=[ret.reference, part.reference])

    silent = bob.post(url, {"reason": ""})
    answer = bob.post(url, {"reason": "They have nothing to add."})

    part.refresh_from_db()
    assert (silent.status_code, answer.status_code, part.state) == (422, 302, "withdrawn")


def test_a_part_is_found_only_under_its_own_return(world: World, bob: Client, ret: Return) -> None:
    other = return_of(make_round(world), world)
    part = make_part(world, other, make_institution(world))

    assert bob.get(reverse("part-withdraw", args=[ret.reference, part.reference])).status_code == 404


# Putting together


def test_parts_are_put_together_and_contradictions_chosen_with_a_reason(world: World, bob: Client, ret: Return) -> None:
    handed_in(world, ret, make_institution(world), "boris", {"seizures/seized": "7", "law/status": "drafted"})
    handed_in(world, ret, _customs(world), "cara", {"seizures/seized": "5", "law/status": "adopted"})
    url = reverse("return-take-over", args=[ret.reference])

    page = bob.get(url)
    status = page.context["to_decide"][0]
    seized = next(one for one in page.context["settled"] if one.place == "seizures/seized")
    unsaid = bob.post(url, {"pick:law/status": status.options[1].key, "reason": ""})
    answer = bob.post(url, {"pick:law/status": status.options[1].key, "reason": "Agreed by telephone."})

    assert [one.place for one in page.context["to_decide"]] == ["law/status"]
    assert [(option.who, option.words) for option in status.options] == [
        ("Border Police RS", "Drafted"),
        ("Customs RS", "Adopted"),
    ]
    assert (seized.said, seized.rule, seized.proposed) == (
        (("Border Police RS", "7"), ("Customs RS", "5")), "added", "12",
    )  # fmt: skip
    assert (unsaid.status_code, list(unsaid.context["form"].errors)) == (422, ["reason"])
    ret.sheet.refresh_from_db()
    assert (answer.status_code, ret.sheet.answers["seizures/seized"], ret.sheet.answers["law/status"]) == (
        302, "12", "adopted",
    )  # fmt: skip


def test_what_is_not_decided_is_left_and_comes_back(world: World, bob: Client, ret: Return) -> None:
    services.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("", "99")})
    handed_in(world, ret, make_institution(world), "boris", {"seizures/seized": "7", "law/status": "none"})
    url = reverse("return-take-over", args=[ret.reference])

    answer = bob.post(url, {"reason": ""}, follow=True)

    ret.sheet.refresh_from_db()
    assert (ret.sheet.answers["seizures/seized"], ret.sheet.answers["law/status"]) == ("99", "none")
    assert "1 question is left to decide." in text_of(answer)
    own = bob.get(url).context["to_decide"][0]
    assert [option.who for option in own.options] == ["Border Police RS", "Your own answer"]
    bob.post(url, {"pick:seizures/seized": "other", "other:seizures/seized": "50", "reason": ""})
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers["seizures/seized"] == "50"


def test_before_anything_came_in_the_page_says_so(world: World, bob: Client, ret: Return) -> None:
    page = bob.get(reverse("return-take-over", args=[ret.reference]))

    assert (page.status_code, "No part has come in yet" in text_of(page)) == (200, True)


def test_after_submitting_nothing_is_shared_out_or_put_together(world: World, bob: Client) -> None:
    ret = make_return(world, state="submitted")
    border = make_institution(world)

    share = bob.post(reverse("return-share-out", args=[ret.reference]), {"organisation": str(border.pk)})
    together = bob.post(reverse("return-take-over", args=[ret.reference]), {"reason": ""})

    assert (share.status_code, together.status_code, ret.parts.count()) == (403, 403, 0)
    assert "does not wait for answers" in text_of(bob.get(reverse("return-share-out", args=[ret.reference])))


def _customs(world: World) -> Any:
    made = make_institution(world, "ME", name="cara")
    made.jurisdiction, made.name = world.jurisdictions["RS"], "Customs RS"
    made.save()
    return made
