"""Members of a client: invite, accept, change a role, remove, leave.

Every act locks the client, so that of two owners who remove each other at the same time one stays.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.urls import reverse

from accounts.models import User
from accounts.security import audit
from gigs import notifications
from gigs.models import Client, Member, MemberInvitation
from gigs.models.clients import INVITATION_VALID_FOR
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

Role = Member.Role
#: The most open invitations of a client.
MOST_INVITED = 20
#: The same address is not written to again sooner.
AGAIN_AFTER = timedelta(minutes=1)


class NotOwner(Refusal):
    """Only owners decide who acts for the client."""

    code = "not_owner"
    status = 403
    message = "Only an owner of your company can do this."


class AlreadyMember(Refusal):
    """The invited person acts for the client already."""

    code = "already_member"
    message = "This person already acts for your company. Change their role in the list."
    field = "email"


class TooManyInvitations(Refusal):
    """The client has many open invitations."""

    code = "too_many_invitations"
    message = "Your company has many open invitations. Withdraw some, or wait for answers."
    field = "email"


class InvitedJustNow(Refusal):
    """The last mail to this address was sent a moment ago."""

    code = "invited_just_now"
    message = "We have just written to this address. Wait a minute before you send it again."
    status = 429
    field = "email"


class InvitationNotValid(Refusal):
    """The invitation was withdrawn, used or is too old."""

    code = "invitation_not_valid"
    message = "This invitation is no longer valid. Ask for a new one."
    status = 404


class InvitationForAnother(Refusal):
    """The account has not verified the e-mail address that was invited."""

    code = "invitation_for_another"
    status = 403

    def __init__(self, email: str) -> None:
        super().__init__(
            f"This invitation is for {mask_contact(email)}. Log in with the account that has this "
            "address, or add and verify it under Account and security."
        )


class ActsForAnother(Refusal):
    """The person acts for a client already."""

    code = "acts_for_another"
    message = "You already act for a company. Leave it first: nobody acts for two."


class StaffCannotJoin(Refusal):
    """Staff never act as members."""

    code = "staff_account"
    status = 403
    message = "A staff account cannot act for a client. Use an account of your own."


class LastOwner(Refusal):
    """A client keeps an owner who can log in."""

    code = "last_owner"
    message = "Your company needs an owner. Make somebody else an owner first."


def hash_of(token: str) -> str:
    """How a token is stored; it has 256 bits, so that a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, member: Member, email: str, role: str, site: str, at: datetime) -> MemberInvitation:
    """Invite somebody by e-mail; an earlier invitation of this address is replaced.

    The mail has a link that is valid for 7 days and that only the verified owner of the address
    can use. Nobody learns here whether the address has an account.
    """
    client = _lock_for_owner(member)
    if client.members.filter(user__email=email).exists():
        raise AlreadyMember
    earlier = client.invitations.filter(email=email).first()
    if earlier and at < earlier.expires_at - INVITATION_VALID_FOR + AGAIN_AFTER:
        raise InvitedJustNow
    if not earlier and client.invitations.filter(expires_at__gt=at).count() >= MOST_INVITED:
        raise TooManyInvitations
    token = secrets.token_urlsafe(32)
    facts = {
        "role": role,
        "token_hash": hash_of(token),
        "invited_by": member.user,
        "expires_at": at + INVITATION_VALID_FOR,
    }
    made, _ = client.invitations.update_or_create(email=email, defaults=facts)
    _record(made, "member.invited", by=member.user, at=at, new=_invited(made))
    link = site.rstrip("/") + reverse("gigs:invitation", args=[token])
    notifications.member_invited(invitation=made, link=link, at=at)
    return made


@transaction.atomic
def withdraw_invitation(*, invitation: MemberInvitation, member: Member, at: datetime) -> None:
    """Withdraw an invitation: its link stops working."""
    _lock_for_owner(member)
    _record(
        invitation, "member.invitation_withdrawn", by=member.user, at=at, new=_invited(invitation)
    )
    invitation.delete()


@transaction.atomic
def delete_expired(*, invitation: MemberInvitation, at: datetime) -> None:
    """Delete an invitation that nobody accepted in time. Idempotent."""
    MemberInvitation.objects.filter(pk=invitation.pk, expires_at__lte=at).delete()


def find_invitation(token: str, *, now: datetime) -> MemberInvitation:
    """The invitation of a link; refused if it cannot be accepted any more."""
    rows = MemberInvitation.objects.select_related("client", "invited_by")
    found = rows.filter(token_hash=hash_of(token), expires_at__gt=now).first()
    if found is None:
        raise InvitationNotValid
    return found


@transaction.atomic
def accept_invitation(*, token: str, user: User, at: datetime) -> Member:
    """Accept an invitation, with an account that has verified the address it was sent to."""
    client = _lock(find_invitation(token, now=at).client)
    found = find_invitation(token, now=at)
    check_invited(found, user)
    try:
        with transaction.atomic():
            member = Member.objects.create(user=user, client=client, role=found.role)
    except IntegrityError as fault:  # another client's invitation was accepted just now
        raise ActsForAnother from fault
    _record(member, "member.joined", by=user, at=at, new={**_facts(member), **_invited(found)})
    found.delete()
    return member


def check_invited(invitation: MemberInvitation, user: User) -> None:
    """Refuse an account that may not accept this invitation."""
    if user.is_staff:
        raise StaffCannotJoin
    if user.email != invitation.email or user.email_verified_at is None:
        raise InvitationForAnother(invitation.email)
    if Member.objects.filter(user=user).exists():
        raise ActsForAnother


@transaction.atomic
def change_role(*, member: Member, role: str, by: Member, at: datetime) -> Member:
    """Give a member another role. The last owner stays one."""
    client = _lock_for_owner(by)
    member = _current(member)
    was = member.role
    if role == was:
        return member
    if was == Role.OWNER:
        _require_another_owner(client, member)
    member.role, member.updated_at = role, at
    member.save(update_fields=["role", "updated_at"])
    _record(member, "member.role_changed", by=by.user, at=at, old={"role": was}, new=_facts(member))
    if member.pk != by.pk and member.user.contact:
        notifications.member_role_changed(member=member, at=at)
    return member


@transaction.atomic
def remove_member(*, member: Member, by: Member, at: datetime) -> None:
    """End a membership. What the person decided stays; the last owner cannot go.

    A member may leave in any role.
    """
    client = _lock(by.client) if member.pk == by.pk else _lock_for_owner(by)
    member = _current(member)
    if member.role == Role.OWNER:
        _require_another_owner(client, member)
    member.left_at = member.updated_at = at
    member.save(update_fields=["left_at", "updated_at"])
    action = "member.left" if member.pk == by.pk else "member.removed"
    _record(member, action, by=by.user, at=at, old=_facts(member))
    if member.pk != by.pk and member.user.contact:
        notifications.member_removed(member=member, at=at)


def _lock(client: Client) -> Client:
    return Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def _lock_for_owner(member: Member) -> Client:
    """Lock the client; refuse who is not an owner of it, as it is now."""
    client = _lock(member.client)
    if _current(member).role != Role.OWNER:
        raise NotOwner
    return client


def _current(member: Member) -> Member:
    """The member as it is now; refused if they left meanwhile."""
    found = Member.objects.select_related("user", "client").filter(pk=member.pk).first()
    if found is None:
        raise NotOwner
    return found


def _require_another_owner(client: Client, member: Member) -> None:
    owners = client.members.filter(role=Role.OWNER, user__status=User.Status.ACTIVE)
    if not owners.exclude(pk=member.pk).exists():
        raise LastOwner


def _facts(member: Member) -> dict[str, object]:
    return {"client": member.client.name, "role": member.role}


def _invited(invitation: MemberInvitation) -> dict[str, object]:
    return {
        "client": invitation.client.name,
        "role": invitation.role,
        "email": mask_contact(invitation.email),
    }


def _record(
    row: models.Model,
    action: str,
    *,
    by: User,
    at: datetime,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
) -> None:
    audit.record_event(by=by, action=action, on=row, at=at, old=old, new=new)
