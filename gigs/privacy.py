"""Data protection of gigs: closing blockers, data export and erasure."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse

from accounts.models import Agent, User
from gigs.engagements import leaving
from gigs.models import (
    AgentInvitation,
    AgentInvitationEvent,
    Application,
    ApplicationEvent,
    BlockedClient,
    CalendarFeed,
    Claim,
    ClaimEvent,
    Deliverable,
    Dispute,
    DisputeAuthor,
    DisputeEvent,
    DisputeFile,
    DisputeMessage,
    DisputeResolution,
    DisputeResolutionEvent,
    EvidencePack,
    Gig,
    GigEvent,
    MatchProfile,
    Member,
    MemberInvitation,
    OpeningPlace,
    Rating,
    RefusedPart,
    RefusedPartEvent,
    RejectionReason,
    SavedSearch,
    TaskCount,
    TimeCorrection,
    TimeCorrectionEvent,
    WaitlistEntry,
    WaitlistEvent,
    Work,
    WorkEvent,
    WorkReview,
    WorkSession,
    WorkVersion,
)
from gigs.models.opportunities import ENDED
from hitouch.core.data_protection.privacy import (
    Hold,
    OwnFile,
    amount,
    blank_reasons,
    destroy_files,
    moment,
    without_immutability_triggers,
)
from hitouch.core.db.state_machine import transition

ACCOUNT_CLOSED = "The agent closed their account."
ERASED = frozenset(
    {
        "gigs.AgentInvitation", "gigs.AgentInvitationEvent", "gigs.BlockedClient",
        "gigs.MatchProfile",
        "gigs.Application", "gigs.ApplicationEvent", "gigs.CalendarFeed", "gigs.ClaimEvent",
        "gigs.Deliverable", "gigs.Dispute", "gigs.DisputeEvent", "gigs.DisputeFile",
        "gigs.DisputeMessage", "gigs.DisputeResolution", "gigs.DisputeResolutionEvent",
        "gigs.EvidencePack", "gigs.GigEvent", "gigs.MemberInvitation", "gigs.Rating",
        "gigs.RefusedPart", "gigs.RefusedPartEvent", "gigs.SavedSearch",
        "gigs.TaskCount", "gigs.TimeCorrection",
        "gigs.TimeCorrectionEvent", "gigs.WaitlistEvent", "gigs.Work", "gigs.WorkEvent",
        "gigs.WorkReview", "gigs.WorkVersion",
    }
)  # fmt: skip


def holds(user: User, *, now: datetime) -> list[Hold]:
    """Active gigs, upcoming shifts, undecided work, or being the last owner block closing."""
    found = []
    mine = Q(agent__user=user)
    if _in_use(Gig.objects.filter(mine)).exists():
        sentence = "You have an active gig. Complete it with the client first."
        found.append(Hold("gig_active", sentence, reverse("gigs:gigs")))
    if Claim.objects.filter(mine).ahead(now).exists():
        sentence = "You have an upcoming shift. Work it or release it first."
        found.append(Hold("shift_ahead", sentence, reverse("gigs:shifts")))
    if Dispute.objects.live().filter(mine).exists():
        sentence = "You have an open dispute. Settle or withdraw it first."
        found.append(Hold("dispute_open", sentence, reverse("gigs:disputes")))
    if Work.objects.filter(gig__agent__user=user).unsettled().exists():
        sentence = "The client has not yet decided on work you submitted."
        found.append(Hold("work_undecided", sentence, reverse("gigs:gigs")))
    return [*found, *_last_owner(user)]


def files(user: User) -> list[OwnFile]:
    """Submitted files."""
    handed_in = Deliverable.objects.filter(work__gig__agent__user=user, file__isnull=False)
    evidence = DisputeFile.objects.filter(_own_words(Q(dispute__agent__user=user)))
    return [
        *(
            OwnFile(f"work/{row.work_id}/{row.round}-{row.pk}-{row.file.name}", row.file)
            for row in handed_in.select_related("file").order_by("created_at")
            if row.file
        ),
        *(
            OwnFile(f"disputes/{row.dispute_id}/{row.pk}-{row.file.name}", row.file)
            for row in evidence.select_related("file").order_by("created_at")
        ),
    ]


def _own_words(of: Q) -> Q:
    """Messages and files of disputes that the agent wrote or added."""
    return of & Q(author=DisputeAuthor.AGENT)


def export(user: User) -> dict[str, Any]:
    """Applications, gigs, shifts, time at work and submitted work."""
    mine = Q(agent__user=user)
    applications = Application.objects.filter(mine).select_related(
        "opportunity__project__client", "terms"
    )
    gigs = (
        Gig.objects.filter(mine)
        .select_related("client")
        .order_by("created_at")
        .prefetch_related(
            Prefetch("works__deliverables", Deliverable.objects.select_related("file")),
            "works__reviews",
            "works__versions",
            "works__refused_parts",
            "sessions",
        )
        .prefetch_related(
            Prefetch("claims", Claim.objects.select_related("slot")),
            "earned_amounts",
            "claims__breaks",
            "claims__corrections",
            "claims__task_counts",
        )
    )
    claims = [(gig, claim) for gig in gigs for claim in gig.claims.all()]
    member = Member.objects.select_related("client").filter(user=user).first()
    return {
        "applications": [_application_data(row) for row in applications.order_by("created_at")],
        "gigs": [_gig_data(row) for row in gigs],
        "shifts": [
            {"gig": gig.title, "from": moment(row.slot.starts_at),
             "to": moment(row.slot.ends_at), "state": row.get_state_display()}
            for gig, row in sorted(claims, key=lambda pair: pair[1].slot.starts_at)
        ],
        "ratings": [
            {"gig": row.gig.title, "by": row.get_side_display(), "stars": row.stars,
             "comment": row.shown_comment, "at": moment(row.submitted_at)}
            for row in Rating.objects.filter(gig__agent__user=user)
            .filter(Q(side=Rating.Side.AGENT) | Q(opened_at__isnull=False))
            .select_related("gig").order_by("submitted_at")
        ],
        "disputes": [_dispute_data(row) for row in Dispute.objects.filter(mine)
                     .select_related("client").prefetch_related("messages")
                     .order_by("opened_at")],
        "invitations": [
            {"opportunity": row.opportunity.title, "client": row.opportunity.client.name,
             "sent_at": moment(row.sent_at), "state": row.get_state_display(),
             "answered_at": moment(row.answered_at), "reason": row.reason}
            for row in AgentInvitation.objects.filter(mine)
            .select_related("opportunity__project__client").order_by("sent_at")
        ],
        "blocked_clients": [
            {"client": row.client.name, "since": moment(row.created_at)}
            for row in BlockedClient.objects.filter(mine).select_related("client")
        ],
        "saved_searches": [
            {"name": row.name, "asks_for": row.asked, "by_mail": row.is_mailed,
             "saved_at": moment(row.created_at)}
            for row in SavedSearch.objects.filter(mine).order_by("created_at")
        ],
        "waitlists": [
            {"gig": row.gig.title, "from": moment(row.slot.starts_at),
             "since": moment(row.queued_at), "state": row.get_state_display()}
            for row in WaitlistEntry.objects.filter(mine)
            .select_related("slot", "gig").order_by("queued_at")
        ],
        "places_in_openings": [
            {"gig": row.opening.opportunity.title, "place": row.rank, "stars": row.stars,
             "step": row.step, "opens_at": moment(row.opens_at), "reference": row.reference}
            for row in OpeningPlace.objects.filter(mine)
            .select_related("opening__opportunity").order_by("opens_at", "pk")
        ],
        "acts_for": (
            {"client": member.client.name, "role": member.get_role_display()} if member else None
        ),
    }  # fmt: skip


def erase(user: User, *, at: datetime) -> None:
    """Blank personal texts and delete unpaid work. Paid work stays with its client."""
    MemberInvitation.objects.filter(Q(invited_by=user) | Q(email=user.email)).delete()
    agent = Agent.objects.filter(user=user).first()
    if agent is None:
        return
    for application in agent.applications.filter(state=Application.State.PENDING):
        transition(application, to=Application.State.WITHDRAWN, by=None, at=at, decided_at=at)
    for gig in agent.gigs.exclude(state__in=ENDED).select_related("opportunity"):
        leaving.end_for_platform(gig=gig, why=ACCOUNT_CLOSED, at=at)
    agent.applications.update(note="", reason="", parts=[])
    agent.applications.exclude(reason_code="").update(reason_code=RejectionReason.OTHER)
    agent.saved_searches.all().delete()
    agent.blocked_clients.all().delete()
    MatchProfile.objects.filter(agent=agent).delete()
    for invitation in agent.invitations_to_work.filter(state=AgentInvitation.State.SENT):
        expired = AgentInvitation.State.EXPIRED
        transition(invitation, to=expired, by=None, at=at, answered_at=at)
    agent.invitations_to_work.update(reason="")
    blank_reasons(AgentInvitationEvent, subject__agent=agent)
    CalendarFeed.objects.filter(agent=agent).delete()
    Rating.objects.filter(gig__agent=agent, side=Rating.Side.AGENT).update(comment="")
    _erase_unpaid_work(agent)
    blank_reasons(ApplicationEvent, subject__agent=agent)
    blank_reasons(ClaimEvent, subject__agent=agent)
    blank_reasons(GigEvent, subject__agent=agent)
    blank_reasons(WorkEvent, subject__gig__agent=agent)
    blank_reasons(RefusedPartEvent, subject__work__gig__agent=agent)
    RefusedPart.objects.filter(work__gig__agent=agent).update(answer="")
    blank_reasons(WaitlistEvent, subject__agent=agent)
    blank_reasons(TimeCorrectionEvent, subject__claim__agent=agent)
    _erase_words_of_disputes(agent)
    TimeCorrection.objects.filter(claim__agent=agent).update(reason="")
    TaskCount.objects.filter(claim__agent=agent).update(note="")


def _in_use(gigs: Any) -> Any:
    """Active gigs with a session, submitted work or a claim; others can simply be left."""
    worked = WorkSession.objects.values("gig")
    handed_in = Work.objects.values("gig")
    held = Claim.objects.busy().values("gig")
    active = gigs.exclude(state__in=ENDED)
    return active.filter(Q(pk__in=worked) | Q(pk__in=handed_in) | Q(pk__in=held))


def _last_owner(user: User) -> list[Hold]:
    member = Member.objects.filter(user=user, role=Member.Role.OWNER).first()
    if member is None:
        return []
    others = Member.objects.filter(client=member.client_id, role=Member.Role.OWNER)
    if others.exclude(pk=member.pk).filter(user__status=User.Status.ACTIVE).exists():
        return []
    sentence = (
        "You are the only owner of your company's account. Make somebody else an owner first."
    )
    return [Hold("last_owner", sentence, reverse("gigs:client-members"))]


def _erase_unpaid_work(agent: Agent) -> None:
    unpaid = Work.objects.filter(gig__agent=agent).exclude(state=Work.State.APPROVED)
    handed_in = Deliverable.objects.filter(work__in=unpaid)
    stored = [row.file for row in handed_in.select_related("file")]
    handed_in.delete()
    WorkReview.objects.filter(work__in=unpaid).update(comment="")
    unpaid.update(summary="")
    WorkVersion.objects.filter(work__in=unpaid).update(summary="")
    destroy_files(stored)


def _erase_words_of_disputes(agent: Agent) -> None:
    """Blank what the agent wrote and what was written about them; the moves and amounts stay."""
    blank_reasons(DisputeEvent, subject__agent=agent)
    blank_reasons(DisputeResolutionEvent, subject__dispute__agent=agent)
    added = DisputeFile.objects.filter(_own_words(Q(dispute__agent=agent)))
    stored = [row.file for row in added.select_related("file")]
    models = (Dispute, DisputeMessage, DisputeFile, DisputeResolution, EvidencePack)
    with without_immutability_triggers(*models):
        agent.disputes.filter(side=Dispute.Side.AGENT).update(statement="")
        DisputeMessage.objects.filter(_own_words(Q(dispute__agent=agent))).update(text="")
        DisputeResolution.objects.filter(dispute__agent=agent).update(reason="")
        EvidencePack.objects.filter(dispute__agent=agent).update(items=[])
        added.delete()
    destroy_files(stored)


def _dispute_data(row: Dispute) -> dict[str, Any]:
    return {
        "about": row.title,
        "client": row.client.name,
        "opened_by": row.get_side_display(),
        "opened_at": moment(row.opened_at),
        "statement": row.statement,
        "asked_for": amount(row.asked_paise) if row.asked_paise else None,
        "state": row.get_state_display(),
        "closed_at": moment(row.closed_at),
        "messages": [
            {"by": message.get_author_display(), "at": moment(message.at), "text": message.text}
            for message in row.messages.all()
        ],
    }


def _application_data(row: Application) -> dict[str, Any]:
    return {
        "opportunity": row.opportunity.title,
        "client": row.opportunity.client.name,
        "applied_at": moment(row.created_at),
        "note": row.note,
        "terms_version": row.terms.version if row.terms else None,
        "terms_hash": row.terms.hash if row.terms else "",
        "agreed_at": moment(row.acknowledged_at),
        "match": row.score,
        "state": row.get_state_display(),
        "reason": row.reason_text,
    }


def _gig_data(gig: Gig) -> dict[str, Any]:
    return {
        "id": str(gig.pk),
        "title": gig.title,
        "client": gig.client.name,
        "pay": gig.get_pay_kind_display(),
        "rate": amount(gig.rate_paise),
        "state": gig.get_state_display(),
        "began_at": moment(gig.created_at),
        "completed_at": moment(gig.completed_at),
        "time_at_work": [
            {"from": moment(row.started_at), "to": moment(row.ended_at)}
            for row in gig.sessions.all()
        ],
        "breaks": [
            {"from": moment(row.started_at), "to": moment(row.ended_at)}
            for claim in gig.claims.all()
            for row in claim.breaks.all()
        ],
        "corrections": [
            {"from": moment(row.started_at), "to": moment(row.ended_at), "reason": row.reason,
             "proposed_by": row.get_side_display(), "state": row.get_state_display()}
            for claim in gig.claims.all()
            for row in claim.corrections.all()
        ],
        "tasks": [
            {"at": moment(row.at), "kind": row.get_kind_display(), "count": row.count,
             "note": row.note}
            for claim in gig.claims.all()
            for row in claim.task_counts.all()
        ],
        "work": [_work_data(work) for work in gig.works.all()],
        "earned_besides": [
            {"at": moment(row.at), "for": row.get_kind_display(),
             "amount": amount(row.amount_paise)}
            for row in gig.earned_amounts.all()
        ],
    }  # fmt: skip


def _work_data(work: Work) -> dict[str, Any]:
    return {
        "id": str(work.pk),
        "summary": work.summary,
        "state": work.get_state_display(),
        "handed_in_at": moment(work.submitted_at),
        "handed_in": [str(row) for row in work.deliverables.all()],
        "versions": [
            {"at": moment(row.submitted_at), "summary": row.summary}
            for row in work.versions.all()
        ],
        "said_by_the_client": [
            {"at": moment(row.at), "verdict": row.get_verdict_display(), "comment": row.comment}
            for row in work.reviews.all()
        ],
        "not_approved": [
            {"from": moment(row.starts_at), "to": moment(row.ends_at),
             "amount": amount(row.amount_paise), "reason": row.get_reason_display(),
             "note": row.note, "answer": row.answer, "state": row.get_state_display()}
            for row in work.refused_parts.all()
        ],
    }  # fmt: skip
