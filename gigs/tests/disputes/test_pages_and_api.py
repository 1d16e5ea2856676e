"""Disputes by page and by API: both sides, viewers and strangers get the same answers."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from conftest import sign_in
from gigs.models import Dispute
from gigs.tests.disputes.cases import dispute_of, negotiated, rejected
from gigs.tests.support.marketplace import make_member, message_of, owner_of
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates

BOTH = pytest.mark.parametrize("api", [False, True], ids=["page", "api"])
#: The endpoint of each act on a page, by its last part.
ENDPOINTS = {
    "contest": "contest-dispute",
    "accept": "accept-dispute",
    "message": "dispute-messages",
    "bid": "dispute-bids",
    "escalate": "escalate-dispute",
    "withdraw": "withdraw-dispute",
}


class Side:
    """Asks the same of the pages or the API of one side."""

    def __init__(self, browser: Browser, *, api: bool, client: bool = False) -> None:
        self.browser, self.api, self.prefix = browser, api, "client-" if client else ""

    def act(self, verb: str, dispute: Dispute, **data: Any) -> Any:
        if self.api:
            if "amount" in data:
                data = {"amount_paise": data["amount"] * 100}
            url = reverse(f"api:gigs:{self.prefix}{ENDPOINTS[verb]}", args=[dispute.pk])
            return self.browser.post(url, data, content_type="application/json")
        if "amount" in data:
            data = {"amount_paise": data["amount"]}
        url = reverse(f"gigs:{self.prefix}dispute-act", args=[dispute.pk, verb])
        return self.browser.post(url, data)

    def open(self, row: Any, kind: str, statement: str = "The calls were right.") -> Any:
        if self.api:
            data = {"kind": kind.upper(), "subject": str(row.pk), "statement": statement}
            data["asked_paise"] = 5_000_00  # type: ignore[assignment]
            url = reverse(f"api:gigs:{self.prefix}disputes")
            return self.browser.post(url, data, content_type="application/json")
        url = reverse(f"gigs:{self.prefix}open-dispute", args=[kind, row.pk])
        return self.browser.post(url, {"statement": statement, "asked_paise": "5000"})

    def see(self, dispute: Dispute) -> Any:
        place = "api:gigs" if self.api else "gigs"
        return self.browser.get(reverse(f"{place}:{self.prefix}dispute", args=[dispute.pk]))

    def refusal(self, response: Any) -> str:
        """The code or the sentence of a refusal."""
        if self.api:
            return str(response.json()["code"])
        if response.context is None:
            return message_of(response)
        for name in ("text_form", "bid_form", "reason_form", "form"):
            form = response.context.get(name)
            if form is not None and form.is_bound and form.errors:
                return str(form.errors)
        return message_of(response)


@BOTH
def test_a_whole_dispute(api: bool, asha: Any, fixed: Any, browser: Any):
    """Opened, contested, talked about, settled by amounts; both read what happens."""
    seed_rates()
    work = rejected(asha, fixed)
    agent = Side(browser(asha), api=api)
    client = Side(browser(owner_of(fixed.client)), api=api, client=True)
    assert agent.open(work, "work").status_code in (201, 302)
    dispute = Dispute.objects.get()
    assert (dispute.asked_paise, dispute.opened_by) == (5_000_00, asha.user)
    again = agent.open(work, "work")
    assert agent.refusal(again) == "disputed_already" if api else "already an open" in again.text
    client.act("contest", dispute, text="They were wrong.")
    agent.act("message", dispute, text="Please listen to call 7.")
    assert "Please listen to call 7." in client.see(dispute).text
    agent.act("bid", dispute, amount=2000)
    seen = client.see(dispute).text
    assert "2000" not in seen.replace(",", "")
    refused = agent.act("bid", dispute, amount=100)
    assert agent.refusal(refused) == "named_already" if api else "You have named" in refused.text
    client.act("bid", dispute, amount=3000)
    for side in (agent, client):
        assert "₹2,500.00" in side.see(dispute).text
    closed = agent.act("message", dispute, text="Thanks")
    if api:
        assert agent.refusal(closed) == "dispute_closed"
    else:
        assert "This dispute has ended" in closed.text
        assert "Thanks" in closed.text
    mails = OutboxMessage.objects.filter(template="gigs/dispute_closed")
    assert all("₹2,500.00" in mail.body for mail in mails if mail.channel == "MAIL")


@BOTH
def test_strangers_find_nothing(api: bool, asha: Any, fixed: Any, outsiders: Any):
    """Other agents and clients, staff and nobody neither see nor change a dispute."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=100_00)
    for name, stranger in outsiders.items():
        for client in (False, True):
            side = Side(stranger, api=api, client=client)
            expected = (302, 401) if name == "nobody" else (403, 404)
            for verb in ENDPOINTS:
                answer = side.act(verb, dispute, **_data_of(verb))
                assert answer.status_code in expected, (name, verb)
            assert side.see(dispute).status_code in expected
            assert side.open(dispute.work, "work").status_code in expected
    dispute.refresh_from_db()
    assert (dispute.state, dispute.messages.count(), dispute.bids.count()) == ("NEGOTIATION", 1, 0)
    assert Dispute.objects.count() == 1


def _data_of(verb: str) -> dict[str, Any]:
    if verb in ("contest", "message"):
        return {"text": "Hello"}
    if verb == "bid":
        return {"amount": 1}
    return {} if verb == "accept" else {"reason": "Because"}


@BOTH
def test_a_viewer_reads_only(api: bool, asha: Any, fixed: Any, browser: Any):
    """Members who cannot decide see the dispute without forms."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=100_00)
    viewer = Side(browser(fixed.client.members.get(role="VIEWER")), api=api, client=True)
    page = viewer.see(dispute)
    assert (page.status_code, "<button" in page.text.split("<main")[-1]) == (200, False)
    for verb in ENDPOINTS:
        assert viewer.act(verb, dispute, **_data_of(verb)).status_code == 403
    assert viewer.open(dispute.work, "work").status_code == 403


@BOTH
def test_money_needs_a_second_factor(api: bool, asha: Any, fixed: Any):
    """A client agrees or names an amount only after two-step verification."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=100_00)
    member = make_member("Mira", fixed.client, role="MANAGER")
    member.user.staticdevice_set.all().delete()
    client = Side(sign_in(Browser(), member.user), api=api, client=True)
    for verb in ("accept", "bid"):
        assert client.act(verb, dispute, **_data_of(verb)).status_code in (302, 403)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.bids.count()) == ("NEGOTIATION", 0)
    client.act("message", dispute, text="We will ask Olga.")
    assert dispute.messages.count() == 2


@BOTH
def test_what_is_typed_is_kept(api: bool, asha: Any, fixed: Any, browser: Any):
    """A refusal shows the text again; empty, huge and foreign input is refused by its field."""
    work = rejected(asha, fixed)
    agent = Side(browser(asha), api=api)
    long = "x" * 4001
    answer = agent.open(work, "work", statement=long)
    assert answer.status_code == 422 if api else long in answer.text
    dispute = dispute_of(work, asked_paise=100_00)
    early = agent.act("escalate", dispute, reason="I am in a hurry")
    if api:
        assert early.json()["code"] == "not_answered_yet"
    else:
        assert "I am in a hurry" in early.text
    for wrong in ("", "   "):
        answer = agent.act("message", dispute, text=wrong)
        assert answer.status_code == 422 if api else "required" in answer.text
    assert dispute.messages.count() == 0


def test_an_agent_agrees(asha: Any, fixed: Any, browser: Any):
    """By the page, to a dispute of the client about a gig."""
    work = rejected(asha, fixed)
    dispute = dispute_of(work.gig, "CLIENT")
    agent = Side(browser(asha), api=False)
    assert "Agree and end the dispute" in agent.see(dispute).text
    agent.act("accept", dispute)
    dispute.refresh_from_db()
    assert dispute.state == "SETTLED"
    assert "ended" in message_of(agent.act("accept", dispute))


def test_lists(asha: Any, fixed: Any, browser: Any):
    """Each side lists its disputes, by state; an unknown state is refused by the API."""
    dispute = dispute_of(rejected(asha, fixed))
    for person, prefix in ((asha, ""), (owner_of(fixed.client), "client-")):
        signed_in = browser(person)
        assert dispute.reference in signed_in.get(reverse(f"gigs:{prefix}disputes")).text
        closed = signed_in.get(reverse(f"gigs:{prefix}disputes"), {"state": "DECIDED"})
        assert dispute.reference not in closed.text
        url = reverse(f"api:gigs:{prefix}disputes")
        rows = signed_in.get(url, {"state": "OPEN"}).json()["data"]
        assert [row["reference"] for row in rows] == [dispute.reference]
        assert signed_in.get(url, {"state": "NONE"}).status_code in (400, 422)


@BOTH
def test_files_of_both_sides(api: bool, asha: Any, fixed: Any, browser: Any, outsiders: Any):
    """Text is stored as it is, what is no file of an allowed kind is refused, others get 404."""
    dispute = negotiated(rejected(asha, fixed))
    agent = browser(asha)
    url = (
        reverse("api:gigs:dispute-files", args=[dispute.pk])
        if api
        else reverse("gigs:dispute-act", args=[dispute.pk, "file"])
    )
    good = SimpleUploadedFile("calls.txt", b"call 7 at 10:15", content_type="text/plain")
    assert agent.post(url, {"file": good, "note": "My list"}).status_code in (201, 302)
    bad = SimpleUploadedFile("calls.pdf", b"MZ\x90\x00 not a pdf", content_type="application/pdf")
    answer = agent.post(url, {"file": bad, "note": ""})
    assert answer.json()["code"] == "bad_file" if api else "cannot upload" in answer.text
    row = dispute.files.get()
    place = "api:gigs" if api else "gigs"
    theirs = reverse(f"{place}:client-dispute-file", args=[dispute.pk, row.pk])
    assert browser(owner_of(fixed.client)).get(theirs).content == b"call 7 at 10:15"
    mine = reverse(f"{place}:dispute-file", args=[dispute.pk, row.pk])
    assert outsiders["another agent"].get(mine).status_code == 404
    assert outsiders["another client"].get(theirs).status_code == 404


def test_pages_lead_to_disputes(asha: Any, fixed: Any, browser: Any):
    """From the decided work and the gig, for both sides."""
    work = rejected(asha, fixed)
    page = browser(asha).get(reverse("gigs:work", args=[work.pk])).text
    link = reverse("gigs:open-dispute", args=["work", work.pk])
    assert link in page
    assert "up to ₹5,000.00" in browser(asha).get(link).text
    gig = browser(owner_of(fixed.client)).get(reverse("gigs:client-gig", args=[work.gig_id])).text
    assert reverse("gigs:client-open-dispute", args=["gig", work.gig_id]) in gig
