"""A standard-setting panel from opening to a scale in force, by services and pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from conftest import NOON, make_staff
from proctoring.models import AngoffPanel, ItemVersion, PanelJudgement, Scale
from proctoring.scales import panels, queries, services
from proctoring.scales.ability import ItemParameters, probability
from proctoring.scales.cuts import INITIAL_CUTS, LEVELS_WITH_CUT

LATER = NOON + timedelta(days=1)


@pytest.fixture
def facilitator(db: None) -> User:
    return make_staff("Lila", "item_reviewer")


@pytest.fixture
def second(db: None) -> User:
    return make_staff("Omar", "item_reviewer")


@pytest.fixture
def judges(db: None) -> list[User]:
    return [make_staff(name, "panelist") for name in ("Isha", "Kiran", "Tara")]


@pytest.fixture
def panel(assessment, facilitator, judges) -> AngoffPanel:
    items = queries.items_for_panel(2)
    return panels.open_panel(
        title="English", panelists=judges, items=items, by=facilitator, at=NOON
    )


def judged(panel: AngoffPanel, shift: float = 0.0) -> dict:
    """Probabilities of people at the cuts of scale 1, shifted."""
    return {
        (version.pk, level): probability(
            ItemParameters(version.figures.get(current=True).difficulty, 0.6),
            INITIAL_CUTS[level] + shift,
        )
        for version in panel.items.all()
        for level in LEVELS_WITH_CUT
    }


def judge_all(panel: AngoffPanel, judges: list[User]) -> None:
    for place, person in enumerate(judges):
        given = judged(panel, 0.3 + (place - 1) * 0.1)
        panels.save_judgements(panel=panel, given=given, by=person, at=NOON)


def page(panel: AngoffPanel, name: str = "panel") -> str:
    return reverse(f"admin:proctoring_angoffpanel_{name}", args=[panel.pk])


def test_items_are_spread_over_levels_and_kinds(assessment):
    """A panel judges live items with keys, equally many of each level."""
    items = queries.items_for_panel(2)
    assert [version.item.level for version in items] == sorted(
        level for level in ("A1", "A2", "B1", "B2", "C1", "C2") for _ in range(2)
    )
    assert {version.item.kind for version in items} <= {"READING_MCQ", "AUDIO_MCQ", "FILL_BLANK"}


def test_panels_need_people_and_items(assessment, facilitator, judges):
    """Two people are no panel, and a handful of items no test."""
    items = queries.items_for_panel(2)
    facts = {"title": "English", "by": facilitator, "at": NOON}
    with pytest.raises(panels.TooFewPanelists):
        panels.open_panel(panelists=[*judges[:2], judges[0]], items=items, **facts)
    with pytest.raises(panels.WrongNumberOfItems):
        panels.open_panel(panelists=judges, items=items[:9], **facts)
    assert not AngoffPanel.objects.exists()


def test_wrong_judgements(panel, judges, facilitator):
    """Only panelists judge, only items of the panel, and never worse at a higher level."""
    first, other = panel.items.first(), ItemVersion.objects.exclude(pk__in=panel.items.all())[0]
    at = {"panel": panel, "at": NOON}
    with pytest.raises(panels.NotOnPanel):
        panels.save_judgements(given={(first.pk, "B1"): 0.5}, by=facilitator, **at)
    for given in [{(other.pk, "B1"): 0.5}, {(first.pk, "A1"): 0.5}, {(first.pk, "B1"): 1.5}]:
        with pytest.raises(panels.InvalidJudgement):
            panels.save_judgements(given=given, by=judges[0], **at)
    panels.save_judgements(given={(first.pk, "B2"): 0.5}, by=judges[0], **at)
    with pytest.raises(panels.JudgementsFall, match=first.item.code):
        panels.save_judgements(given={(first.pk, "C1"): 0.4}, by=judges[0], **at)
    assert PanelJudgement.objects.count() == 1


def test_rounds_need_everybody(panel, judges, facilitator):
    """A round ends when all have judged all; what was not changed carries over; three at most."""
    with pytest.raises(panels.JudgementsMissing, match="isha"):
        panels.begin_next_round(panel=panel, by=facilitator, at=NOON)
    judge_all(panel, judges)
    panels.begin_next_round(panel=panel, by=facilitator, at=NOON)
    assert panels.begin_next_round(panel=panel, by=facilitator, at=NOON).round == 3
    with pytest.raises(panels.LastRound):
        panels.begin_next_round(panel=panel, by=facilitator, at=NOON)


def test_cuts_that_do_not_rise_close_nothing(panel, judges, facilitator):
    """A panel that sees no difference between levels sets no scale."""
    given = dict.fromkeys(judged(panel), 0.5)
    for person in judges:
        panels.save_judgements(panel=panel, given=given, by=person, at=NOON)
    with pytest.raises(panels.CutsDoNotRise):
        panels.close_panel(panel=panel, by=facilitator, at=NOON)
    panel.refresh_from_db()
    assert panel.closed_at is None


def test_second_person_publishes(panel, judges, facilitator, second):
    """Who ran the panel does not publish; the new scale is in force, and published once."""
    judge_all(panel, judges)
    with pytest.raises(panels.PanelOpen):
        panels.publish_scale(panel=panel, by=second, at=LATER)
    panels.close_panel(panel=panel, by=facilitator, at=NOON)
    with pytest.raises(panels.PanelClosed):
        panels.save_judgements(panel=panel, given={}, by=judges[0], at=NOON)
    with pytest.raises(panels.SecondPersonNeeded):
        panels.publish_scale(panel=panel, by=facilitator, at=LATER)
    scale = panels.publish_scale(panel=panel, by=second, at=LATER)
    assert (scale.number, services.scale_in_force()) == (2, scale)
    assert scale.cuts["B2"] == pytest.approx(INITIAL_CUTS["B2"] + 0.3, abs=0.02)
    assert 0 < scale.panel.errors["B2"] < 0.1
    with pytest.raises(panels.ScalePublished):
        panels.publish_scale(panel=panel, by=second, at=LATER)


def test_effect_on_results(passed):
    """The effect of cuts is counted on the newest results, which stay as they are."""
    same = queries.effect_of(INITIAL_CUTS)
    assert (same.results, same.changed) == (1, 0)
    higher = queries.effect_of({level: cut + 20 for level, cut in INITIAL_CUTS.items()})
    assert (higher.changed, higher.rows[0]) == (1, ("A1", 0, 1))
    assert passed.result.scale == services.scale_in_force()


def test_panel_by_page(assessment, facilitator, second, judges, signed_in):
    """Opened, judged, seen, closed and published on its page."""
    client = signed_in(facilitator)
    new = reverse("admin:proctoring_angoffpanel_new")
    people = [str(person.pk) for person in judges]
    refused = client.post(new, {"title": "E", "panelists": people[:2], "per_level": 2})
    assert "at least 3 panelists" in refused.content.decode()
    client.post(new, {"title": "English", "panelists": people, "per_level": 2})
    panel = AngoffPanel.objects.get()
    for person in judges:
        form = {
            f"j-{version.hex}-{level}": str(round(value * 100))
            for (version, level), value in judged(panel).items()
        }
        own = signed_in(person)
        assert "Panel</th>" not in own.get(page(panel)).content.decode()
        wrong = own.post(page(panel), {**form, next(iter(form)): "101"}).content.decode()
        assert 'class="errornote"' in wrong
        assert own.post(page(panel), form).status_code == 302
    client = signed_in(facilitator)
    client.post(page(panel, "next-round"))
    shown = signed_in(judges[0]).get(page(panel)).content.decode()
    assert "Panel</th>" in shown
    client = signed_in(facilitator)
    client.post(page(panel, "close"))
    assert "Another person publishes" in client.get(page(panel)).content.decode()
    client.post(page(panel, "publish"))
    assert Scale.objects.count() == 1
    signed_in(second).post(page(panel, "publish"))
    assert services.scale_in_force().panel == panel


def test_who_may_not(panel, judges, asha, proctor, signed_in, client):
    """Strangers and other panelists see nothing of a panel; panelists do not run it."""
    outsider = make_staff("Noor", "panelist")
    for person in (asha.user, proctor, outsider):
        assert signed_in(person).get(page(panel)).status_code in (302, 403)
        assert signed_in(person).post(page(panel), {}).status_code in (302, 403)
    for person in (judges[0], proctor, asha.user):
        stranger = signed_in(person)
        for name in ("next-round", "close", "publish"):
            assert stranger.post(page(panel, name)).status_code in (302, 403)
    assert client.get(page(panel)).status_code == 302
    panel.refresh_from_db()
    assert (panel.round, panel.closed_at) == (1, None)
