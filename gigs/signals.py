"""What gigs announces. Sent inside the transaction that makes it true."""

from django.dispatch import Signal

slot_claimed = Signal()  # claim: Claim
work_approved = Signal()  # work: Work
