"""Adding and replacing one's own contacts, on the page and over the API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.authentication.services import contacts, login
from accounts.models import AuditEvent, User
from accounts.security.origin import UNKNOWN_ORIGIN
from accounts.sessions import tokens
from accounts.tests.conftest import come_in, last_message, sent_code, wrong
from conftest import NOON, make_user
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
PHONE = "+919811122233"


@pytest.fixture
def mail_only(db: None) -> User:
    """Somebody who signed up by e-mail and has no phone yet."""
    return make_user("Gita", phone=None, phone_verified_at=None)


def token_of(user: User) -> str:
    return tokens.issue(user=user, at=timezone.now()).access_token


def test_page_adds_the_missing_one(client: Client, mail_only: User) -> None:
    """A code to the new number makes it theirs, confirmed."""
    come_in(client, mail_only)
    assert client.post("/account/contacts/", {"contact": "98111 22233"}).url == (
        "/account/contacts/code/"
    )
    answer = client.post("/account/contacts/code/", {"code": sent_code(PHONE)})
    assert answer.url == "/next/"
    mail_only.refresh_from_db()
    assert mail_only.phone == PHONE
    assert mail_only.phone_verified_at


def test_api_adds_the_missing_one(call, mail_only: User) -> None:
    """The same over the API."""
    token = token_of(mail_only)
    assert call("me/contacts/code/", token=token, contact=PHONE).status_code == 202
    answer = call("me/contacts/confirm/", token=token, contact=PHONE, code=sent_code(PHONE))
    assert answer.status_code == 200
    assert answer.json()["phone_verified"] is True


def test_program_needs_a_fresh_proof(call, mail_only: User) -> None:
    """Whoever holds an old token cannot move the account to a contact of theirs."""
    token = tokens.issue(user=mail_only, at=timezone.now() - timedelta(minutes=6)).access_token
    answer = call("me/contacts/code/", token=token, contact=PHONE)
    assert (answer.status_code, answer.json()["code"]) == (403, "proof_required")


def test_codes_to_the_old_contact_die(lata: User) -> None:
    """A log-in code that lies in the mailbox that was replaced opens nothing any more."""
    ticket = login.begin_log_in_by_code(contact=lata.email or "", at=NOON, ip="")
    old_code, new = sent_code(lata.email or ""), "lata.new@example.com"
    contacts.request_contact_change(user=lata, contact=new, at=NOON, ip="")
    contacts.confirm_contact_change(user=lata, contact=new, code=sent_code(new), at=NOON)
    with pytest.raises(Refusal):
        login.check_log_in_code(ticket=ticket, code=old_code, at=NOON, origin=UNKNOWN_ORIGIN)


def test_wrong_code_changes_nothing(call, client: Client, mail_only: User) -> None:
    """Without the right code the contact stays somebody else's business."""
    token = token_of(mail_only)
    call("me/contacts/code/", token=token, contact=PHONE)
    code = wrong(sent_code(PHONE))
    refused = call("me/contacts/confirm/", token=token, contact=PHONE, code=code)
    assert refused.status_code == 422
    mail_only.refresh_from_db()
    assert mail_only.phone is None


def test_code_of_another_account_does_not_help(call, mail_only: User, lata: User) -> None:
    """Two people who ask for one number: only who was sent the newest code gets it."""
    contacts.request_contact_change(user=lata, contact=PHONE, at=NOON, ip="")
    code = sent_code(PHONE)
    with pytest.raises(Refusal):
        contacts.confirm_contact_change(user=mail_only, contact=PHONE, code=code, at=NOON)
    assert (
        contacts.confirm_contact_change(user=lata, contact=PHONE, code=code, at=NOON).phone == PHONE
    )


def test_contact_of_somebody_else_is_not_told(call, mail_only: User, lata: User) -> None:
    """The answer is the same; the owner is told, and no code works."""
    token = token_of(mail_only)
    taken = call("me/contacts/code/", token=token, contact=lata.phone)
    free = call("me/contacts/code/", token=token, contact=PHONE)
    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    assert last_message(lata.phone).template == "accounts/account_exists"


def test_own_confirmed_contact_needs_nothing(call, client: Client, lata: User) -> None:
    """Both doors say that it is theirs already."""
    come_in(client, lata)
    page = client.post("/account/contacts/", {"contact": lata.email})
    api = call("me/contacts/code/", token=token_of(lata), contact=lata.email)
    assert api.json()["code"] == "contact_yours_already"
    assert page.context["form"].errors["contact"] == [api.json()["detail"]]


def test_replacing_logs_out_elsewhere_and_tells_the_old_one(call, lata: User) -> None:
    """The replaced contact hears of it, and only the place of the change stays signed in."""
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    token, old = token_of(lata), lata.email
    here.post("/account/contacts/", {"contact": "new@example.com"})
    here.post("/account/contacts/code/", {"code": sent_code("new@example.com")})
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401
    assert last_message(old).template == "accounts/security"
    event = AuditEvent.objects.get(action="account.contact_confirmed")
    assert "new@" not in str(event.new)


def test_strangers_are_sent_to_log_in(client: Client, call) -> None:
    """Nobody who has not signed in gets there."""
    for path in ("/account/", "/account/contacts/", "/account/contacts/code/"):
        assert client.get(path).url.startswith("/log-in/")
    assert call("me/contacts/code/", contact=PHONE).status_code == 401
