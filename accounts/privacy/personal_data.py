"""Personal data in accounts: export and erasure (DPDP Act)."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as PartnerClient
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.bridge.models import BreakGlass, FactorDevice
from accounts.consents import registry as consents_registry
from accounts.models import (
    Agent,
    ApiKey,
    LogInEvent,
    Notice,
    NoticeSettings,
    OAuthClient,
    OneTimeCode,
    TokenFamily,
    User,
)
from accounts.models.one_time_codes import target_of
from hitouch.core.data_protection.privacy import Hold, OwnFile, destroy_files, moment
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import services as outbox

ERASED = frozenset(
    {
        "accounts.AccessToken", "accounts.Agent", "accounts.ApiKey", "accounts.Consent",
        "accounts.LogInEvent", "accounts.Notice", "accounts.NoticePreference",
        "accounts.NoticeSettings", "accounts.OAuthClient", "accounts.OneTimeCode",
        "accounts.RefreshToken", "accounts.TokenFamily", "accounts.User", "accounts.User_groups",
        "accounts.User_user_permissions", "account.EmailAddress", "account.EmailConfirmation",
        "admin.LogEntry", "allauth_idp_oidc.Client", "allauth_idp_oidc.Token", "mfa.Authenticator",
        "otp_static.StaticDevice", "otp_static.StaticToken", "otpbridge.BreakGlass",
        "otpbridge.FactorDevice", "socialaccount.SocialAccount", "socialaccount.SocialToken",
        "usersessions.UserSession",
    }
)  # fmt: skip
CLOSED_GIVEN_NAME, CLOSED_FAMILY_NAME = "Closed", "account"


def holds(user: User, *, now: datetime) -> list[Hold]:
    """Nothing in accounts blocks a closing."""
    return []


def files(user: User) -> list[OwnFile]:
    """The profile photo."""
    agent = Agent.objects.select_related("photo").filter(user=user).first()
    if agent is None or agent.photo is None:
        return []
    return [OwnFile("photo.jpg", agent.photo)]


def export(user: User) -> dict[str, Any]:
    """Account, profile, consents, log-ins and active sessions."""
    agent = Agent.objects.filter(user=user).first()
    families = TokenFamily.objects.filter(user=user).order_by("created_at")
    return {
        "account": _account(user),
        "profile": _profile(agent) if agent else None,
        "consents": [_consent(row) for row in user.consents.order_by("given_at")],
        "log_ins": [_login_event(event) for event in user.log_ins.order_by("-at")],
        "programs": [
            {"name": family.program, "since": moment(family.created_at),
             "last_used_at": moment(family.last_used_at)}
            for family in families
        ],
        "browsers": [
            {"name": session.user_agent, "network_address": session.ip,
             "since": moment(session.created_at)}
            for session in UserSession.objects.filter(user=user).order_by("created_at")
        ],
        "second_factors": [
            {"kind": factor.get_type_display(), "added_at": moment(factor.created_at)}
            for factor in Authenticator.objects.filter(user=user).order_by("created_at")
        ],
        "notices": [_notice(row) for row in user.notices.order_by("-at", "pk")],
        "how_we_tell_you": _notice_choices(user),
        "closings": [
            {"asked_at": moment(row.asked_at), "due_at": moment(row.due_at),
             "state": row.get_state_display()}
            for row in user.closings.order_by("asked_at")
        ],
    }  # fmt: skip


def erase(user: User, *, at: datetime) -> None:
    """Anonymise the account and the agent; rows that refer to them stay."""
    contacts = [contact for contact in (user.email, user.phone) if contact]
    _delete_messages(contacts)
    _delete_credentials(user, contacts)
    agent = Agent.objects.filter(user=user).first()
    _anonymise_admin_log(user, agent)
    if agent is not None:
        _empty_agent(agent)
    user.consents.update(network="")
    # The goodbye is still sent; what waits for the morning or a summary is not.
    outbox.withdraw(user.notices.exclude(kind="accounts/account_closed").values("pk"))
    user.notices.all().delete()
    user.notice_preferences.all().delete()
    NoticeSettings.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(
        email=None,
        phone=None,
        email_verified_at=None,
        phone_verified_at=None,
        password=make_password(None),
        last_login=None,
        is_staff=False,
        is_superuser=False,
        updated_at=at,
    )


def _delete_messages(contacts: list[str]) -> None:
    """Waiting messages, such as the goodbye, are still sent; the sweep deletes them later."""
    indexes = [outbox.index_of(contact) for contact in contacts]
    sent = OutboxMessage.objects.filter(to_index__in=indexes)
    sent.exclude(state=OutboxMessage.State.WAITING).delete()


def _delete_credentials(user: User, contacts: list[str]) -> None:
    targets = [target_of(contact) for contact in contacts]
    OneTimeCode.objects.filter(Q(user=user) | Q(target__in=targets)).delete()
    LogInEvent.objects.filter(user=user).delete()
    TokenFamily.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    ApiKey.objects.filter(owner=user).delete()
    OAuthClient.objects.filter(owner=user).delete()
    PartnerClient.objects.filter(owner=user).delete()
    FactorDevice.objects.filter(user=user).delete()
    BreakGlass.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()


def _anonymise_admin_log(user: User, agent: Agent | None) -> None:
    """The admin's log contains the names and contacts of rows."""
    about = {str(user.pk)} | ({str(agent.pk)} if agent else set())
    named = Q(object_id__in=about)
    for name in filter(None, (user.email, user.phone, agent.name if agent else "")):
        named |= Q(object_repr__icontains=name)
    LogEntry.objects.filter(named).update(
        object_repr=f"{CLOSED_GIVEN_NAME} {CLOSED_FAMILY_NAME}", change_message=""
    )


def _empty_agent(agent: Agent) -> None:
    photo, agent.photo = agent.photo, None
    agent.given_name, agent.family_name = CLOSED_GIVEN_NAME, CLOSED_FAMILY_NAME
    agent.birth_on = agent.current_address_sealed = agent.permanent_address_sealed = ""
    agent.skills, agent.languages, agent.bio = [], [], ""
    agent.shift, agent.hours_a_day = "", None
    agent.save()
    destroy_files([photo])


def _account(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "email": user.email,
        "email_confirmed_at": moment(user.email_verified_at),
        "phone": user.phone,
        "phone_confirmed_at": moment(user.phone_verified_at),
        "status": user.get_status_display(),
        "opened_at": moment(user.created_at),
        "last_log_in_at": moment(user.last_login),
    }


def _profile(agent: Agent) -> dict[str, Any]:
    return {
        "given_name": agent.given_name,
        "family_name": agent.family_name,
        "birth_date": agent.birth_on or None,
        "current_address": agent.current_address,
        "permanent_address": agent.permanent_address,
        "has_photo": agent.photo_id is not None,
        "shift": agent.get_shift_display(),
        "hours_a_day": agent.hours_a_day,
        "skills": agent.skills,
        "languages": agent.languages,
        "bio": agent.bio,
        "level": agent.level or None,
    }


def _consent(row: Any) -> dict[str, Any]:
    purpose = consents_registry.purposes().get(row.purpose)
    return {
        "purpose": row.purpose,
        "says": purpose.says if purpose else "",
        "version": row.version,
        "given_at": moment(row.given_at),
        "where": row.get_where_display(),
        "network": row.network,
        "withdrawn_at": moment(row.withdrawn_at),
        "replaced_at": moment(row.replaced_at),
    }


def _notice(row: Notice) -> dict[str, Any]:
    return {
        "at": moment(row.at),
        "about": row.get_category_display(),
        "title": row.title,
        "text": row.text,
        "read_at": moment(row.read_at),
    }


def _notice_choices(user: User) -> dict[str, Any]:
    times = NoticeSettings.objects.filter(user=user).first()
    return {
        "quiet_hours": str(times) if times and times.has_quiet_hours else None,
        "summary_at_hour": times.digest_hour if times else None,
        "categories": [
            {
                "about": row.get_category_display(),
                "mail": row.get_mail_display(),
                "text_messages": row.sms,
            }
            for row in user.notice_preferences.order_by("category")
        ],
    }


def _login_event(event: LogInEvent) -> dict[str, Any]:
    return {
        "at": moment(event.at),
        "outcome": event.get_outcome_display(),
        "way": event.get_way_display(),
        "network": event.network,
        "country": event.country,
        "device": event.device,
    }
