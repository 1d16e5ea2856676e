"""Signals of gigs, sent inside the transaction of the change."""

from django.dispatch import Signal

time_changed = Signal()  # claim: Claim; clocked in or out, a break, a count, a correction
slot_claimed = Signal()  # claim: Claim
work_approved = Signal()  # work: Work; not that of a milestone
# A receiver may raise a `Refusal`, which undoes the change.
opportunity_published = Signal()  # opportunity: Opportunity, at: datetime
opportunity_closed = Signal()  # opportunity: Opportunity, at: datetime
# Also sent when work of an ended gig was rejected, so that the gig can earn less.
gig_ended = Signal()  # gig: Gig, at: datetime
# Another amount that a gig earned, once for each source row: a milestone's work, a bonus, a shift
# that the client cancelled late, a resolved dispute. Recorded as an `EarnedAmount` and paid out of
# what was set aside for the gig; an amount beyond that is refused, which undoes the change.
# gig: Gig, kind: EarnedAmount.Kind, source: Model with a UUID, amount_paise: int (without GST),
# at: datetime, by: User | None
amount_earned = Signal()
# A dispute was opened, or it has ended; `resolution` says how, or is None if it was withdrawn.
dispute_opened = Signal()  # dispute: Dispute, by: User, at: datetime
# dispute: Dispute, resolution: DisputeResolution | None, by: User | None, at: datetime
dispute_settled = Signal()
# Receivers answer with a list of facts about what was booked for the gig, for both sides: each a
# dict with `id`, `opened_at`, `kind`, `gross_paise` and `reference`.
payments_asked = Signal()  # gig: Gig
# Asks what a client spent; a receiver answers with a list of `gigs.workspace.budgets.SpentInMonth`.
client_spend_asked = Signal()  # client: Client
