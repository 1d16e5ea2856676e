"""Notices to agents and clients about applications and work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse

from accounts.models import Agent
from accounts.notices import services as notices
from gigs.models import (
    AgentInvitation,
    Application,
    Claim,
    Deliverable,
    Gig,
    Member,
    MemberInvitation,
    OpeningPlace,
    Rating,
    RefusedPart,
    TimeCorrection,
    WaitlistEntry,
    Work,
)
from gigs.models.refused_parts import FINAL_AFTER
from gigs.models.work import REWORK_WITHIN
from hitouch.core.money import rupees
from hitouch.core.outbox import services as outbox
from hitouch.core.web.humanize import moment_text


@dataclass(frozen=True)
class NoticeDetails:
    """The gig that a notice is about, the earlier ones it overtakes, and by when it is needed."""

    gig: Gig | None = None
    overtakes: tuple[str, ...] = ()
    needed_by: datetime | None = None

    @property
    def path(self) -> str:
        """The agent's page of the gig; without one, the notice leads to the page of its kind."""
        return reverse("gigs:gig", args=[self.gig.pk]) if self.gig else ""


def _notify(
    agent: Agent,
    template: str,
    at: datetime,
    details: NoticeDetails = NoticeDetails(),
    /,
    **context: object,
) -> None:
    notices.notify(
        user=agent.user,
        kind=template,
        context={"agent": agent, **context},
        at=at,
        path=details.path,
        about=str(details.gig.pk) if details.gig else "",
        overtakes=details.overtakes,
        needed_by=details.needed_by,
    )


def _notify_managers(gig: Gig, template: str, at: datetime, **context: object) -> None:
    """Tell the members of the client who can act on the gig."""
    for member in _managers(gig):
        notices.notify(user=member.user, kind=template, context=context, at=at)


def application_accepted(*, gig: Gig, at: datetime) -> None:
    """The client accepted the application."""
    variables = {"client": gig.client, "title": gig.title}
    _notify(gig.agent, "gigs/application_accepted", at, **variables)


def application_rejected(*, application: Application, at: datetime) -> None:
    """The client rejected the application, with the reason."""
    variables = {"title": application.opportunity, "reason": application.reason_text}
    _notify(application.agent, "gigs/application_rejected", at, **variables)


def application_expired(*, application: Application, at: datetime) -> None:
    """Nobody decided on the application, and now nobody will."""
    variables = {"title": application.opportunity, "reason": application.reason}
    _notify(application.agent, "gigs/application_expired", at, **variables)


def terms_changed(*, application: Application, changed: Sequence[str], at: datetime) -> None:
    """The client changed the terms of the opportunity: to an applicant who waits."""
    variables = {"title": application.opportunity, "changed": ", ".join(changed)}
    _notify(application.agent, "gigs/terms_changed", at, **variables)


def agent_invited(*, invitation: AgentInvitation, at: datetime) -> None:
    """A client invites the agent to apply."""
    variables = {
        "client": invitation.opportunity.client,
        "title": invitation.opportunity,
        "until": moment_text(invitation.expires_at),
    }
    _notify(invitation.agent, "gigs/agent_invited", at, **variables)


def gig_held(*, gig: Gig, why: str, at: datetime) -> None:
    """The client put the gig on hold, with the reason."""
    variables = {"client": gig.client, "title": gig.title, "reason": why}
    _notify(gig.agent, "gigs/gig_held", at, NoticeDetails(gig), **variables)


def gig_resumed(*, gig: Gig, at: datetime) -> None:
    """The client resumed the gig."""
    variables = {"client": gig.client, "title": gig.title}
    _notify(gig.agent, "gigs/gig_resumed", at, NoticeDetails(gig, ("gigs/gig_held",)), **variables)


def gig_ended(*, gig: Gig, why: str, shifts: int, has_hours: bool, at: datetime) -> None:
    """The client ended the gig: the reason, the shifts released, and whether hours went in."""
    variables = {
        "client": gig.client,
        "title": gig.title,
        "reason": why,
        "shifts": shifts,
        "has_hours": has_hours,
    }
    details = NoticeDetails(gig, ("gigs/gig_held", "gigs/gig_resumed"))
    _notify(gig.agent, "gigs/gig_ended", at, details, **variables)


def gig_left(*, gig: Gig, why: str, is_open: bool, at: datetime) -> None:
    """The agent left the gig: to the client, and whether the place is open again."""
    context: dict[str, object] = {
        "name": gig.agent,
        "client": gig.client,
        "title": gig.title,
        "reason": why,
        "is_open": is_open,
    }
    _notify_managers(gig, "gigs/gig_left", at, **context)


def work_approved(*, work: Work, gross_paise: int, refused_paise: int, at: datetime) -> None:
    """The work is approved, perhaps in part."""
    gig, context = work.gig, {"title": work.gig.title}
    if not refused_paise:
        _notify(gig.agent, "gigs/work_approved", at, NoticeDetails(gig), **context)
        return
    amounts = {"approved": rupees(gross_paise), "refused": rupees(refused_paise)}
    until = moment_text(at + FINAL_AFTER)
    parts = {"client": gig.client, "until": until, **amounts}
    details = NoticeDetails(gig)
    _notify(gig.agent, "gigs/work_approved_in_part", at, details, **context, **parts)


def work_waits(*, work: Work, until: datetime, at: datetime) -> None:
    """Silence approves soon: to who can decide."""
    gig = work.gig
    context = {"title": gig.title, "name": gig.agent, "until": moment_text(until)}
    _notify_managers(gig, "gigs/work_waits", at, **context)


def rework_due(*, work: Work, until: datetime, at: datetime) -> None:
    """Requested changes are not waited for much longer."""
    gig = work.gig
    context = {"client": gig.client, "title": gig.title, "until": moment_text(until)}
    details = NoticeDetails(gig, needed_by=until)
    _notify(gig.agent, "gigs/rework_due", at, details, **context)


def timesheet_due(*, gig: Gig, until: datetime, at: datetime) -> None:
    """Hours of the past week are submitted by themselves soon."""
    context = {"client": gig.client, "title": gig.title, "until": moment_text(until)}
    details = NoticeDetails(gig, needed_by=until)
    _notify(gig.agent, "gigs/timesheet_due", at, details, **context)


def rating_due(*, rating: Rating, until: datetime, at: datetime) -> None:
    """A sealed rating opens soon: to the side that has not rated."""
    gig = rating.gig
    if rating.side == Rating.Side.CLIENT:
        context = {"title": gig.title, "other": gig.client, "until": moment_text(until)}
        details = NoticeDetails(gig, needed_by=until)
        _notify(gig.agent, "gigs/rating_due", at, details, **context)
        return
    context = {"title": gig.title, "other": gig.agent, "until": moment_text(until)}
    _notify_managers(gig, "gigs/rating_due", at, **context)


def refused_part_due(*, part: RefusedPart, at: datetime) -> None:
    """A refused part stays unpaid soon, if the agent does not answer."""
    gig = part.work.gig
    context = {
        "title": gig.title,
        "amount": rupees(part.amount_paise),
        "until": moment_text(part.final_at),
    }
    details = NoticeDetails(gig, needed_by=part.final_at)
    _notify(gig.agent, "gigs/refused_part_due", at, details, **context)


def refused_part_answered(*, part: RefusedPart, at: datetime) -> None:
    """The agent answered to a refused part: to who can pay it after all."""
    gig = part.work.gig
    _notify_managers(
        gig,
        "gigs/refused_part_answered",
        at,
        title=gig.title,
        name=gig.agent,
        answer=part.answer,
        amount=rupees(part.amount_paise),
    )


def refused_part_settled(*, part: RefusedPart, at: datetime) -> None:
    """A refused part was paid after all, or stays unpaid: to the agent."""
    gig = part.work.gig
    context = {
        "title": gig.title,
        "client": gig.client,
        "amount": rupees(part.amount_paise),
        "granted": rupees(part.granted_paise) if part.granted_paise else "",
    }
    _notify(gig.agent, "gigs/refused_part_settled", at, NoticeDetails(gig), **context)


def rework_requested(*, work: Work, comment: str, at: datetime) -> None:
    """The client requested changes."""
    variables = {
        "client": work.gig.client,
        "title": work.gig.title,
        "comment": comment,
        "until": moment_text(at + REWORK_WITHIN),
    }
    _notify(work.gig.agent, "gigs/rework_asked", at, NoticeDetails(work.gig), **variables)


def rework_expired(*, work: Work, at: datetime) -> None:
    """Requested changes did not come in time: the client decides on what was handed in."""
    gig = work.gig
    _notify(
        gig.agent, "gigs/rework_expired", at, NoticeDetails(gig), title=gig.title, client=gig.client
    )
    _notify_managers(gig, "gigs/rework_not_sent", at, title=gig.title, client=gig.client)


def work_rejected(*, work: Work, comment: str, at: datetime) -> None:
    """The client rejected the work."""
    variables = {"client": work.gig.client, "title": work.gig.title, "comment": comment}
    _notify(work.gig.agent, "gigs/work_rejected", at, NoticeDetails(work.gig), **variables)


def file_not_checked(*, deliverable: Deliverable, at: datetime) -> None:
    """A file of the work could not be checked, so nobody can open it."""
    gig = deliverable.work.gig
    variables = {"client": gig.client, "title": gig.title, "file": str(deliverable)}
    _notify(gig.agent, "gigs/file_not_checked", at, NoticeDetails(gig), **variables)


def shifts_released(*, agent: Agent, claims: Sequence[Claim], at: datetime) -> None:
    """The agent lost the clearance, so upcoming shifts were released: to the agent and clients."""
    _notify(agent, "gigs/shifts_released", at, count=len(claims), shifts=_shifts(claims))
    by_client = sorted(claims, key=lambda claim: str(claim.gig.client_id))
    for _, group in groupby(by_client, key=lambda claim: claim.gig.client_id):
        own = list(group)
        context = {"client": own[0].gig.client, "count": len(own), "shifts": _shifts(own)}
        _notify_managers(own[0].gig, "gigs/seats_open_again", at, **context)


def correction_proposed(*, correction: TimeCorrection, at: datetime) -> None:
    """One side proposed other hours for a shift: to the side that decides."""
    gig = correction.claim.gig
    context: dict[str, object] = {
        "title": gig.title,
        "client": gig.client,
        "hours": moment_text(correction.started_at),
        "until": moment_text(correction.ended_at),
        "reason": correction.reason,
    }
    if correction.side == TimeCorrection.Side.CLIENT:
        _notify(gig.agent, "gigs/correction_proposed", at, **context)
        return
    _notify_managers(gig, "gigs/correction_to_decide", at, **context, name=gig.agent)


def correction_decided(*, correction: TimeCorrection, at: datetime, reason: str = "") -> None:
    """The other side agreed or refused: to the agent, whose hours they are."""
    gig = correction.claim.gig
    context = {
        "title": gig.title,
        "client": gig.client,
        "state": correction.get_state_display().lower(),
        "hours": moment_text(correction.started_at),
        "until": moment_text(correction.ended_at),
        "reason": reason,
    }
    _notify(gig.agent, "gigs/correction_decided", at, **context)


def rating_opened(*, rating: Rating, at: datetime) -> None:
    """The client's rating can be read now: to the agent."""
    gig = rating.gig
    _notify(gig.agent, "gigs/rating_opened", at, title=gig.title, client=gig.client)


def timesheet_submitted(*, work: Work, pay_paise: int, at: datetime) -> None:
    """Hours that nobody submitted went to the client by themselves."""
    gig = work.gig
    context = {"title": gig.title, "client": gig.client, "pay": rupees(pay_paise)}
    _notify(gig.agent, "gigs/timesheet_submitted", at, NoticeDetails(gig), **context)


def swap_taken(*, claim: Claim, at: datetime) -> None:
    """Another agent took a shift that was offered: to who offered it."""
    _notify(claim.agent, "gigs/swap_taken", at, _before_shift(claim), **_shift_context(claim))


def swap_not_taken(*, claim: Claim, at: datetime) -> None:
    """Nobody took a shift in time: to who offered it, whose shift it stays."""
    _notify(claim.agent, "gigs/swap_not_taken", at, _before_shift(claim), **_shift_context(claim))


def seated_from_waitlist(*, claim: Claim, at: datetime) -> None:
    """A seat became free: to the agent who waited for it."""
    context = _shift_context(claim)
    _notify(claim.agent, "gigs/seated_from_waitlist", at, _before_shift(claim), **context)


def _before_shift(claim: Claim) -> NoticeDetails:
    return NoticeDetails(needed_by=claim.slot.starts_at)


def taken_off_waitlists(*, entries: Sequence[WaitlistEntry], why: str, at: datetime) -> None:
    """The agent no longer waits for these shifts, with the reason."""
    shifts = _shifts(entries)
    context = {"count": len(entries), "shifts": shifts, "reason": why}
    _notify(entries[0].agent, "gigs/taken_off_waitlists", at, **context)


def shift_cancelled(*, claim: Claim, why: str, paise: int, at: datetime) -> None:
    """The client cancelled a seat: the reason, and what the agent gets for it."""
    pay = rupees(paise) if paise else ""
    context = {**_shift_context(claim), "reason": why, "pay": pay}
    _notify(claim.agent, "gigs/shift_cancelled", at, **context)


def bonus_raised(*, claim: Claim, bonus_paise: int, at: datetime) -> None:
    """The client pays more for each hour of a claimed shift."""
    context = {**_shift_context(claim), "bonus": rupees(bonus_paise)}
    _notify(claim.agent, "gigs/bonus_raised", at, **context)


def step_opened(*, place: OpeningPlace, shifts: int, at: datetime) -> None:
    """The step of an opening from which the agent can claim is open."""
    opportunity = place.opening.opportunity
    context = {
        "title": opportunity.title,
        "client": opportunity.client,
        "count": shifts,
        "cap": place.opening.cap if place.step < place.opening.steps else 0,
        "until": moment_text(place.opening.opens_to_all_at),
    }
    _notify(place.agent, "gigs/step_opened", at, **context)


def member_invited(*, invitation: MemberInvitation, link: str, at: datetime) -> None:
    """Somebody is invited to act for a client: to the address that was invited."""
    outbox.queue_mail(
        to=invitation.email,
        template="gigs/member_invited",
        context={
            "client": invitation.client,
            "role": invitation.get_role_display().lower(),
            "link": link,
        },
        at=at,
        good_until=invitation.expires_at,
    )


def member_role_changed(*, member: Member, at: datetime) -> None:
    """An owner gave a member another role."""
    notices.notify(
        user=member.user,
        kind="gigs/member_role_changed",
        context={"client": member.client.name, "role": member.get_role_display().lower()},
        at=at,
    )


def member_removed(*, member: Member, at: datetime) -> None:
    """An owner ended a membership."""
    notices.notify(
        user=member.user,
        kind="gigs/member_removed",
        context={"client": member.client.name},
        at=at,
    )


def _shift_context(claim: Claim) -> dict[str, object]:
    gig = claim.gig
    return {
        "title": gig.title,
        "client": gig.client,
        "starts": moment_text(claim.slot.starts_at),
    }


def _managers(gig: Gig) -> list[Member]:
    """Members of the client who can act on it and have an active account."""
    roles = (Member.Role.OWNER, Member.Role.MANAGER)
    members = gig.client.members.filter(role__in=roles).select_related("user")
    return [member for member in members if member.user.is_active and member.user.contact]


def _shifts(claims: Sequence[Claim | WaitlistEntry]) -> list[str]:
    return [
        f"{claim.slot.opportunity.title}, {moment_text(claim.slot.starts_at)}"
        for claim in sorted(claims, key=lambda claim: claim.slot.starts_at)
    ]
