"""What becomes due by time: approvals, ends of sessions, no-shows, applications, opportunities."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from gigs.applications import services as application_services
from gigs.bonuses import services as bonus_services
from gigs.clients import members
from gigs.disputes import services as dispute_services
from gigs.engagements import bonuses
from gigs.invitations import services as invitations
from gigs.models import (
    Application,
    Break,
    Claim,
    Dispute,
    MemberInvitation,
    OpeningPlace,
    Opportunity,
    RefusedPart,
    Slot,
    WaitlistEntry,
    Work,
    WorkSession,
)
from gigs.models.opportunities import DECIDE_WITHIN
from gigs.models.slots import SEATED_UNTIL, SWAP_UNTIL
from gigs.opportunities import match_profiles, saved_searches
from gigs.opportunities import services as opportunity_services
from gigs.ratings import queries as rating_queries
from gigs.ratings import services as rating_services
from gigs.shifts import services as shift_services
from gigs.slots import claims, openings, waitlist
from gigs.work import refused_parts, reminders, timesheets
from gigs.work import services as work_services
from hitouch.core import sweeps


def _running_after_slot(now: datetime) -> QuerySet[WorkSession]:
    return WorkSession.objects.running().filter(claim__slot__ends_at__lte=now)


def _breaks_after_slot(now: datetime) -> QuerySet[Break]:
    return Break.objects.filter(ended_at=None, claim__slot__ends_at__lte=now)


def _offers_near_their_slot(now: datetime) -> QuerySet[Claim]:
    return Claim.objects.filter(
        state=Claim.State.SWAP_OFFERED, slot__starts_at__lt=now + SWAP_UNTIL
    )


def _free_seats_with_a_waitlist(now: datetime) -> QuerySet[Slot]:
    waiting = WaitlistEntry.objects.filter(slot=OuterRef("pk"), state="WAITING")
    free = Slot.objects.filter(taken__lt=F("capacity"), starts_at__gte=now + SEATED_UNTIL)
    return free.filter(Exists(waiting))


def _waiting_near_their_slot(now: datetime) -> QuerySet[WaitlistEntry]:
    return WaitlistEntry.objects.filter(state="WAITING", slot__starts_at__lt=now + SEATED_UNTIL)


def _places_to_tell(now: datetime) -> QuerySet[OpeningPlace]:
    return OpeningPlace.objects.filter(told_at=None, opens_at__lte=now)


def _held_after_slot(now: datetime) -> QuerySet[Claim]:
    return Claim.objects.holding().filter(slot__ends_at__lte=now)


def _undecided_applications(now: datetime) -> QuerySet[Application]:
    pending = Application.objects.filter(state=Application.State.PENDING)
    return pending.filter(opportunity__apply_by__lte=now - DECIDE_WITHIN)


def _open_after_deciding(now: datetime) -> QuerySet[Opportunity]:
    waiting = Opportunity.objects.filter(state__in=["OPEN", "ON_HOLD"])
    return waiting.filter(apply_by__lte=now - DECIDE_WITHIN)


#: In order: a session that ends with its slot is no no-show.
SWEEPS = (
    sweeps.Sweep(
        name="gigs.unanswered_work",
        due=Work.objects.due_for_auto_approval,
        act=lambda row, now: work_services.auto_approve(work=row, at=now),
        order=("reviewable_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.rework_that_did_not_come",
        due=Work.objects.with_overdue_rework,
        act=lambda row, now: work_services.end_rework(work=row, at=now),
    ),
    sweeps.Sweep(
        name="gigs.refused_parts_not_disputed",
        due=RefusedPart.objects.due_to_become_final,
        act=lambda row, now: refused_parts.close_part(part=row, at=now),
        order=("refused_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.sessions_after_their_slot",
        due=_running_after_slot,
        act=lambda row, now: shift_services.auto_clock_out(session=row, at=now),
        order=("started_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.breaks_after_their_slot",
        due=_breaks_after_slot,
        act=lambda row, now: shift_services.auto_end_break(pause=row, at=now),
        order=("started_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.swap_offers_not_taken",
        due=_offers_near_their_slot,
        act=lambda row, now: claims.end_swap_offer(claim=row, at=now),
        order=("slot__starts_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.free_seats_with_a_waitlist",
        due=_free_seats_with_a_waitlist,
        act=lambda row, now: waitlist.fill(slot=row, at=now),
        order=("starts_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.waitlists_near_their_slot",
        due=_waiting_near_their_slot,
        act=lambda row, now: waitlist.expire(entry=row, at=now),
        order=("slot__starts_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.steps_that_opened",
        due=_places_to_tell,
        act=lambda row, now: openings.tell(place=row, at=now),
        order=("opens_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.bonuses",
        due=bonuses.unpaid_bonuses,
        act=lambda row, now: bonus_services.pay_ended(claim=row, at=now),
        order=("slot__ends_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.missed_shifts",
        due=_held_after_slot,
        act=lambda row, now: shift_services.record_missed_shift(claim=row, at=now),
        order=("slot__ends_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.sealed_ratings",
        due=lambda now: rating_queries.sealed_since(now - rating_services.SEALED_FOR),
        act=lambda row, now: rating_services.open_after_two_weeks(rating=row, at=now),
        order=("submitted_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.timesheets",
        due=timesheets.gigs_to_submit,
        act=lambda row, now: timesheets.submit_timesheet(gig=row, at=now),
        order=("created_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.work_near_approval",
        due=reminders.work_near_approval,
        act=lambda row, now: reminders.remind_of_approval(work=row, at=now),
        order=("reviewable_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.rework_near_end",
        due=reminders.rework_near_end,
        act=lambda row, now: reminders.remind_of_rework(work=row, at=now),
    ),
    sweeps.Sweep(
        name="gigs.timesheets_near_submission",
        due=reminders.gigs_near_timesheet,
        act=lambda row, now: reminders.remind_of_timesheet(gig=row, at=now),
        order=("created_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.ratings_near_opening",
        due=reminders.ratings_near_opening,
        act=lambda row, now: reminders.remind_of_rating(rating=row, at=now),
        order=("submitted_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.refused_parts_near_end",
        due=reminders.refused_parts_near_end,
        act=lambda row, now: reminders.remind_of_refused_part(part=row, at=now),
        order=("refused_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.undecided_applications",
        due=_undecided_applications,
        act=lambda row, now: application_services.expire(application=row, at=now),
        order=("opportunity__apply_by", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.unanswered_invitations",
        due=invitations.due_to_expire,
        act=lambda row, now: invitations.expire(invitation=row, at=now),
        order=("expires_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.match_profiles",
        due=match_profiles.due_for_refresh,
        act=lambda row, now: match_profiles.refresh(profile=row, at=now),
        order=("refresh_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.ended_opportunities",
        due=_open_after_deciding,
        act=lambda row, now: opportunity_services.close(opportunity=row, by=None, at=now),
        order=("apply_by", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.late_disputes",
        due=Dispute.objects.past_deadline,
        act=lambda row, now: dispute_services.escalate_late(dispute=row, at=now),
        order=("due_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.dispute_reminders",
        due=Dispute.objects.to_remind,
        act=lambda row, now: dispute_services.remind(dispute=row, at=now),
        order=("due_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.member_invitations",
        due=lambda now: MemberInvitation.objects.filter(expires_at__lte=now),
        act=lambda row, now: members.delete_expired(invitation=row, at=now),
        order=("expires_at", "pk"),
    ),
    sweeps.Sweep(
        name="gigs.saved_searches",
        due=saved_searches.due_for_mail,
        act=lambda row, now: saved_searches.mail_new_work(saved=row, at=now),
        order=("next_mail_at", "pk"),
    ),
)


def sweep(*, at: datetime) -> None:
    """Do what is due."""
    for each in SWEEPS:
        sweeps.run(each, now=at)
