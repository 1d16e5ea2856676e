"""Signals of gigs, sent inside the transaction of the change."""

from django.dispatch import Signal

time_changed = Signal()  # claim: Claim; clocked in or out, a break, a count, a correction
slot_claimed = Signal()  # claim: Claim
work_approved = Signal()  # work: Work
# A receiver may raise a `Refusal`, which undoes the change.
opportunity_published = Signal()  # opportunity: Opportunity, at: datetime
opportunity_closed = Signal()  # opportunity: Opportunity, at: datetime
# Also sent when work of an ended gig was rejected, so that the gig can earn less.
gig_ended = Signal()  # gig: Gig, at: datetime
