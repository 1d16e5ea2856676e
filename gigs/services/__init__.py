"""Every change in gigs, as verbs. The refusals live beside their verbs."""

from gigs.services.applications import (
    accept,
    apply,
    check_eligible,
    expire,
    reject,
    withdraw,
)
from gigs.services.claims import claim_slot, note_no_show, release_all, release_claim
from gigs.services.projects import (
    add_slot,
    close,
    create_opportunity,
    create_project,
    publish,
)
from gigs.services.shifts import clock_in, clock_out, close_forgotten
from gigs.services.work import (
    approve_silent,
    approve_work,
    ask_rework,
    complete_gig,
    reject_work,
    start_review,
    submit_rework,
    submit_work,
)

__all__ = [
    "accept",
    "add_slot",
    "apply",
    "approve_silent",
    "approve_work",
    "ask_rework",
    "check_eligible",
    "claim_slot",
    "clock_in",
    "clock_out",
    "close",
    "close_forgotten",
    "complete_gig",
    "create_opportunity",
    "create_project",
    "expire",
    "note_no_show",
    "publish",
    "reject",
    "reject_work",
    "release_all",
    "release_claim",
    "start_review",
    "submit_rework",
    "submit_work",
    "withdraw",
]
