"""Signals of proctoring, sent inside the transaction of the change."""

from django.dispatch import Signal

#: A sitting has ended. Sent with `sitting`.
sitting_ended = Signal()

#: A paused sitting goes on. Sent with `sitting` and `by`, which is None if nobody resumed it.
sitting_resumed = Signal()

#: A sitting is graded and may be released. Sent with `sitting` and `at`; a receiver returns the
#: reasons for which people have to look first.
release_requested = Signal()

#: A graded result is held until people have reviewed it. Sent with `sitting`, `reasons` and `at`.
result_held = Signal()

#: The result of a sitting counts from now on. Sent with `sitting`.
sitting_graded = Signal()

#: The result of a sitting does not count any more. Sent with `sitting`.
sitting_voided = Signal()

#: Answers of an ended sitting were admitted later, from a rescue file. Sent with `sitting`.
answers_admitted = Signal()

#: A routed section is about to be drawn. Sent with `sitting` and `part`; a receiver returns the
#: ability for it and its standard error, in logits, or None if nothing is known.
ability_asked = Signal()

#: Facts of the server or of staff were recorded. Sent with `sitting`, `observations` and `at`.
observed = Signal()

#: A sitting is about to begin. Sent with `sitting` and `at`; a receiver returns the checks that
#: have to be passed or repeated before.
begin_requested = Signal()

#: A photo is compared with earlier ones. Sent with `agent`; a receiver returns stored files of
#: approved documents that show the person.
document_photos_requested = Signal()
