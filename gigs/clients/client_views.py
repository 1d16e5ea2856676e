"""Pages of a client's members: who acts for it, invitations, roles; and accepting one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_users
from accounts.security import reauthentication
from gigs import view_helpers
from gigs.clients import members as member_services
from gigs.clients import queries as client_queries
from gigs.clients.forms import MemberInvitationForm, RoleForm
from gigs.clients.permissions import MemberRequest, for_members, for_owners
from gigs.models import Member
from hitouch.core.errors import Refusal
from hitouch.core.web.views import form_page


@require_safe
@for_members()
def members(request: MemberRequest) -> HttpResponse:
    """Who acts for the client, in which role; for owners also the open invitations."""
    form = MemberInvitationForm(initial=reauthentication.stashed_data(request) or None)
    return _members_page(request, form)


def _members_page(request: MemberRequest, form: MemberInvitationForm) -> HttpResponse:
    member, client = request.member, request.member.client
    now = timezone.now()
    facts = {
        "member": member,
        "members": client_queries.members_of(client),
        "roles": Member.Role.choices,
        "invitations": client_queries.invitations_of(client, now=now) if member.is_owner else (),
        "form": form if member.is_owner else None,
    }
    return render(request, "gigs/clients/members.html", facts)


@require_POST
@for_owners
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody by e-mail."""
    form = MemberInvitationForm(request.POST)
    made = view_helpers.save_form(
        form,
        lambda: member_services.invite(
            member=request.member,
            site=request.build_absolute_uri("/"),
            at=timezone.now(),
            **form.cleaned_data,
        ),
    )
    if made is None:
        return _members_page(request, form)
    messages.success(request, f"Invited. {made.email} gets a link that is valid for 7 days.")
    return redirect("gigs:client-members")


@require_POST
@for_owners
def withdraw_invitation(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    found = get_object_or_404(request.member.client.invitations, pk=invitation_id)
    view_helpers.call_and_report(
        request,
        "Withdrawn. Its link no longer works.",
        lambda: member_services.withdraw_invitation(
            invitation=found, member=request.member, at=timezone.now()
        ),
    )
    return redirect("gigs:client-members")


@require_POST
@for_owners
def change_role(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Give a member another role."""
    found = get_object_or_404(client_queries.members_of(request.member.client), pk=member_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        view_helpers.call_and_report(
            request,
            "Role changed.",
            lambda: member_services.change_role(
                member=found, by=request.member, at=timezone.now(), **form.cleaned_data
            ),
        )
    else:
        messages.error(request, "Choose a role from the list.")
    return redirect("gigs:client-members")


@form_page
@for_owners
def remove(request: MemberRequest, member_id: UUID) -> HttpResponse:
    """Ask once, then end a membership."""
    found = get_object_or_404(client_queries.members_of(request.member.client), pk=member_id)
    if request.method != "POST":
        return render(request, "gigs/clients/remove_member.html", {"found": found})
    return _end(request, found, "Removed. They no longer see anything of your company.")


@require_POST
@for_members()
def leave(request: MemberRequest) -> HttpResponse:
    """Leave the client."""
    return _end(request, request.member, "You no longer act for this company.")


def _end(request: MemberRequest, found: Member, done: str) -> HttpResponse:
    ended = view_helpers.call_and_report(
        request,
        done,
        lambda: member_services.remove_member(member=found, by=request.member, at=timezone.now()),
    )
    is_self = found.pk == request.member.pk
    return redirect("accounts:account" if ended and is_self else "gigs:client-members")


@form_page
@for_users
def invitation(request: UserRequest, token: str) -> HttpResponse:
    """Show an invitation, and accept it."""
    now = timezone.now()
    try:
        if request.method == "POST":
            member = member_services.accept_invitation(token=token, user=request.user, at=now)
            messages.success(request, f"You now act for {member.client}.")
            return redirect("gigs:client-home")
        found = member_services.find_invitation(token, now=now)
    except Refusal as refusal:
        return _invitation_page(request, refusal=refusal)
    try:
        member_services.check_invited(found, request.user)
    except Refusal as refusal:
        return _invitation_page(request, invitation=found, refusal=refusal)
    return _invitation_page(request, invitation=found)


def _invitation_page(request: UserRequest, **facts: object) -> HttpResponse:
    return render(request, "gigs/clients/invitation.html", facts)
