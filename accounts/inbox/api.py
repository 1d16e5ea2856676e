"""API of notices: list, count, mark as read, how to be told."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import OwnAccountAPIView
from accounts.inbox.forms import NoticeChoiceForm, NoticeFilterForm, NoticeTimesForm
from accounts.inbox.serializers import (
    CategoryChoiceOut,
    NoticeOut,
    NoticePreferencesOut,
    UnreadCountOut,
)
from accounts.models import Notice, NoticeCategory
from accounts.models.notices import NoticeQuerySet
from accounts.notices import preferences, queries, services
from hitouch.core.api.form_serializers import form_serializer
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage

NoticeTimesIn = form_serializer(NoticeTimesForm, "NoticeTimesIn")
NoticeChoiceIn = form_serializer(NoticeChoiceForm, "NoticeChoiceIn")
FILTERS = [
    OpenApiParameter(
        "category", str, enum=NoticeCategory.values, description="Only about this, such as money."
    ),
    OpenApiParameter("unread", bool, description="Only those that you have not read."),
]


class NoticePage(CursorPage):
    """Notices, the newest first."""

    ordering = ("-at", "-id")


class NoticeListView(OwnAccountAPIView, ListAPIView[Notice]):
    """What you were told, the newest first."""

    serializer_class = NoticeOut
    pagination_class = NoticePage
    query_form = NoticeFilterForm

    @extend_schema(parameters=FILTERS)
    def get(self, request: Request) -> Response:
        """List your notices, the newest first."""
        return self.list(request)

    def get_queryset(self) -> NoticeQuerySet:
        """The caller's notices, filtered."""
        category = self.query.get("category", "")
        rows = queries.notices_of(self.user, now=timezone.now(), category=category)
        return rows.unread() if self.query.get("unread") else rows


class UnreadNoticesView(OwnAccountAPIView):
    """The number of unread notices."""

    @extend_schema(responses=UnreadCountOut)
    def get(self, request: Request) -> Response:
        """How many notices you have not read."""
        return Response({"unread": queries.unread_count(self.user, now=timezone.now())})


class ReadNoticesView(OwnAccountAPIView):
    """Marking all notices as read."""

    operation_ids = {"post": "read_all_notices"}

    @extend_schema(request=None, responses=UnreadCountOut)
    def post(self, request: Request) -> Response:
        """Mark all notices as read."""
        now = timezone.now()
        services.mark_all_read(user=self.user, at=now)
        return Response({"unread": queries.unread_count(self.user, now=now)})


class ReadNoticeView(OwnAccountAPIView):
    """Marking one notice as read."""

    operation_ids = {"post": "read_notice"}

    @extend_schema(request=None, responses=NoticeOut)
    def post(self, request: Request, notice_id: UUID) -> Response:
        """Mark a notice as read; repeating it changes nothing."""
        now = timezone.now()
        notice = get_object_or_404(queries.notices_of(self.user, now=now), pk=notice_id)
        return Response(NoticeOut(services.mark_read(notice=notice, at=now)).data)


class NoticePreferencesView(OwnAccountAPIView):
    """How you are told."""

    operation_ids = {"put": "save_notice_times"}

    @extend_schema(responses=NoticePreferencesOut)
    def get(self, request: Request) -> Response:
        """Quiet hours, the hour of the daily summary, and the channels of each category."""
        return Response(self._preferences())

    @extend_schema(request=NoticeTimesIn, responses=NoticePreferencesOut)
    def put(self, request: Request) -> Response:
        """Save the quiet hours and the hour of the summary."""
        times = validated_form(NoticeTimesForm, request).times()
        preferences.save_times(user=self.user, times=times, at=timezone.now())
        return Response(self._preferences())

    def _preferences(self) -> Any:
        times = queries.settings_of(self.user)
        facts = {name: getattr(times, name) for name in NoticeTimesForm.base_fields}
        return NoticePreferencesOut(facts | {"categories": queries.choices_of(self.user)}).data


class NoticeChoiceView(OwnAccountAPIView):
    """How you are told about one category."""

    operation_ids = {"put": "save_notice_choice"}

    @extend_schema(request=NoticeChoiceIn, responses=CategoryChoiceOut)
    def put(self, request: Request, category: str) -> Response:
        """Choose mails and SMS of a category; mandatory ones are refused."""
        if category not in NoticeCategory:
            raise NotFound
        chosen = validated_form(NoticeChoiceForm, request).cleaned_data
        known = NoticeCategory(category)
        preferences.save_choice(user=self.user, category=known, at=timezone.now(), **chosen)
        return Response(CategoryChoiceOut(queries.choice_of(self.user, known)).data)
