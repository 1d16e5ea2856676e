"""Signals of gigs, sent inside the transaction of the change."""

from django.dispatch import Signal

slot_claimed = Signal()  # claim: Claim
work_approved = Signal()  # work: Work
