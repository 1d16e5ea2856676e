"""The FAQ in the admin: writing, the doctor, publishing, files, faults; strangers stay outside."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chatbot.faq import checks, curve, services
from chatbot.faq.records import TextRecord
from chatbot.models import FaqCategory, FaqEntry, FaqVersion, LabelledMessage, MatcherCalibration
from conftest import NOON, make_agent, make_staff
from hitouch.core.models import OperationsAlarm

pytestmark = pytest.mark.django_db
EN = {"EN": TextRecord("What is a widget?", "A thing for {{ code_minutes }} min.")}


@pytest.fixture
def meera():
    """A member of support."""
    return make_staff("Meera", "support")


@pytest.fixture
def version(meera):
    """The first draft of an entry."""
    category = FaqCategory.objects.create(title="Things")
    return services.create_entry(category=category, key="widget", texts=EN, by=meera)


def url(name, *args):
    return reverse(f"admin:chatbot_faqentry_{name}", args=args)


def page_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_writing_and_publishing(signed_in, meera):
    """An answer is written, examined, put right and published on pages."""
    browser, category = signed_in(meera), FaqCategory.objects.create(title="Things")
    sent = {"category": category.pk, "key": "widget", "question": "What?", "answer": "{{ no }}"}
    assert browser.post(url("add"), sent).status_code == 302
    version = FaqVersion.objects.get()
    doctor = page_of(browser.get(url("doctor", version.pk)))
    assert "There is no value for {{ no }}." in doctor
    assert "There is no value" in page_of(browser.post(url("publish", version.pk), follow=True))
    text = {"language": "EN", "question": "What is it?", "answer": "A thing."}
    assert "code_minutes" in page_of(browser.get(url("edit", version.pk, "EN")))
    assert browser.post(url("edit", version.pk, "EN"), text).status_code == 302
    assert "People see it" in page_of(browser.post(url("publish", version.pk), follow=True))
    assert "What is it?" in page_of(browser.get(url("changelist")))


def test_typed_text_is_not_lost(signed_in, meera, version):
    """A refused text stays in the form with the sentence why."""
    browser = signed_in(meera)
    sent = {"language": "EN", "question": "", "answer": "Typed long."}
    page = page_of(browser.post(url("edit", version.pk, "EN"), sent))
    assert "Typed long." in page
    assert "Write a question" in page
    services.publish(version=version, by=meera, at=NOON)
    sent = {"language": "EN", "text": "what is a widget?"}
    page = page_of(browser.post(url("phrasing", version.entry_id), sent))
    assert "asked in these words already" in page


def test_acts_on_an_entry(signed_in, meera, version):
    """Hide, show, phrasings, draft, discard, withdraw."""
    browser, entry = signed_in(meera), version.entry
    services.publish(version=version, by=meera, at=NOON)
    browser.post(url("active", entry.pk), {"is_active": "false"})
    assert not FaqEntry.objects.get().is_active
    browser.post(url("phrasing", entry.pk), {"language": "EN", "text": "how so"})
    row = entry.phrasings.get(text="how so")
    assert "how so" in page_of(browser.get(url("change", entry.pk)))
    browser.post(url("unsay", row.pk))
    assert not entry.phrasings.filter(text="how so").exists()
    browser.post(url("draft", entry.pk))
    draft = entry.versions.get(state="DRAFT")
    browser.post(url("discard", draft.pk))
    assert entry.versions.count() == 1
    browser.post(url("retire", entry.pk))
    assert FaqEntry.objects.get().version is None


def test_files(signed_in, meera, version):
    """Export and import; a faulty file is named by line and nothing of it is imported."""
    browser = signed_in(meera)
    services.publish(version=version, by=meera, at=NOON)
    exported = browser.get(url("export", "yaml"))
    assert b"widget" in exported.content
    file = SimpleUploadedFile("faq.yaml", exported.content.replace(b"A thing", b"A tool"))
    assert "1 drafts" in page_of(browser.post(url("import"), {"file": file}, follow=True))
    file = SimpleUploadedFile("faq.yaml", b"- category: A\n  entries:\n    - key: a b\n")
    assert "Line 3" in page_of(browser.post(url("import"), {"file": file}))


def test_the_nightly_check_names_faults(signed_in, meera, version, monkeypatch):
    """A slot that is gone and languages without a text are in an alarm, a queue and on a page."""
    services.publish(version=version, by=meera, at=NOON)
    monkeypatch.delitem(checks.slots.REGISTRY, "code_minutes")
    found = [str(fault) for fault in checks.check_faq(at=NOON)]
    assert found == [
        "widget, EN: There is no value for {{ code_minutes }}.",
        "widget, HI: There is no text in this language.",
        "widget, HINGLISH: There is no text in this language.",
    ]
    assert "code_minutes" in OperationsAlarm.objects.get(name=checks.ALARM).detail
    assert checks.work_queues(now=NOON)[0].count == 1
    assert "code_minutes" in page_of(signed_in(meera).get(url("faults")))
    services.retire(entry=version.entry, by=meera, at=NOON)
    assert checks.check_faq(at=NOON) == []
    assert not OperationsAlarm.objects.exists()


@pytest.mark.parametrize("who", ["agent", "staff without role", "finance", "nobody"])
def test_strangers_stay_outside(client, signed_in, version, who):
    """Nobody but support reaches these pages or acts."""
    people = {
        "agent": lambda: signed_in(make_agent("Asha").user),
        "staff without role": lambda: signed_in(make_staff("Omar")),
        "finance": lambda: signed_in(make_staff("Fatima", "finance")),
        "nobody": lambda: client,
    }
    browser = people[who]()
    pages = [
        url("changelist"),
        url("add"),
        url("change", version.entry_id),
        url("doctor", version.pk),
        url("import"),
        url("export", "csv"),
        url("faults"),
    ]
    for address in pages:
        assert browser.get(address).status_code in (302, 403, 404), address
    for name in ("publish", "discard"):
        assert browser.post(url(name, version.pk)).status_code in (302, 403, 404)
    assert FaqVersion.objects.get().state == "DRAFT"


def test_labels_and_categories_are_saved_by_services(signed_in, meera, version):
    """A label has its author and moment and no secret; a threshold tells the matcher."""
    browser = signed_in(meera)
    sent = {
        "text": "call 9876543210 for widgets",
        "language": "EN",
        "entry": str(version.entry_id),
    }
    answer = browser.post(reverse("admin:chatbot_labelledmessage_add"), sent)
    assert answer.status_code == 302
    label = LabelledMessage.objects.get()
    assert (label.by, label.origin) == (meera, "STAFF")
    assert "9876543210" not in label.text
    category = version.entry.category
    sent = {"title": "Things", "position": 1, "answer_threshold": "0.9", "skill": ""}
    browser.post(reverse("admin:chatbot_faqcategory_change", args=[category.pk]), sent)
    category.refresh_from_db()
    assert str(category.answer_threshold) == "0.90"


def test_calibration_has_its_curve(signed_in, meera):
    """The page of a calibration shows the bins as a plot with words."""
    bins = [
        {"probability": 0.1, "share": 0.0, "count": 5},
        {"probability": 0.9, "share": 1.0, "count": 7},
    ]
    row = MatcherCalibration.objects.create(
        number=1, coefficients={}, curve=bins, published_at=NOON
    )
    page = page_of(
        signed_in(meera).get(reverse("admin:chatbot_matchercalibration_change", args=[row.pk]))
    )
    assert 'points="20.0,200.0 180.0,0.0"' in page
    assert curve.plot_of([]) is None
