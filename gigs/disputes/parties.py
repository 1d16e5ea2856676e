"""The two sides of a dispute, and who may act or decide."""

from accounts.models import Agent, User
from gigs.eligibility import check_not_own
from gigs.models import Client, Dispute, DisputeAuthor, Member
from hitouch.core.errors import Refusal

Side = Dispute.Side


class NotImpartial(Refusal):
    """Who opened the dispute, or is concerned by it, does not decide on it."""

    code = "not_impartial"
    status = 403
    message = "You opened this dispute or it concerns you, so another person has to decide."


def other_side(side: str) -> Side:
    """The side that answers."""
    return Side.CLIENT if side == Side.AGENT else Side.AGENT


def check_party(dispute: Dispute, side: str, *, by: User) -> None:
    """Nobody acts for the client in a dispute with themselves."""
    if side in (Side.CLIENT, DisputeAuthor.STAFF):
        check_not_own(dispute.agent, by=by)


def check_outsider(agent: Agent, client: Client, *, by: User) -> None:
    """Refuse staff who are the agent or a member of the client."""
    is_member = Member.objects.filter(client=client, user=by).exists()
    if is_member or agent.user_id == by.pk:
        raise NotImpartial


def check_impartial(dispute: Dispute, *, by: User) -> None:
    """Refuse staff whom the dispute concerns, or who opened it."""
    if dispute.opened_by_id == by.pk:
        raise NotImpartial
    check_outsider(dispute.agent, dispute.client, by=by)


def managers_of(client: Client) -> list[Member]:
    """Members of the client who can act on a dispute and can be reached."""
    roles = (Member.Role.OWNER, Member.Role.MANAGER)
    members = client.members.filter(role__in=roles).select_related("user")
    return [member for member in members if member.user.is_active and member.user.contact]
