"""What the desk refuses, each with its own code and sentence."""

from django.conf import settings

from hitouch.core.errors import Refusal


class TicketClosed(Refusal):
    """The ticket was closed too long ago to be reopened."""

    code = "ticket_closed"
    message = "This ticket was closed more than 7 days ago. Open a new ticket."


class TooManyTickets(Refusal):
    """The user has as many open tickets as one may have."""

    code = "too_many_tickets"

    def __init__(self) -> None:
        most = settings.HITOUCH_HELP_OPEN_TICKETS
        super().__init__(
            f"You have {most} open tickets, which is the most. Write in one of them, "
            "or wait until support has closed one."
        )


class NotSupport(Refusal):
    """The actor is not in support."""

    code = "not_support"
    status = 403
    message = "Only support can do this."


class ChangedMeanwhile(Refusal):
    """A newer message came that the member has not seen."""

    code = "changed_meanwhile"
    message = "There is a new message in this ticket. Read it, then send your answer again."


class TicketTaken(Refusal):
    """Another member has the ticket."""

    code = "ticket_taken"
    message = "Another member of support has this ticket."


class AlreadyYours(Refusal):
    """The ticket is already assigned to this member."""

    code = "already_assigned"
    message = "The ticket is already assigned to this member."


class MemberNotOnDuty(Refusal):
    """A ticket is passed on only to a member who is on duty."""

    code = "not_on_duty"
    message = "This member is not on duty. Choose another one, or send the ticket to the queue."


class NoSupportMember(Refusal):
    """The account is not, or no longer, an active member of support."""

    code = "no_support_member"
    message = "This account is not an active member of support."


class AlreadyOnHold(Refusal):
    """The ticket is on hold."""

    code = "on_hold"
    message = "The ticket is on hold already."


class NotOnHold(Refusal):
    """The ticket is not on hold."""

    code = "not_on_hold"
    message = "The ticket is not on hold."


class NotMergeable(Refusal):
    """Two tickets cannot be merged."""

    code = "not_mergeable"


class TicketMerged(Refusal):
    """The ticket was merged into another one, where it goes on."""

    code = "ticket_merged"
    message = "This ticket was merged into another one. Continue there."


class NotResolvedYet(Refusal):
    """Only a closed ticket can be rated."""

    code = "not_resolved"
    message = "You can rate a ticket once it is closed."


class RatingClosed(Refusal):
    """A rating can be changed for some days only."""

    code = "rating_closed"
    message = "You rated this ticket more than 7 days ago. The rating cannot be changed any more."


class HoursOverlap(Refusal):
    """Two periods of a weekday overlap, or one ends before it begins."""

    code = "hours_overlap"
    status = 422
    message = "The periods of a day must not overlap, and each must end after it begins."


class OwnTicket(Refusal):
    """A member of support does not work on a ticket that they opened themselves."""

    code = "own_ticket"
    status = 403
    message = "You opened this ticket yourself. Another member of support has to answer it."


class WrongRating(Refusal):
    """A rating is a number from 1 to 5."""

    code = "wrong_rating"
    status = 422
    field = "score"
    message = "Choose a number from 1 to 5."


class AlreadyOpen(Refusal):
    """Only a closed ticket can be reopened."""

    code = "already_open"
    message = "The ticket is open already."


class UnknownPriority(Refusal):
    """There is no such priority."""

    code = "unknown_priority"
    status = 422
    field = "priority"
    message = "Choose low, normal, high or urgent."


class NotYourConversation(Refusal):
    """A ticket continues only a conversation of the user who opens it."""

    code = "not_found"
    status = 404
    message = "There is no such conversation."
