"""Why an act of a proctor on a live sitting is refused."""

from hitouch.core.errors import Refusal


class OwnSitting(Refusal):
    """The proctor is the candidate."""

    code = "own_sitting"
    message = "This is your own assessment. Another proctor has to watch it."
    status = 403


class NotLive(Refusal):
    """The sitting is neither in progress nor paused."""

    code = "sitting_not_live"
    message = "This assessment is not in progress. Nothing was sent."


class AlreadyPaused(Refusal):
    """The sitting is paused."""

    code = "already_paused"
    message = "This assessment is paused already."


class TextRequired(Refusal):
    """The candidate is told nothing."""

    code = "text_required"
    message = "Write what the candidate should read."
    field = "text"
    status = 422


class TextTooLong(Refusal):
    """The text is longer than the candidate's page shows."""

    code = "text_too_long"
    message = "Write at most 500 characters."
    field = "text"
    status = 422


class TextUnreadable(Refusal):
    """The text has characters that no database keeps: NUL, or half of a surrogate pair."""

    code = "text_unreadable"
    message = "This text contains characters that cannot be stored. Remove them and try again."
    field = "text"
    status = 422


class UnknownInterventionReason(Refusal):
    """The reason is not one of the codes."""

    code = "unknown_reason"
    message = "Select a reason."
    field = "reason"
    status = 422


class ActIdUsed(Refusal):
    """The id of the act was used for another act."""

    code = "act_id_used"
    message = "This id belongs to another act. Send a new one."
    field = "id"
