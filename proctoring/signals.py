"""Signals of proctoring, sent inside the transaction of the change."""

from django.dispatch import Signal

#: A sitting has ended. Sent with `sitting`.
sitting_ended = Signal()

#: A sitting was graded. Sent with `sitting`.
sitting_graded = Signal()

#: A proctor cancelled the result of a sitting. Sent with `sitting`.
sitting_voided = Signal()

#: Answers of an ended sitting were admitted later, from a rescue file. Sent with `sitting`.
answers_admitted = Signal()
