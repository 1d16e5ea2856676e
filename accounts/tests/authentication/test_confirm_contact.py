"""Adding and replacing one's own contacts, on the page and over the API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.authentication.services import contacts, login
from accounts.models import AuditEvent, User
from accounts.security.origin import UNKNOWN_ORIGIN
from accounts.sessions import tokens
from accounts.tests.conftest import last_message, log_in_recently, sent_code, wrong_code
from conftest import NOON, make_user
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db
PHONE = "+919811122233"


@pytest.fixture
def email_user(db: None) -> User:
    """A user with an e-mail address and no phone number."""
    return make_user("Gita", phone=None, phone_verified_at=None)


def token_of(user: User) -> str:
    """An access token of the user."""
    return tokens.issue(user=user, at=timezone.now()).access_token


def test_page_adds_a_contact(client: Client, email_user: User) -> None:
    """The code verifies the new number."""
    log_in_recently(client, email_user)
    assert client.post("/account/contacts/", {"contact": "98111 22233"}).url == (
        "/account/contacts/code/"
    )
    response = client.post("/account/contacts/code/", {"code": sent_code(PHONE)})
    assert response.url == "/next/"
    email_user.refresh_from_db()
    assert email_user.phone == PHONE
    assert email_user.phone_verified_at


def test_api_adds_a_contact(call, email_user: User) -> None:
    """The same over the API."""
    token = token_of(email_user)
    assert call("me/contacts/code/", token=token, contact=PHONE).status_code == 202
    response = call("me/contacts/confirm/", token=token, contact=PHONE, code=sent_code(PHONE))
    assert response.status_code == 200
    assert response.json()["phone_verified"] is True


def test_api_needs_recent_reauthentication(call, email_user: User) -> None:
    """An old token cannot change the contact."""
    token = tokens.issue(user=email_user, at=timezone.now() - timedelta(minutes=6)).access_token
    response = call("me/contacts/code/", token=token, contact=PHONE)
    assert (response.status_code, response.json()["code"]) == (403, "proof_required")


def test_codes_to_the_old_contact_are_invalidated(lata: User) -> None:
    """A log-in code sent to the replaced address does not work any more."""
    ticket = login.begin_log_in_by_code(contact=lata.email or "", at=NOON)
    old_code, new = sent_code(lata.email or ""), "lata.new@example.com"
    contacts.request_contact_change(user=lata, contact=new, at=NOON)
    contacts.confirm_contact_change(user=lata, contact=new, code=sent_code(new), at=NOON)
    with pytest.raises(Refusal):
        login.check_log_in_code(ticket=ticket, code=old_code, at=NOON, origin=UNKNOWN_ORIGIN)


def test_wrong_code_changes_nothing(call, client: Client, email_user: User) -> None:
    """Without the right code the contact is not saved."""
    token = token_of(email_user)
    call("me/contacts/code/", token=token, contact=PHONE)
    code = wrong_code(sent_code(PHONE))
    refused = call("me/contacts/confirm/", token=token, contact=PHONE, code=code)
    assert refused.status_code == 422
    email_user.refresh_from_db()
    assert email_user.phone is None


def test_code_of_another_user_is_refused(call, email_user: User, lata: User) -> None:
    """Of two users who request one number, only the one with the newest code gets it."""
    contacts.request_contact_change(user=lata, contact=PHONE, at=NOON)
    code = sent_code(PHONE)
    with pytest.raises(Refusal):
        contacts.confirm_contact_change(user=email_user, contact=PHONE, code=code, at=NOON)
    assert (
        contacts.confirm_contact_change(user=lata, contact=PHONE, code=code, at=NOON).phone == PHONE
    )


def test_contact_in_use_gets_the_same_answer(call, email_user: User, lata: User) -> None:
    """The response is the same; the owner is notified, and no code works."""
    token = token_of(email_user)
    taken = call("me/contacts/code/", token=token, contact=lata.phone)
    free = call("me/contacts/code/", token=token, contact=PHONE)
    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    assert last_message(lata.phone).template == "accounts/account_exists"


def test_own_verified_contact_is_refused(call, client: Client, lata: User) -> None:
    """Page and API say that it is verified already."""
    log_in_recently(client, lata)
    page = client.post("/account/contacts/", {"contact": lata.email})
    api = call("me/contacts/code/", token=token_of(lata), contact=lata.email)
    assert api.json()["code"] == "contact_yours_already"
    assert page.context["form"].errors["contact"] == [api.json()["detail"]]


def test_replacing_ends_other_sessions_and_notifies(call, lata: User) -> None:
    """The replaced contact is notified, and only the current session stays."""
    current, other = Client(), Client()
    for browser in (current, other):
        browser.post("/log-in/", {"contact": lata.email, "password": "correct-horse-battery"})
    token, old = token_of(lata), lata.email
    current.post("/account/contacts/", {"contact": "new@example.com"})
    current.post("/account/contacts/code/", {"code": sent_code("new@example.com")})
    assert current.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401
    assert last_message(old).template == "accounts/security"
    event = AuditEvent.objects.get(action="account.contact_confirmed")
    assert "new@" not in str(event.new)


def test_visitors_are_redirected_to_log_in(client: Client, call) -> None:
    """Pages and API need a logged-in user."""
    for path in ("/account/", "/account/contacts/", "/account/contacts/code/"):
        assert client.get(path).url.startswith("/log-in/")
    assert call("me/contacts/code/", contact=PHONE).status_code == 401
