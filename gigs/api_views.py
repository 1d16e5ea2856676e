"""Base class of API views for people who act for a client."""

from accounts.api_views import UserAPIView
from gigs.models import Member
from gigs.permissions import IsMember, member_of


class MemberAPIView(UserAPIView):
    """An endpoint for members of a client, in any role; a subclass may name the roles."""

    permission_classes = [IsMember]
    tag = "Clients"

    @property
    def member(self) -> Member:
        """The caller as a member of their client."""
        return member_of(self.request)
