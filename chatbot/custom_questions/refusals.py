"""Refusals of custom questions."""

from hitouch.core.errors import Refusal


class QuestionClosed(Refusal):
    """The question was answered or closed."""

    code = "question_closed"
    message = "Somebody has answered or closed this question already."


class QuestionSentAlready(Refusal):
    """There is a custom question about the same message."""

    code = "question_sent_already"
    message = "You have sent us this question already. We will tell you when it is answered."


class NoSuchMessage(Refusal):
    """There is no such message in the person's conversations."""

    code = "message_not_found"
    message = "There is no such message in your conversations."
    status = 422
    field = "message"


class NotAskable(Refusal):
    """The message has an answer that was not rated as unhelpful."""

    code = "question_has_an_answer"
    message = "This question has an answer. If it does not help you, choose “Not helpful” first."


class TooManyOpenQuestions(Refusal):
    """The person has as many open questions as one may have."""

    code = "too_many_open_questions"
    status = 429

    def __init__(self, most: int) -> None:
        super().__init__(
            f"You have {most} questions that we have not answered yet. "
            "We will tell you when we have. If it cannot wait, contact support."
        )


class TooManyQuestionsToday(Refusal):
    """The person has sent as many questions as one may send within a day."""

    code = "too_many_questions_today"
    status = 429

    def __init__(self, most: int) -> None:
        super().__init__(
            f"You can send us {most} questions in 24 hours. "
            "Send the next one later, or contact support."
        )


class NoAnswerYet(Refusal):
    """A question without an answer makes no FAQ entry."""

    code = "answer_first"
    message = "Answer the question first."
