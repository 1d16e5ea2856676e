"""What other features are told about custom questions."""

from django.dispatch import Signal

#: Sent in the transaction of the answer. Arguments: question, message (in the conversation, or
#: None if that is closed), at.
question_answered = Signal()
