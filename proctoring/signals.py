"""What proctoring announces, inside the transaction that makes it true."""

from django.dispatch import Signal

#: A sitting is over and takes nothing any more. Sent with `sitting`.
sitting_ended = Signal()

#: A sitting has its score and level. Sent with `sitting`.
sitting_graded = Signal()

#: A proctor took a sitting's result back. Sent with `sitting`.
sitting_voided = Signal()
