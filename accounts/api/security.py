"""Where the person who asks is signed in, and what happened to their account, for programs."""

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import recent, services, signed_in
from accounts.api.security_shapes import ActivityOut, HappeningOut, SignInOut, SignInsOut
from accounts.api_views import OwnAccountAPIView


class ActivityPage(PageNumberPagination):
    """Log-ins and changes come from two tables, so their pages go by number."""

    page_size = 25
    page_size_query_param = "limit"
    max_page_size = 100


class SessionListView(OwnAccountAPIView):
    """Where one is signed in."""

    operation_ids = {"get": "my_sessions"}

    @extend_schema(request=None, responses=SignInsOut)
    def get(self, request: Request) -> Response:
        """Browsers and programs in which the person is signed in, this one first."""
        here = self.current_login()
        found = signed_in.sign_ins_of(
            self.user,
            at=timezone.now(),
            session_key=here["keep_session"],
            family=here["keep_family"],
        )
        data = SignInOut([asdict(one) for one in found], many=True).data
        return Response({"data": data, "next": None, "previous": None})


class SessionDetailView(OwnAccountAPIView):
    """One place in which one is signed in."""

    operation_ids = {"delete": "end_my_session"}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, sign_in: str) -> Response:
        """Log out there. 404 when it is not one's own, or over."""
        services.end_one(user=self.user, sign_in=sign_in, at=timezone.now())
        return Response(status=204)


class OtherSessionsView(OwnAccountAPIView):
    """Every other place in which one is signed in."""

    operation_ids = {"post": "end_my_other_sessions"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out everywhere but here."""
        now = timezone.now()
        services.end_all_others(user=self.user, at=now, **self.current_login())
        return Response(status=204)


class ActivityView(OwnAccountAPIView):
    """What happened to one's account in the last thirty days."""

    operation_ids = {"get": "my_activity"}

    @extend_schema(
        request=None,
        parameters=[
            OpenApiParameter("page", int, description="Which page; the first is 1."),
            OpenApiParameter("limit", int, description="How many to a page, at most 100."),
        ],
        responses=ActivityOut,
    )
    def get(self, request: Request) -> Response:
        """Log-ins, tries and changes of the account, newest first."""
        pages = ActivityPage()
        rows = recent.rows_of(self.user, at=timezone.now())
        shown = recent.told(pages.paginate_queryset(rows, request, self) or [])
        return Response(
            {
                "data": HappeningOut([asdict(one) for one in shown], many=True).data,
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
            }
        )
