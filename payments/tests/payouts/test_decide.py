"""Decisions about payouts by two people: failed, returned, send again, made."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from hitouch.core.models import OutboxMessage
from payments.integrity import invariants
from payments.models import Entry, Payment, Payout, PayoutDecision
from payments.payouts import decisions, refusals, services, switch
from payments.tests.database import check_deferred_constraints

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"
Verb = PayoutDecision.Verb


def propose(payout, verb, by, **facts):
    return decisions.propose_decision(
        payout=payout, verb=verb, reason="Seen on the bank's statement.", by=by, at=NOON, **facts
    )


def by_api(client, payout, verb, body=None):
    subject = payout if body else payout.decisions.get(outcome="")
    url = reverse(f"api:payments:{verb}-decision", args=[subject.pk])
    return client.post(url, body, content_type="application/json")


@pytest.fixture
def completed(started, checker):
    """The payout, which arrived."""
    return services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)


def test_whoever_proposed_cannot_confirm(started, maker, checker):
    """The same person cannot confirm or decline, and the database refuses it too."""
    decision = propose(started, Verb.FAIL, maker)
    for verb in (decisions.accept_decision, decisions.decline_decision):
        with pytest.raises(refusals.OwnDecision):
            verb(decision=decision, by=maker, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayoutDecision.objects.update(outcome="ACCEPTED", decided_by=maker, decided_at=NOON)
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING


def test_confirm_over_the_api(signed_in, started, maker, checker):
    """One proposes, the other confirms; a decision is closed after that."""
    body = {"what": "FAIL", "reason": "Account closed.", "utr": ""}
    response = by_api(signed_in(maker), started, "propose", body)
    assert (response.status_code, response.json()["outcome"]) == (201, "")
    assert by_api(signed_in(maker), started, "accept").json()["code"] == "own_decision"
    decision = PayoutDecision.objects.get()
    assert by_api(signed_in(checker), started, "accept").json()["state"] == "FAILED"
    with pytest.raises(refusals.DecisionClosed):
        decisions.decline_decision(decision=decision, by=checker, at=NOON)


def test_confirm_in_the_admin(signed_in, started, maker, checker):
    """The page offers the proposal to one person, and the confirmation to the other."""
    url = reverse("admin:payments_payout_change", args=[started.pk])
    client = signed_in(maker)
    said = {"what": "RESEND", "reason": "No debit on the statement."}
    client.post(url, {"verb": "propose", **said})
    decision = PayoutDecision.objects.get()
    assert b"Someone else in finance must confirm" in client.get(url).content
    assert b'value="Confirm"' not in client.get(url).content
    other = signed_in(checker)
    assert b'value="Confirm"' in other.get(url).content
    other.post(url, {"verb": "accept"})
    decision.refresh_from_db()
    assert decision.outcome == PayoutDecision.Outcome.ACCEPTED
    assert Payout.objects.ready().get().payments.get() == started.payments.get()


def test_declined(started, maker, checker):
    """A declined proposal changes nothing, and another can follow."""
    decisions.decline_decision(decision=propose(started, Verb.FAIL, maker), by=checker, at=NOON)
    started.refresh_from_db()
    assert started.state == Payout.State.PROCESSING
    assert propose(started, Verb.FAIL, checker)


def test_one_open_decision(started, maker, checker):
    """A second proposal waits until the first is decided."""
    propose(started, Verb.FAIL, maker)
    with pytest.raises(refusals.DecisionOpen):
        propose(started, Verb.RESEND, checker)


def test_settling_overtakes(started, maker, checker):
    """If the UTR comes in meanwhile, the proposal that it failed is void."""
    decision = propose(started, Verb.FAIL, maker)
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    decision.refresh_from_db()
    assert decision.outcome == PayoutDecision.Outcome.OVERTAKEN
    with pytest.raises(refusals.DecisionClosed):
        decisions.accept_decision(decision=decision, by=checker, at=NOON)


def test_returned(completed, maker, checker, asha):
    """A completed transfer that the bank returned: the agent is owed the money again and told."""
    decision = propose(completed, Verb.REVERSE, maker)
    decisions.accept_decision(decision=decision, by=checker, at=NOON + timedelta(days=3))
    completed.refresh_from_db()
    payment = completed.payments.get()
    assert (completed.state, payment.state, payment.paid_at) == ("REVERSED", "FAILED", None)
    assert Entry.objects.filter(kind=Entry.Kind.TRANSFER_RETURNED).count() == 1
    assert "returned" in OutboxMessage.objects.get(template="payments/returned").body
    assert invariants.check_money() == []
    new = services.retry_payout(payout=completed, by=maker, at=NOON)
    services.start_payout(payout=new, by=maker, at=NOON)
    services.settle_payout(payout=new, utr_number="SBINN00000000002", by=checker, at=NOON)
    payment.refresh_from_db()
    assert payment.state == Payment.State.COMPLETED
    assert invariants.check_money() == []
    check_deferred_constraints()


@pytest.mark.parametrize("verb", Verb.values)
def test_what_can_be_said(payout, maker, verb):
    """Nothing can be said about a payout that was not started."""
    with pytest.raises(refusals.VerbNotPossible):
        propose(payout, verb, maker, utr_number=UTR)


@pytest.mark.parametrize("verb", [Verb.REVERSE, Verb.SETTLE])
def test_by_hand_is_settled_with_its_utr(started, maker, verb):
    """A transfer by hand under way is not returned, nor settled by a proposal of its maker."""
    with pytest.raises(refusals.VerbNotPossible):
        propose(started, verb, maker, utr_number=UTR)


def test_the_stranger(signed_in, asha, staff_without_role, started, maker):
    """Agents and staff outside finance neither propose nor confirm."""
    propose(started, Verb.FAIL, maker)
    for user in (asha.user, staff_without_role, make_staff("Rekha", "reviewer")):
        for verb in ("accept", "decline"):
            assert by_api(signed_in(user), started, verb).status_code == 403
        body = {"what": "FAIL", "reason": "x", "utr": ""}
        assert by_api(signed_in(user), started, "propose", body).status_code == 403
    assert PayoutDecision.objects.get().outcome == ""


def test_decisions_are_audited(started, maker, checker):
    """Who proposed and who confirmed is in the audit log."""
    decisions.accept_decision(decision=propose(started, Verb.FAIL, maker), by=checker, at=NOON)
    events = AuditEvent.objects.filter(action__in=["payout.decision_proposed", "payout.failed"])
    assert set(events.values_list("by", flat=True)) == {maker.pk, checker.pk}


def test_the_switch(signed_in, payout, maker, checker):
    """Anyone in finance stops all sending; two people start it again."""
    client, other = signed_in(maker), signed_in(checker)
    stop, start = reverse("api:payments:stop-sending"), reverse("api:payments:start-sending")
    assert client.post(stop, {"reason": ""}, content_type="application/json").status_code == 422
    body = {"reason": "Doubtful UTRs."}
    assert client.post(stop, body, content_type="application/json").json()["is_on"] is False
    with pytest.raises(refusals.SendingStopped):
        services.start_payout(payout=payout, by=maker, at=NOON)
    assert client.post(start).json()["start_proposed_by"] == str(maker.pk)
    assert client.post(start).json()["code"] == "own_switch"
    page = reverse("admin:payments_sendingswitch_changelist")
    assert b"Someone else must confirm" in other.get(page).content
    other.post(page, {"verb": "start"})
    assert other.get(reverse("api:payments:sending")).json()["is_on"] is True
    assert services.start_payout(payout=payout, by=maker, at=NOON)


def test_a_stop_takes_back_a_proposed_start(maker, checker):
    """Who stops again makes a proposed start void."""
    switch.stop_sending(reason="Doubt.", by=maker, at=NOON)
    switch.start_sending(by=maker, at=NOON)
    switch.stop_sending(reason="More doubt.", by=checker, at=NOON)
    assert switch.start_sending(by=checker, at=NOON).is_on is False
    with pytest.raises(refusals.OwnSwitch):
        switch.start_sending(by=checker, at=NOON)
