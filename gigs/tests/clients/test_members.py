"""Members of a client: invitations, roles, leaving; by page and API, and nothing for strangers."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from conftest import NOON, make_staff, make_user, sign_in
from gigs.applications import services as application_services
from gigs.clients import members
from gigs.clients import queries as client_queries
from gigs.eligibility import OwnCase
from gigs.models import Member, MemberInvitation
from gigs.tests.support.marketplace import (
    DAY,
    cleared,
    hire,
    make_client,
    make_member,
    message_of,
    post_to,
    problem,
)
from gigs.work import services as work_services
from hitouch.core.models import OutboxMessage

MINUTE = timedelta(minutes=1)
SITE = "https://hitouch.example/"
Role = Member.Role


def invite(owner: Member, email: str, role: str = "VIEWER", at: Any = NOON) -> str:
    """Invite somebody; returns the token of the link in the mail."""
    members.invite(member=owner, email=email, role=role, site=SITE, at=at)
    mail = OutboxMessage.objects.filter(template="gigs/member_invited").latest("next_try_at")
    found = re.search(r"/invitations/([\w-]+)/", mail.body)
    assert found
    return found.group(1)


def verified(name: str, email: str) -> User:
    user = make_user(name)
    User.objects.filter(pk=user.pk).update(email=email, email_verified_at=NOON)
    user.refresh_from_db()
    return user


def recently(user: User) -> Browser:
    """A browser in which the person has authenticated just now."""
    browser = sign_in(Browser(), user)
    session = browser.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": timezone.now().timestamp(), "reauthenticated": True}
    ]
    session.save()
    return browser


@pytest.fixture
def at_the_desk(owner: Member) -> Browser:
    """The owner, who has authenticated just now."""
    return recently(owner.user)


@pytest.fixture
def manager(orchid: Any) -> Member:
    return orchid.members.get(role="MANAGER")  # type: ignore[no-any-return]


def test_invited_person_joins_with_the_role(owner: Member):
    """The mail has the link; who has verified the address becomes a member; the audit says so."""
    token = invite(owner, "priya@example.com", "MANAGER")
    user = verified("Priya", "priya@example.com")
    member = members.accept_invitation(token=token, user=user, at=NOON + DAY)
    assert (member.client, member.role) == (owner.client, "MANAGER")
    assert client_queries.member_of(user) == member
    assert not MemberInvitation.objects.exists()
    actions = AuditEvent.objects.filter(action__startswith="member.").values_list("action", "by")
    assert list(actions.order_by("id")) == [
        ("member.invited", owner.user_id),
        ("member.joined", user.pk),
    ]


def test_audit_log_masks_the_address(owner: Member):
    """The invited address is in the mail, not in the audit log."""
    invite(owner, "priya@example.com")
    assert "priya@" not in str(AuditEvent.objects.get(action="member.invited").new)


@pytest.mark.parametrize("verified_at", [None, NOON])
def test_only_the_verified_owner_of_the_address_accepts(owner: Member, verified_at: Any):
    """Not an account with another address, nor one that has not verified this one."""
    token = invite(owner, "priya@example.com")
    email = "priya@example.com" if verified_at is None else "other@example.com"
    user = verified("Priya", email)
    User.objects.filter(pk=user.pk).update(email_verified_at=verified_at)
    user.refresh_from_db()
    with pytest.raises(members.InvitationForAnother) as refused:
        members.accept_invitation(token=token, user=user, at=NOON)
    assert "priya@" not in str(refused.value)
    assert MemberInvitation.objects.count() == 1


def test_link_works_once_and_for_seven_days(owner: Member):
    """A used, an expired and a withdrawn link are refused alike."""
    user = verified("Priya", "priya@example.com")
    token = invite(owner, "priya@example.com")
    with pytest.raises(members.InvitationNotValid):
        members.accept_invitation(token=token, user=user, at=NOON + 7 * DAY)
    members.accept_invitation(token=token, user=user, at=NOON + 7 * DAY - MINUTE)
    with pytest.raises(members.InvitationNotValid):
        members.accept_invitation(token=token, user=user, at=NOON + DAY)
    token = invite(owner, "kiran@example.com")
    found = MemberInvitation.objects.get()
    members.withdraw_invitation(invitation=found, member=owner, at=NOON)
    with pytest.raises(members.InvitationNotValid):
        members.find_invitation(token, now=NOON)


def test_second_invitation_replaces_the_first(owner: Member):
    """The newest link counts, and the same address is not written to again within a minute."""
    first = invite(owner, "priya@example.com")
    with pytest.raises(members.InvitedJustNow):
        invite(owner, "priya@example.com", at=NOON + MINUTE / 2)
    second = invite(owner, "priya@example.com", "OWNER", at=NOON + MINUTE)
    assert MemberInvitation.objects.get().role == "OWNER"
    with pytest.raises(members.InvitationNotValid):
        members.find_invitation(first, now=NOON)
    assert members.find_invitation(second, now=NOON).client == owner.client


def test_invitations_are_limited(owner: Member, monkeypatch: Any):
    """A client has only so many open invitations; expired ones do not count."""
    monkeypatch.setattr(members, "MOST_INVITED", 2)
    for name in ("a", "b"):
        invite(owner, f"{name}@example.com")
    with pytest.raises(members.TooManyInvitations):
        invite(owner, "c@example.com")
    invite(owner, "c@example.com", at=NOON + 8 * DAY)


def test_member_is_not_invited_again(owner: Member, manager: Member):
    """Their role is changed in the list; a capital letter makes no other address."""
    with pytest.raises(members.AlreadyMember):
        invite(owner, manager.user.email)


def test_nobody_acts_for_two_clients(owner: Member, rival: Any):
    """A member of another client leaves that first; the database holds it, too."""
    rosa = rival.members.get()
    User.objects.filter(pk=rosa.user_id).update(email_verified_at=NOON)
    rosa.user.refresh_from_db()
    token = invite(owner, rosa.user.email)
    with pytest.raises(members.ActsForAnother):
        members.accept_invitation(token=token, user=rosa.user, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(user=rosa.user, client=owner.client)
    make_member("Ritu", rival)
    members.remove_member(member=rosa, by=rosa, at=NOON)
    assert members.accept_invitation(token=token, user=rosa.user, at=NOON).client == owner.client


def test_staff_do_not_become_members(owner: Member):
    """Staff act on a client's behalf in the admin, where it is recorded."""
    meera = make_staff("Meera", "operations")
    User.objects.filter(pk=meera.pk).update(email="meera@example.com", email_verified_at=NOON)
    meera.refresh_from_db()
    token = invite(owner, "meera@example.com")
    with pytest.raises(members.StaffCannotJoin):
        members.accept_invitation(token=token, user=meera, at=NOON)


def test_agent_who_joins_decides_on_nothing_of_their_own(owner: Member, opportunity: Any):
    """An agent's account can be a member's, but not decide on its own application."""
    priya = cleared("Priya")
    User.objects.filter(pk=priya.user_id).update(email_verified_at=NOON)
    priya.user.refresh_from_db()
    application = application_services.apply(opportunity=opportunity, agent=priya, now=NOON)
    token = invite(owner, priya.user.email, "OWNER")
    members.accept_invitation(token=token, user=priya.user, at=NOON)
    with pytest.raises(OwnCase):
        application_services.accept(application=application, by=priya.user, at=NOON)
    browser = sign_in(Browser(), priya.user)
    assert "Your company" in browser.get(reverse("accounts:account")).text
    home = browser.get(reverse("gigs:client-home")).text
    assert reverse("gigs:client-applications") in home
    assert "Your work as an agent" in home


def test_last_owner_stays(owner: Member, manager: Member):
    """Neither demoted nor removed, by themselves or another; an owner who cannot log in is none."""
    for act in (
        lambda: members.remove_member(member=owner, by=owner, at=NOON),
        lambda: members.change_role(member=owner, role="VIEWER", by=owner, at=NOON),
    ):
        with pytest.raises(members.LastOwner):
            act()
    members.change_role(member=manager, role="OWNER", by=owner, at=NOON)
    User.objects.filter(pk=manager.user_id).update(status="SUSPENDED")
    with pytest.raises(members.LastOwner):
        members.remove_member(member=owner, by=owner, at=NOON)
    User.objects.filter(pk=manager.user_id).update(status="ACTIVE")
    members.remove_member(member=owner, by=owner, at=NOON)
    with pytest.raises(members.LastOwner):
        members.remove_member(member=manager, by=manager, at=NOON)


def test_only_owners_of_today_decide(owner: Member, manager: Member, viewer: Member, rival: Any):
    """A manager, a viewer, and an owner who was demoted a moment ago are refused."""
    acts: list[Callable[[Member], object]] = [
        lambda by: members.invite(member=by, email="x@example.com", role="OWNER", site="", at=NOON),
        lambda by: members.change_role(member=viewer, role="OWNER", by=by, at=NOON),
        lambda by: members.remove_member(member=viewer, by=by, at=NOON),
    ]
    members.change_role(member=manager, role="OWNER", by=owner, at=NOON)
    second = Member.objects.get(pk=manager.pk)
    members.change_role(member=manager, role="MANAGER", by=owner, at=NOON)
    for by in (manager, viewer, second):
        for act in acts:
            if by is viewer and act is acts[2]:
                continue  # they may leave
            with pytest.raises(members.NotOwner):
                act(by)


def test_removed_member_sees_nothing_and_what_they_decided_stays(
    owner: Member, manager: Member, asha: Any, fixed: Any
):
    """From the next request on; their reviews keep their name."""
    work = work_services.submit_work(
        gig=hire(asha, fixed), summary="Scored.", by=asha.user, at=NOON
    )
    work_services.request_rework(work=work, member=manager, comment="More.", at=NOON)
    browser = sign_in(Browser(), manager.user)
    assert browser.get(reverse("gigs:client-home")).status_code == 200
    members.remove_member(member=manager, by=owner, at=NOON)
    assert browser.get(reverse("gigs:client-home")).status_code == 403
    assert browser.get(reverse("api:gigs:client-projects")).status_code == 403
    review = work.reviews.get()
    assert review.member == manager
    assert manager.user not in [row.user for row in client_queries.members_of(owner.client)]
    assert OutboxMessage.objects.filter(template="gigs/member_removed").count() == 1


def test_owner_manages_members_by_page(owner: Member, viewer: Member, at_the_desk: Browser):
    """Invite, change a role, remove after a question, withdraw."""
    answer = post_to(
        at_the_desk, "gigs:client-invite-member", email="Priya@Example.com", role="MANAGER"
    )
    assert answer.url == reverse("gigs:client-members")
    invitation = MemberInvitation.objects.get()
    assert invitation.email == "priya@example.com"
    page = at_the_desk.get(reverse("gigs:client-members")).text
    assert "priya@example.com" in page
    post_to(at_the_desk, "gigs:client-withdraw-invitation", invitation.pk)
    assert not MemberInvitation.objects.exists()
    post_to(at_the_desk, "gigs:client-role", viewer.pk, role="MANAGER")
    viewer.refresh_from_db()
    assert viewer.role == "MANAGER"
    question = at_the_desk.get(reverse("gigs:client-remove", args=[viewer.pk]))
    assert "Remove" in question.text
    post_to(at_the_desk, "gigs:client-remove", viewer.pk)
    assert not owner.client.members.filter(pk=viewer.pk).exists()


def test_owner_manages_members_by_api(owner: Member, viewer: Member, at_the_desk: Browser):
    """The same over the API."""
    listed = at_the_desk.get(reverse("api:gigs:client-members")).json()
    assert [row["role"] for row in listed] == ["OWNER", "MANAGER", "VIEWER"]
    made = post_to(
        at_the_desk, "api:gigs:client-invitations", email="priya@example.com", role="VIEWER"
    )
    assert made.status_code == 201
    rows = at_the_desk.get(reverse("api:gigs:client-invitations")).json()
    assert [row["email"] for row in rows] == ["priya@example.com"]
    url = reverse("api:gigs:client-invitation", args=[made.json()["id"]])
    assert at_the_desk.delete(url).status_code == 204
    url = reverse("api:gigs:client-member", args=[viewer.pk])
    changed = at_the_desk.patch(url, {"role": "MANAGER"}, content_type="application/json")
    assert changed.json()["role"] == "MANAGER"
    assert at_the_desk.delete(url).status_code == 204
    url = reverse("api:gigs:client-member", args=[owner.pk])
    assert problem(at_the_desk.delete(url)) == (409, "last_owner")


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("", "VIEWER"),
        ("+919876543210", "VIEWER"),
        ("priya@example.com", "KING"),
        ("priya@localhost", "OWNER"),
        ("priya@example.com\nBcc: x@example.com", "OWNER"),
    ],
)
def test_bad_invitations(at_the_desk: Browser, email: str, role: str):
    """A phone number, no address, an unknown role: beside the field, and nothing is sent."""
    page = post_to(at_the_desk, "gigs:client-invite-member", email=email, role=role)
    assert page.status_code == 200
    assert page.context["form"].errors
    answer = post_to(at_the_desk, "api:gigs:client-invitations", email=email, role=role)
    assert answer.status_code == 422
    assert not OutboxMessage.objects.filter(template="gigs/member_invited").exists()


def test_needs_a_recent_log_in_and_a_second_factor(owner: Member, viewer: Member):
    """The page asks for it and comes back, the API says what is missing."""
    old = sign_in(Browser(), owner.user)
    answer = post_to(old, "gigs:client-invite-member", email="priya@example.com", role="VIEWER")
    assert urlsplit(answer.url).path == reverse("account_reauthenticate")
    answer = post_to(old, "api:gigs:client-invitations", email="priya@example.com", role="VIEWER")
    assert problem(answer) == (403, "proof_required")
    weak = sign_in(Browser(), owner.user, second_factor=False)
    answer = post_to(weak, "gigs:client-role", viewer.pk, role="OWNER")
    assert answer.url == reverse("accounts:second-factor")
    url = reverse("api:gigs:client-member", args=[viewer.pk])
    assert problem(weak.delete(url)) == (403, "second_factor_required")
    assert not MemberInvitation.objects.exists()


def test_strangers_and_lower_roles(
    owner: Member, manager: Member, viewer: Member, outsiders: Any, rival: Any
):
    """Managers and viewers see the list and change nothing; others not even that."""
    invite(owner, "priya@example.com")
    invitation = MemberInvitation.objects.get()
    lower = {"manager": recently(manager.user), "viewer": recently(viewer.user)}
    rosa = recently(rival.members.get().user)
    for name, browser in {**outsiders, **lower, "another owner": rosa}.items():
        page = browser.get(reverse("gigs:client-members"))
        if name in lower:
            assert "Send invitation" not in page.text
            assert "priya@example.com" not in page.text
        for answer in (
            post_to(browser, "gigs:client-role", viewer.pk, role="OWNER"),
            post_to(browser, "gigs:client-remove", viewer.pk),
            post_to(browser, "gigs:client-withdraw-invitation", invitation.pk),
            browser.delete(reverse("api:gigs:client-member", args=[viewer.pk])),
            browser.delete(reverse("api:gigs:client-invitation", args=[invitation.pk])),
        ):
            assert answer.status_code in (302, 401, 403, 404), name
    viewer.refresh_from_db()
    assert (viewer.role, viewer.left_at) == ("VIEWER", None)
    assert MemberInvitation.objects.count() == 1


@pytest.mark.parametrize("api", ["", "api:"])
def test_accept_by_page_and_api(owner: Member, api: str):
    """The page shows who invites and as what; after accepting the client's pages open."""
    token = invite(owner, "priya@example.com", "MANAGER")
    browser = sign_in(Browser(), verified("Priya", "priya@example.com"))
    path = reverse("gigs:invitation", args=[token])
    assert "Orchid Retail invites you" in browser.get(path).text
    if api:
        answer = post_to(browser, "api:gigs:accept-invitation", token=token)
        assert (answer.status_code, answer.json()["role"]) == (201, "MANAGER")
        answer = post_to(browser, "api:gigs:accept-invitation", token=token)
        assert problem(answer) == (404, "invitation_not_valid")
    else:
        assert browser.post(path).url == reverse("gigs:client-home")
        assert "no longer valid" in browser.get(path).text
    assert browser.get(reverse("gigs:client-home")).status_code == 200


def test_link_of_another_person(owner: Member, asha: Any, browser: Any):
    """The page says for whom it is, masked, and offers nothing to accept."""
    token = invite(owner, "priya@example.com")
    client = browser(asha)
    page = client.get(reverse("gigs:invitation", args=[token])).text
    assert "p•••@example.com" in page
    assert ">Accept<" not in page
    answer = post_to(client, "api:gigs:accept-invitation", token=token)
    assert problem(answer) == (403, "invitation_for_another")
    login = Browser().get(reverse("gigs:invitation", args=[token]))
    assert login.status_code == 302


def test_member_leaves(owner: Member, viewer: Member, browser: Any):
    """Any member may leave, except the last owner."""
    assert post_to(browser(viewer), "gigs:client-leave").url == reverse("accounts:account")
    assert client_queries.member_of(viewer.user) is None
    answer = post_to(browser(owner), "gigs:client-leave")
    assert "needs an owner" in message_of(answer)
    assert problem(post_to(browser(owner), "api:gigs:client-leave")) == (409, "last_owner")


def test_members_page_runs_a_fixed_number_of_queries(
    owner: Member, at_the_desk: Browser, django_assert_max_num_queries: Any
):
    """The list reads no more for many members."""
    for number in range(5):
        make_member(f"Member{number}", owner.client, "VIEWER")
    for number in range(3):
        invite(owner, f"x{number}@example.com")
    with django_assert_max_num_queries(12):
        at_the_desk.get(reverse("gigs:client-members"))


def test_client_without_rows_of_others(owner: Member):
    """A client's list holds its own members only."""
    other = make_client("Lotus Bank")
    make_member("Lalit", other)
    assert {row.client for row in client_queries.members_of(owner.client)} == {owner.client}
