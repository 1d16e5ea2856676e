"""Signals of gigs, sent inside the transaction of the change."""

from django.dispatch import Signal

time_changed = Signal()  # claim: Claim; clocked in or out, a break, a count, a correction
slot_claimed = Signal()  # claim: Claim
work_approved = Signal()  # work: Work
# A receiver may raise a `Refusal`, which undoes the change.
opportunity_published = Signal()  # opportunity: Opportunity, at: datetime
opportunity_closed = Signal()  # opportunity: Opportunity, at: datetime
gig_completed = Signal()  # gig: Gig, at: datetime
