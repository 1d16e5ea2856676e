"""Models of gigs: clients, opportunities, slots and work."""

from gigs.models.clients import Client, Member, MemberInvitation, Project, ProjectEvent
from gigs.models.disputes import (
    Dispute,
    DisputeAuthor,
    DisputeEvent,
    DisputeFile,
    DisputeMessage,
    DisputeResolution,
    DisputeResolutionEvent,
    EvidencePack,
    SettlementBid,
)
from gigs.models.earned_amounts import EarnedAmount
from gigs.models.forecasts import Forecast
from gigs.models.invitations import AgentInvitation, AgentInvitationEvent, BlockedClient
from gigs.models.match_profiles import MatchProfile
from gigs.models.milestones import Milestone
from gigs.models.openings import Opening, OpeningPlace, ReceiptEntry, ReceiptSeal
from gigs.models.opportunities import (
    Application,
    ApplicationEvent,
    Gig,
    GigEvent,
    Opportunity,
    OpportunityEvent,
    RejectionReason,
    Visibility,
)
from gigs.models.ratings import Rating
from gigs.models.refused_parts import RefusedPart, RefusedPartEvent
from gigs.models.reminders import Reminder
from gigs.models.saved_searches import SavedSearch
from gigs.models.search import SearchWord
from gigs.models.slot_series import SlotSeries
from gigs.models.slots import CalendarFeed, Claim, ClaimEvent, Slot, WaitlistEntry, WaitlistEvent
from gigs.models.terms import Category, PayKind, Terms
from gigs.models.time import (
    Break,
    ClockInRefusal,
    TaskCount,
    TimeCorrection,
    TimeCorrectionEvent,
    Waiver,
    WorkSession,
)
from gigs.models.work import Deliverable, Work, WorkEvent, WorkReview, WorkVersion

__all__ = [
    "AgentInvitation",
    "AgentInvitationEvent",
    "Application",
    "ApplicationEvent",
    "BlockedClient",
    "Break",
    "CalendarFeed",
    "Category",
    "Claim",
    "ClaimEvent",
    "Client",
    "ClockInRefusal",
    "Deliverable",
    "Dispute",
    "DisputeAuthor",
    "DisputeEvent",
    "DisputeFile",
    "DisputeMessage",
    "DisputeResolution",
    "DisputeResolutionEvent",
    "EarnedAmount",
    "EvidencePack",
    "Forecast",
    "Gig",
    "GigEvent",
    "MatchProfile",
    "Member",
    "MemberInvitation",
    "Milestone",
    "Opening",
    "OpeningPlace",
    "Opportunity",
    "OpportunityEvent",
    "PayKind",
    "Project",
    "ProjectEvent",
    "Rating",
    "ReceiptEntry",
    "ReceiptSeal",
    "RefusedPart",
    "RefusedPartEvent",
    "RejectionReason",
    "Reminder",
    "SavedSearch",
    "SearchWord",
    "SettlementBid",
    "Slot",
    "SlotSeries",
    "TaskCount",
    "Terms",
    "TimeCorrection",
    "TimeCorrectionEvent",
    "Visibility",
    "WaitlistEntry",
    "WaitlistEvent",
    "Waiver",
    "Work",
    "WorkEvent",
    "WorkReview",
    "WorkSession",
    "WorkVersion",
]
