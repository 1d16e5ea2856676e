"""The desk of staff: what waits, and decisions with a reason, confirmation and two people."""

import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.tests.conftest import log_in_recently
from conftest import NOON, make_staff, sign_in
from gigs.disputes import files
from gigs.disputes.subjects import Side
from gigs.models import Dispute
from gigs.tests.disputes.cases import DAY, dispute_of, escalated, rejected
from gigs.tests.support.marketplace import message_of
from gigs.workspace import queries as workspace_queries
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates


def at_desk(name: str) -> Browser:
    """Staff of operations who have just authenticated."""
    user = make_staff(name, "operations")
    return sign_in(log_in_recently(Browser(), user), user)


@pytest.fixture
def desk(db: None) -> Browser:
    return at_desk("Dev")


@pytest.fixture
def dispute(asha: Any, fixed: Any) -> Dispute:
    seed_rates()
    return escalated(rejected(asha, fixed), asked_paise=5_000_00)


def page_of(dispute: Dispute) -> str:
    return reverse("admin:gigs_dispute_change", args=[dispute.pk])


def act(desk: Browser, dispute: Dispute, verb: str, **data: Any) -> Any:
    url = page_of(dispute)
    return desk.post(url, {"verb": verb, **data}, headers={"referer": f"http://testserver{url}"})


DECISION = {"action": "PAY", "amount_paise": "2000", "reason": "The log shows it.", "is_sure": "on"}


def test_the_list_says_what_waits_for_whom(desk: Browser, dispute: Dispute, ravi: Any, fixed: Any):
    """And how long; the queue counts those to decide."""
    dispute_of(rejected(ravi, fixed))
    page = desk.get(reverse("admin:gigs_dispute_changelist")).text
    assert "HitouchCX to decide, since today" in page
    assert "Client to answer, since today" in page
    assert dispute.due_at is not None
    queues = workspace_queries.work_queues(now=dispute.due_at)
    counts = {queue.label: queue.count for queue in queues}
    assert counts["Disputes to decide"] == 1
    assert counts["Disputes past the time to decide"] == 1


def test_a_decision_is_carried_out(desk: Browser, dispute: Dispute):
    """With an amount, a reason and a tick; both sides get mail with the reason."""
    for missing in ("reason", "is_sure"):
        refused = act(desk, dispute, "decide", **{**DECISION, missing: ""})
        assert "Check these details" in refused.text
    assert "carried out" in message_of(act(desk, dispute, "decide", **DECISION))
    dispute.refresh_from_db()
    assert dispute.state == "DECIDED"
    mails = OutboxMessage.objects.filter(template="gigs/dispute_closed", channel="MAIL")
    assert len([mail for mail in mails if "The log shows it." in mail.body]) == 3


def test_a_refusal_keeps_what_was_typed(desk: Browser, dispute: Dispute):
    """An amount that is too high, with the reason still in the form."""
    refused = act(desk, dispute, "decide", **{**DECISION, "amount_paise": "5000.01"})
    assert "up to ₹5,000.00" in refused.text
    assert "The log shows it." in refused.text
    dispute.refresh_from_db()
    assert dispute.state == "ESCALATED"


def test_the_reason_survives_reauthentication(desk: Browser, dispute: Dispute, at_noon: Any):
    """Whose log-in is old confirms it first, and finds the form as it was."""
    at_noon.move_to(NOON + DAY / 48)
    answer = act(desk, dispute, "decide", **DECISION)
    assert "is-it-you" in answer["Location"]
    page = desk.get(page_of(dispute)).text
    assert "The log shows it." in page
    dispute.refresh_from_db()
    assert dispute.state == "ESCALATED"


def test_two_people_above_the_limit(desk: Browser, dispute: Dispute, settings: Any):
    """The second one confirms, or does not with a reason."""
    settings.HITOUCH_DISPUTE_SECOND_CHECK_RUPEES = 1_000
    assert "second person" in message_of(act(desk, dispute, "decide", **DECISION))
    own = act(desk, dispute, "confirm", is_sure="on")
    assert "another person has to confirm" in own.text
    other = at_desk("Esha")
    act(other, dispute, "reject", reason="Half of it")
    act(desk, dispute, "decide", **DECISION)
    assert "Confirmed" in message_of(act(other, dispute, "confirm", is_sure="on"))
    dispute.refresh_from_db()
    assert dispute.state == "DECIDED"


def test_staff_open_write_and_take_over(desk: Browser, asha: Any, fixed: Any):
    """On behalf of a side; who opened it does not decide."""
    work = rejected(asha, fixed)
    url = reverse("admin:gigs_dispute_add")
    facts = {"side": "AGENT", "kind": "WORK", "statement": "She called.", "asked_paise": "100"}
    unknown = desk.post(url, {**facts, "subject": "3fa85f64-5717-4562-b3fc-2c963f66afa6"})
    assert "nothing of this kind" in unknown.text
    desk.post(url, {**facts, "subject": str(work.pk)})
    dispute = Dispute.objects.get()
    assert (dispute.is_by_staff, dispute.asked_paise) == (True, 100_00)
    act(desk, dispute, "write", text="Please answer.")
    assert dispute.messages.get().author == "STAFF"
    act(desk, dispute, "take_over", reason="No contact")
    refused = act(desk, dispute, "decide", action="NOTHING", reason="Mine", is_sure="on")
    assert "another person has to decide" in refused.text


def test_files_and_evidence_for_staff(desk: Browser, dispute: Dispute, asha: Any):
    """Both are downloaded, and the access is recorded."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    row = files.add_file(
        dispute=dispute, author=Side.AGENT, by=asha.user, at=NOON, note="",
        upload=SimpleUploadedFile("calls.txt", b"call 7"),
    )  # fmt: skip
    url = reverse("admin:gigs_dispute_file", args=[dispute.pk, row.pk])
    assert desk.get(url).content == b"call 7"
    for form in ("json", "zip"):
        url = reverse("admin:gigs_dispute_evidence", args=[dispute.pk, form])
        assert desk.get(url).status_code == 200
    found = json.loads(desk.get(url.replace("zip", "json")).content)
    assert found["dispute"] == str(dispute.pk)


@pytest.mark.parametrize("who", ["none", "finance", "agent", "member", "nobody"])
def test_others_do_not_decide(who: str, dispute: Dispute, asha: Any, staff_without_role: Any):
    """Staff of other roles, the parties and nobody see nothing and change nothing."""
    person = {
        "none": lambda: staff_without_role,
        "finance": lambda: make_staff("Fara", "finance"),
        "agent": lambda: asha.user,
        "member": lambda: dispute.client.members.get(role="OWNER").user,
    }
    browser = sign_in(Browser(), person[who]()) if who != "nobody" else Browser()
    assert browser.get(page_of(dispute)).status_code in (302, 403)
    assert act(browser, dispute, "decide", **DECISION).status_code in (302, 403)
    for url in (
        reverse("admin:gigs_dispute_add"),
        reverse("admin:gigs_dispute_evidence", args=[dispute.pk, "json"]),
    ):
        assert browser.get(url).status_code in (302, 403)
    dispute.refresh_from_db()
    assert dispute.state == "ESCALATED"
