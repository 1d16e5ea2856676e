"""What a member does with a ticket: every act on the page and over the API."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from chatbot.desk import services
from chatbot.models import (
    CannedReply,
    Conversation,
    FaqCategory,
    FaqEntry,
    Message,
    MessageSuggestion,
    SealedSecret,
    TicketDraft,
    TicketPresence,
)
from conftest import NOON

#: Act, what is sent, and what is true of the ticket afterwards.
ACTS = {
    "priority": ({"priority": 3}, lambda ticket: ticket.priority == 3),
    "hold": ({"reason": "The client has to say"}, lambda ticket: ticket.is_on_hold),
    "resolve": ({}, lambda ticket: ticket.state == "RESOLVED"),
    "transfer": ({}, lambda ticket: ticket.assigned_to is None),
}


def on_page(client, ticket, act, sent):
    return client.post(reverse("chatbot:desk-act", args=[ticket.pk, act]), sent)


def over_api(client, ticket, act, sent):
    url = reverse(f"api:chatbot:desk-{act}", args=[ticket.pk])
    return client.post(url, sent, content_type="application/json")


@pytest.fixture(params=[on_page, over_api])
def act(request):
    """Do an act: once on the page, once over the API."""
    return request.param


def answer_on_page(client, ticket, **sent):
    return client.post(reverse("chatbot:desk-answer", args=[ticket.pk]), sent)


def answer_over_api(client, ticket, **sent):
    url = reverse("api:chatbot:desk-answer", args=[ticket.pk])
    return client.post(url, sent, content_type="application/json")


@pytest.fixture(params=[answer_on_page, answer_over_api])
def answer(request):
    """Answer a ticket: once on the page, once over the API."""
    return request.param


@pytest.mark.parametrize("name", ACTS)
def test_acts(signed_in, sunita, ticket, act, name):
    """Priority, hold, close, and back to the queue."""
    if name == "transfer":
        services.go_off_duty(user=sunita, at=NOON)
        services.take(ticket=ticket, by=sunita, at=NOON)
    sent, is_done = ACTS[name]
    assert act(signed_in(sunita), ticket, name, sent).status_code in (200, 302)
    ticket.refresh_from_db()
    assert is_done(ticket)


def test_resume_and_reopen(signed_in, sunita, ticket, act):
    """A ticket on hold goes on, a closed one is open again."""
    client = signed_in(sunita)
    services.hold(ticket=ticket, by=sunita, reason="The client", at=NOON)
    act(client, ticket, "resume", {})
    ticket.refresh_from_db()
    assert not ticket.is_on_hold
    services.resolve(ticket=ticket, by=sunita, at=NOON)
    act(client, ticket, "reopen", {})
    ticket.refresh_from_db()
    assert ticket.state == "IN_PROGRESS"


def test_take(signed_in, omar, ticket, act):
    """A ticket of another member is taken only by saying so."""
    client = signed_in(omar)
    act(client, ticket, "take", {})
    ticket.refresh_from_db()
    assert ticket.assigned_to != omar
    act(client, ticket, "take", {"from_another": True})
    ticket.refresh_from_db()
    assert ticket.assigned_to == omar


def test_pass_on_with_a_note(signed_in, sunita, omar, ticket, act):
    """The other member gets the ticket and reads the note."""
    services.go_on_duty(user=omar, at=NOON)
    act(signed_in(sunita), ticket, "transfer", {"to": str(omar.pk), "note": "Speaks Kannada"})
    ticket.refresh_from_db()
    assert (ticket.assigned_to, ticket.notes.get().text) == (omar, "Speaks Kannada")


def test_a_refused_transfer_leaves_no_note(signed_in, sunita, omar, ticket, act):
    """Nothing is written when the other member is off duty."""
    act(signed_in(sunita), ticket, "transfer", {"to": str(omar.pk), "note": "Yours"})
    ticket.refresh_from_db()
    assert (ticket.assigned_to, ticket.notes.count()) == (sunita, 0)


def test_merge_by_reference(signed_in, sunita, asha, ravi, ticket, act):
    """A ticket goes on in another one of the same person, which is named by its reference."""
    other = services.open_ticket(user=asha.user, subject="Again", text="Same.", at=NOON)
    foreign = services.open_ticket(user=ravi.user, subject="Other", text="Other.", at=NOON)
    client = signed_in(sunita)
    for wrong in (foreign.reference, "nothing", str(uuid4())):
        assert act(client, other, "merge", {"into": wrong}).status_code in (302, 409)
        other.refresh_from_db()
        assert other.merged_into is None
    act(client, other, "merge", {"into": ticket.reference})
    other.refresh_from_db()
    assert other.merged_into == ticket
    assert "Same." in client.get(reverse("chatbot:desk-ticket", args=[ticket.pk])).content.decode()


def test_answer_and_close(signed_in, sunita, ticket, answer):
    """One press answers and closes; the draft is gone."""
    services.save_draft(ticket=ticket, by=sunita, text="It is on")
    newest = ticket.messages.get()
    sent = {"text": "It is on its way.", "seen": str(newest.pk), "close": True}
    assert answer(signed_in(sunita), ticket, **sent).status_code in (201, 302)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("RESOLVED", 2)
    assert not TicketDraft.objects.exists()


def test_an_answer_to_a_changed_thread_is_refused(signed_in, sunita, ticket, answer):
    """After a newer message the answer comes back unsent, with its text, until confirmed."""
    seen = str(ticket.messages.get().pk)
    services.reply(ticket=ticket, text="It has come now.", at=NOON)
    client = signed_in(sunita)
    refused = answer(client, ticket, text="We look at it.", seen=seen)
    assert refused.status_code == 409
    assert ticket.messages.filter(is_from_staff=True).count() == 0
    assert "new message" in refused.content.decode()
    if answer is answer_on_page:
        assert "We look at it." in refused.content.decode()
        assert 'name="confirmed"' in refused.content.decode()
    answer(client, ticket, text="We look at it.", seen=seen, confirmed=True)
    assert ticket.messages.filter(is_from_staff=True).count() == 1


def test_an_answer_while_another_member_writes_is_refused(signed_in, sunita, omar, ticket, answer):
    """Whoever would write at the same time is told who writes; confirmed, the answer goes out."""
    services.seen(ticket=ticket, by=omar, at=NOON, writing=True)
    client = signed_in(sunita)
    refused = answer(client, ticket, text="We look at it.")
    assert refused.status_code == 409
    assert "Omar is writing" in refused.content.decode()
    answer(client, ticket, text="We look at it.", confirmed=True)
    assert ticket.messages.filter(is_from_staff=True).count() == 1


def test_who_stopped_writing_stops_nobody(signed_in, sunita, omar, ticket, answer):
    """Half a minute after the last key, the other member does not count as writing."""
    services.seen(ticket=ticket, by=omar, at=NOON - timedelta(seconds=30), writing=True)
    assert answer(signed_in(sunita), ticket, text="Done.").status_code in (201, 302)


def test_a_placeholder_is_not_sent(signed_in, sunita, ticket, answer):
    """A person never reads the placeholder of a canned reply."""
    refused = answer(signed_in(sunita), ticket, text="Hello {{ name }}.")
    assert refused.status_code in (409, 422)
    assert ticket.messages.count() == 1


def test_canned_replies_are_filled(signed_in, sunita, ticket, answer):
    """Placeholders are filled for the ticket, and the use is counted."""
    reply = CannedReply.objects.create(title="Hello", text="Hello {{ name }}, {{ reference }}.")
    client = signed_in(sunita)
    url = reverse("api:chatbot:desk-canned-replies", args=[ticket.pk])
    (found,) = client.get(url).json()
    assert found["text"] == f"Hello Asha, {ticket.reference}."
    answer(client, ticket, text=found["text"], canned_reply=found["id"])
    reply.refresh_from_db()
    assert reply.uses == 1


def test_notes_are_for_support(signed_in, sunita, asha, ticket):
    """A note is on the desk, by page and API, and nowhere on the person's side."""
    client = signed_in(sunita)
    client.post(reverse("chatbot:desk-act", args=[ticket.pk, "note"]), {"text": "First note"})
    url = reverse("api:chatbot:desk-notes", args=[ticket.pk])
    made = client.post(url, {"text": "Second note"}, content_type="application/json")
    assert (made.status_code, made.json()["by"]["name"]) == (201, "Sunita")
    shown = client.get(reverse("chatbot:desk-ticket", args=[ticket.pk])).content.decode()
    assert "First note" in shown
    assert "Second note" in shown
    person = signed_in(asha.user)
    for name in ("chatbot:ticket", "api:chatbot:ticket"):
        assert "note" not in person.get(reverse(name, args=[ticket.pk])).content.decode().lower()


def test_drafts_are_kept_for_each_member(signed_in, sunita, omar, ticket):
    """What was typed is in the page of its writer only; an empty text removes it."""
    url = reverse("api:chatbot:desk-draft", args=[ticket.pk])
    page = reverse("chatbot:desk-ticket", args=[ticket.pk])
    client = signed_in(sunita)
    saved = client.put(url, {"text": "Dear Asha, we"}, content_type="application/json")
    assert saved.json()["text"] == "Dear Asha, we"
    assert "Dear Asha, we" in client.get(page).content.decode()
    assert "Dear Asha, we" not in signed_in(omar).get(page).content.decode()
    client.put(url, {"text": ""}, content_type="application/json")
    assert not TicketDraft.objects.exists()


def test_presence(signed_in, sunita, omar, ticket):
    """Each sees the others, not oneself; a page that reads itself anew stops no writing."""
    url = reverse("api:chatbot:desk-presence", args=[ticket.pk])
    page = reverse("chatbot:desk-ticket", args=[ticket.pk])
    client, other = signed_in(sunita), signed_in(omar)
    assert other.post(url, {"writing": True}, content_type="application/json").json() == []
    (seen,) = client.post(url, {"writing": False}, content_type="application/json").json()
    assert (seen["member"]["name"], seen["is_writing"]) == ("Omar", True)
    other.get(page, headers={"X-Refresh": "1"})
    assert TicketPresence.objects.get(by=omar).writing_at is not None
    assert "Omar is writing" in client.get(page).content.decode()


def test_opening_a_ticket_is_noted(signed_in, sunita, ticket):
    """A ticket that its member has opened is not passed on to another one."""
    assert ticket.looked_at is None
    signed_in(sunita).get(reverse("chatbot:desk-ticket", args=[ticket.pk]))
    ticket.refresh_from_db()
    assert (ticket.looked_at is not None, ticket.state) == (True, "IN_PROGRESS")


def sealed(ticket):
    message = ticket.messages.first()
    return SealedSecret.objects.create(
        ticket=ticket, message=message, number=1, kind="UPI", value="asha@okbank"
    )


def open_on_page(client, ticket, secret, reason):
    url = reverse("chatbot:desk-secret", args=[ticket.pk, secret.pk])
    return client.post(url, {"reason": reason}, follow=True)


def open_over_api(client, ticket, secret, reason):
    url = reverse("api:chatbot:desk-secret", args=[ticket.pk, secret.pk])
    return client.post(url, {"reason": reason}, content_type="application/json")


@pytest.mark.parametrize("open_secret", [open_on_page, open_over_api])
def test_sealed_secrets(signed_in, sunita, omar, ticket, open_secret):
    """Only the member of the ticket opens one, with a reason, and each opening is recorded."""
    secret = sealed(ticket)
    for client, reason in ((signed_in(omar), "Curious"), (signed_in(sunita), "")):
        shown = open_secret(client, ticket, secret, reason)
        assert "asha@okbank" not in shown.content.decode()
    assert not AuditEvent.objects.filter(action="secret.opened").exists()
    shown = open_secret(signed_in(sunita), ticket, secret, "To trace the payment")
    assert "asha@okbank" in shown.content.decode()
    event = AuditEvent.objects.get(action="secret.opened")
    assert "To trace the payment" in str(event.new)


def test_the_page_shows_no_sealed_secret(signed_in, sunita, ticket):
    """Before it is opened a secret is in neither the page nor the API."""
    sealed(ticket)
    client = signed_in(sunita)
    for name in ("chatbot:desk-ticket", "api:chatbot:desk-ticket"):
        shown = client.get(reverse(name, args=[ticket.pk])).content.decode()
        assert "asha@okbank" not in shown
        assert "UPI" in shown or "Upi" in shown


def asked_before(asha):
    """A conversation in which an entry was suggested."""
    conversation = Conversation.objects.create(user=asha.user, last_at=NOON - timedelta(hours=2))
    category = FaqCategory.objects.create(title="Money")
    entry = FaqEntry.objects.create(category=category, key="pay-day")
    at = NOON - timedelta(hours=2)
    Message.objects.create(
        conversation=conversation, role="PERSON", source="PERSON", text="When is pay day?", at=at
    )
    offer = Message.objects.create(
        conversation=conversation, role="HELP", source="SUGGESTION", text="Did you mean", at=at
    )
    MessageSuggestion.objects.create(message=offer, entry=entry, probability=0.42, position=1)
    return conversation


def test_case_card(signed_in, asha, sunita):
    """The card tells what was asked and offered, with the probability, on page and API."""
    conversation = asked_before(asha)
    ticket = services.open_ticket(
        user=asha.user, subject="Pay", text="Still.", at=NOON, conversation=conversation
    )
    client = signed_in(sunita)
    page = client.get(reverse("chatbot:desk-ticket", args=[ticket.pk])).content.decode()
    assert "When is pay day?" in page
    assert "42 %" in page
    card = client.get(reverse("api:chatbot:desk-ticket", args=[ticket.pk])).json()["card"]
    (question,) = card["asked"]
    assert question["offered"][0]["probability"] == 0.42
    assert asha.user.email not in str(card)


def test_clocks_are_explained(signed_in, sunita, ticket):
    """The page and the API say which minutes counted, and the sum is that of the clock."""
    client = signed_in(sunita)
    url = reverse("api:chatbot:desk-clocks", args=[ticket.pk])
    first = next(each for each in client.get(url).json() if each["kind"] == "FIRST_RESPONSE")
    counted = sum(each["minutes"] for each in first["intervals"] if each["counts"])
    assert abs(counted - first["spent_minutes"]) <= len(first["intervals"])
    shown = client.get(reverse("chatbot:desk-clocks", args=[ticket.pk])).content.decode()
    assert "Working time" in shown


@pytest.mark.parametrize("name", ["chatbot:desk-ticket", "api:chatbot:desk-ticket"])
def test_number_of_queries(signed_in, asha, sunita, omar, ticket, name):
    """A longer thread takes no more queries."""
    client, url = signed_in(sunita), reverse(name, args=[ticket.pk])
    client.get(url)
    numbers = []
    for _ in range(2):
        for index in range(3):
            at = NOON - timedelta(minutes=30 - index)
            services.answer(ticket=ticket, by=sunita, text="One.", at=at)
            services.reply(ticket=ticket, text="Two.", at=at)
            services.add_note(ticket=ticket, by=omar, text="Three.", at=at)
            services.hold(ticket=ticket, by=sunita, reason="Four", at=at)
            services.resume(ticket=ticket, by=sunita, at=at)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("on_duty", [True, False])
def test_duty(signed_in, omar, on_duty):
    """A member goes on and off duty on the page and over the API."""
    client = signed_in(omar)
    if not on_duty:
        services.go_on_duty(user=omar, at=NOON - timedelta(hours=1))
    url = reverse("api:chatbot:desk-duty")
    answer = client.put(url, {"on_duty": on_duty}, content_type="application/json").json()
    assert answer["is_on_duty"] is on_duty
    assert client.get(url).json() == answer
    client.post(reverse("chatbot:desk-duty"), {} if on_duty else {"on_duty": "on"})
    assert client.get(url).json()["is_on_duty"] is not on_duty
