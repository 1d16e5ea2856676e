"""API of active sessions and recent account activity."""

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView
from accounts.security import login_history
from accounts.sessions import queries, services
from accounts.sessions.serializers import ActivityOut, HappeningOut, SignInOut, SignInsOut
from hitouch.core.api.query import NumberedPageForm


class ActivityPage(PageNumberPagination):
    """Log-ins and changes come from two tables, so their pages go by number."""

    query_form = NumberedPageForm
    page_size = 25
    page_size_query_param = "limit"
    max_page_size = 100


class SessionListView(OwnAccountAPIView):
    """Active sessions."""

    operation_ids = {"get": "my_sessions"}

    @extend_schema(request=None, responses=SignInsOut)
    def get(self, request: Request) -> Response:
        """Your active sessions in browsers and apps, the current one first."""
        current = self.current_login()
        sessions = queries.active_sessions(
            self.user,
            at=timezone.now(),
            session_key=current["keep_session"],
            family=current["keep_family"],
        )
        data = SignInOut([asdict(session) for session in sessions], many=True).data
        return Response({"data": data, "next": None, "previous": None})


class SessionDetailView(OwnAccountAPIView):
    """One active session."""

    operation_ids = {"delete": "end_my_session"}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, sign_in: str) -> Response:
        """Log out of a session. 404 if it is not yours or has ended."""
        services.end_session(user=self.user, sign_in=sign_in, at=timezone.now())
        return Response(status=204)


class OtherSessionsView(OwnAccountAPIView):
    """All other active sessions."""

    operation_ids = {"post": "end_my_other_sessions"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out of all other sessions."""
        now = timezone.now()
        services.end_all_others(user=self.user, at=now, **self.current_login())
        return Response(status=204)


class ActivityView(OwnAccountAPIView):
    """Account activity of the last 30 days."""

    operation_ids = {"get": "my_activity"}
    pagination_class = ActivityPage

    @extend_schema(
        request=None,
        parameters=[
            OpenApiParameter("page", int, description="Page number, starting at 1."),
            OpenApiParameter("limit", int, description="Results per page, 100 at most."),
        ],
        responses=ActivityOut,
    )
    def get(self, request: Request) -> Response:
        """Logins, failed attempts and account changes of the last 30 days, newest first."""
        pages = ActivityPage()
        rows = login_history.activity_of(self.user, at=timezone.now())
        events = login_history.describe(pages.paginate_queryset(rows, request, self) or [])
        return Response(
            {
                "data": HappeningOut([asdict(event) for event in events], many=True).data,
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
            }
        )
