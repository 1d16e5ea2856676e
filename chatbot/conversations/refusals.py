"""What a conversation refuses, each with its own code and sentence."""

from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import wait_text


class QuestionPending(Refusal):
    """The assistant is still looking for the answer to the question before."""

    code = "question_pending"
    message = "We are still answering your last question. Wait a moment and send this again."


class TooManyHelpMessages(Refusal):
    """The user has sent as many messages as one may; `retry_after` is the wait in seconds."""

    code = "too_many_messages"
    status = 429
    field = "text"

    def __init__(self, *, most: int, period: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"You can send {most} messages {period}. Wait {wait_text(retry_after)} and try again. "
            "You can still talk to a person."
        )


class NotRateable(Refusal):
    """Only answers can be rated."""

    code = "not_an_answer"
    message = "You can rate only our answers."


class SupportAnswers(Refusal):
    """A person answers in this conversation, or it is closed; the assistant is silent."""

    code = "support_answers"
    message = "Support is answering here now. Write your question as a message."


class NothingToAsk(Refusal):
    """There is no question of the user to pass on to the team."""

    code = "nothing_to_ask"
    message = "Write your question first."
