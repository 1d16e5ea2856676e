"""Slots and links of texts."""

from datetime import timedelta

import pytest

from chatbot.faq import links, slots
from gigs.models import work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["EN", "HI", "HINGLISH"])
@pytest.mark.usefixtures("facts")
def test_every_slot_has_a_value_in_every_language(language):
    """No slot of the registry is empty on a site with rates and an assessment."""
    values = slots.SlotValues()
    assert all(values.value(name, language) for name in slots.REGISTRY)


def test_a_changed_setting_is_read_at_once(settings):
    """The next text has the new number."""
    assert slots.SlotValues().fill("{{ resend_seconds }} s", "EN") == "60 s"
    settings.HITOUCH_CODE_COOLDOWN_SECONDS = 75
    assert slots.SlotValues().fill("{{ resend_seconds }} s", "EN") == "75 s"


def test_a_changed_rule_is_read_at_once(monkeypatch):
    """Rules that are no settings are read where they stand."""
    monkeypatch.setattr(work, "AUTO_APPROVAL_AFTER", timedelta(days=9))
    assert slots.SlotValues().fill("{{approval_days}}", "HI") == "9"


def test_payout_schedule(settings, monkeypatch):
    """With a weekly batch the text names day and hour; without one it promises none."""
    assert "no fixed day" in slots.SlotValues().value("payout_schedule", "EN")
    monkeypatch.setattr("payments.rules.weekly.is_scheduled", lambda: True)
    settings.HITOUCH_PAYOUT_WEEKDAY, settings.HITOUCH_PAYOUT_HOUR = "THURSDAY", 9
    assert "every Thursday at 09:00" in slots.SlotValues().value("payout_schedule", "EN")
    assert "गुरुवार 09:00" in slots.SlotValues().value("payout_schedule", "HI")


def test_values_of_a_request_are_read_once(django_assert_num_queries):
    """A page with many texts reads each slot once."""
    values = slots.SlotValues()
    with django_assert_num_queries(1):
        for _ in range(5):
            with pytest.raises(slots.BrokenSlot):
                values.value("platform_fee", "EN")


@pytest.mark.parametrize(
    "text", ["{{ nothing }}", "{{}}", "{{ a.b }}", "{{ code_minutes|add:1 }}", "{{ __class__ }}"]
)
def test_unknown_slots_are_broken(text):
    """Names are looked up in the registry and nowhere else."""
    with pytest.raises(slots.BrokenSlot):
        slots.SlotValues().fill(text, "EN")


def test_links():
    """A link names a page of ours by URL name or path; the text keeps its label."""
    text, found = links.split_links("Open [Help](chatbot:help) or [it](/help/#top).")
    assert text == "Open Help or it."
    assert [link.as_dict() for link in found] == [
        {"label": "Help", "url": "/help/"},
        {"label": "it", "url": "/help/#top"},
    ]


@pytest.mark.parametrize(
    "target", ["https://x.example/", "//x.example/", "javascript:alert(1)", "no:page", "/nope/"]
)
def test_other_targets_are_broken(target):
    """Neither other sites nor scripts nor pages that do not exist."""
    with pytest.raises(links.BrokenLink):
        links.url_of(target)
