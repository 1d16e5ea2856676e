"""API of the item bank for authors and reviewers: list, review, states, flags, files.

Items are written through files: an import makes drafts.
"""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.query import QueryForm
from hitouch.core.cefr import CEFR
from hitouch.core.web.downloads import as_private_download
from proctoring.item_bank import forms, queries, review, serializers, services
from proctoring.item_bank.interchange import limits
from proctoring.item_bank.interchange import services as interchange
from proctoring.models import Item, ItemFlag, ItemKind


class ItemFilter(QueryForm):
    """Filters of the list of items."""

    kind = django_forms.ChoiceField(required=False, choices=[("", ""), *ItemKind.choices])
    level = django_forms.ChoiceField(required=False, choices=[("", ""), *CEFR.choices])
    state = django_forms.ChoiceField(required=False, choices=[("", ""), *Item.State.choices])
    topic = django_forms.CharField(required=False, max_length=40)
    flagged = django_forms.ChoiceField(required=False, choices=[("", ""), ("true", "true")])


class ItemPage(CursorPage):
    """Items in the order of their codes."""

    ordering = ("code", "id")


class ItemBankAPIView(StaffAPIView):
    """An endpoint for authors and reviewers."""

    permission_classes = [IsStaff.of(*queries.KEY_ROLES)]
    tag = "Item bank"


class ItemListView(ItemBankAPIView, ListAPIView[Item]):
    """Items by code, with their figures."""

    serializer_class = serializers.StaffItemOut
    pagination_class = ItemPage
    query_form = ItemFilter
    queryset = Item.objects.none()

    def get_queryset(self) -> Any:
        """The items that the filters leave."""
        rows: Any = queries.items_for_list()
        names = ("kind", "level", "state", "topic")
        rows = rows.filter(**{name: self.query[name] for name in names if self.query.get(name)})
        return rows.filter(flagged=True) if self.query.get("flagged") else rows

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", enum=ItemKind.values),
            OpenApiParameter("level", enum=CEFR.values),
            OpenApiParameter("state", enum=Item.State.values),
            OpenApiParameter("topic", str),
            OpenApiParameter("flagged", enum=["true"]),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ItemDetailView(ItemBankAPIView):
    """One item."""

    @extend_schema(responses=serializers.StaffItemDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Get an item with its versions, keys, flags and exposure."""
        return _item_response(pk)


class RequestItemReviewView(ItemBankAPIView):
    """Handing a draft to a second person."""

    permission_classes = [IsStaff.of(*queries.AUTHORS)]

    @extend_schema(request=None, responses=serializers.StaffItemDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Hand the draft of an item to a reviewer."""
        item = get_object_or_404(Item, pk=pk)
        version = item.versions.select_related("item").latest("number")
        services.request_review(version=version, by=self.user, at=timezone.now())
        return _item_response(pk)


class DecideItemReviewView(ItemBankAPIView):
    """The decision of a second person."""

    permission_classes = [IsStaff.of(*queries.REVIEWERS)]

    @extend_schema(request=serializers.ItemReviewIn, responses=serializers.StaffItemDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve or return a draft, or end a trial. Never one's own item."""
        waiting = queries.open_review(get_object_or_404(Item, pk=pk))
        form = validated_form(forms.ReviewForm, request)
        if waiting is None:
            raise review.ReviewDecided
        review.decide_review(review=waiting, by=self.user, at=timezone.now(), **form.cleaned_data)
        return _item_response(pk)


class ReportItemView(ItemBankAPIView):
    """A person's doubt about an item."""

    @extend_schema(request=serializers.ReasonOfItemIn, responses=serializers.StaffItemDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Flag the latest version of an item."""
        version = get_object_or_404(Item, pk=pk).versions.latest("number")
        detail = validated_form(forms.ReasonOfItemForm, request).cleaned_data["reason"]
        services.report_version(version=version, detail=detail, by=self.user, at=timezone.now())
        return _item_response(pk)


class MoveItemView(ItemBankAPIView):
    """Base of the endpoints that change the state of an item in use."""

    permission_classes = [IsStaff.of(*queries.REVIEWERS)]
    service: Any = None

    def move(self, request: Request, pk: UUID) -> Response:
        """Move the item, with a reason."""
        item = get_object_or_404(Item, pk=pk)
        reason = validated_form(forms.ReasonOfItemForm, request).cleaned_data["reason"]
        type(self).service(item=item, reason=reason, by=self.user, at=timezone.now())
        return _item_response(pk)


class RetireItemView(MoveItemView):
    """Taking an item out of use."""

    service = staticmethod(services.retire_item)

    @extend_schema(request=serializers.ReasonOfItemIn, responses=serializers.StaffItemDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Take an item out of use. Sittings that have it keep it."""
        return self.move(request, pk)


class ReviveItemView(MoveItemView):
    """Using a retired item again."""

    service = staticmethod(services.revive_item)

    @extend_schema(request=serializers.ReasonOfItemIn, responses=serializers.StaffItemDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Use a retired item again."""
        return self.move(request, pk)


class ReturnItemToTrialView(MoveItemView):
    """Putting a live item back on trial."""

    service = staticmethod(services.return_to_trial)

    @extend_schema(request=serializers.ReasonOfItemIn, responses=serializers.StaffItemDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask a live item without counting it."""
        return self.move(request, pk)


class ResolveItemFlagView(ItemBankAPIView):
    """Closing a flag."""

    permission_classes = [IsStaff.of(*queries.REVIEWERS)]

    @extend_schema(request=serializers.FlagResolutionIn, responses=serializers.StaffItemFlagOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Close a flag with what was found."""
        flag = get_object_or_404(ItemFlag.objects.select_related("version"), pk=pk)
        form = validated_form(forms.FlagResolutionForm, request)
        services.resolve_flag(flag=flag, by=self.user, at=timezone.now(), **form.cleaned_data)
        flag.refresh_from_db()
        return Response(serializers.StaffItemFlagOut(flag).data)


class ImportItemsView(ItemBankAPIView):
    """Import of a file."""

    permission_classes = [IsStaff.of(*queries.AUTHORS)]
    parser_classes = [MultiPartParser]

    @extend_schema(request=serializers.ItemImportIn, responses=serializers.ItemImportOut)
    def post(self, request: Request) -> Response:
        """Import a CSV file or a QTI 3 package as drafts, all of it or nothing."""
        form = validated_form(forms.ImportForm, request)
        data = form.cleaned_data["file"].read(limits.MAX_BYTES + 1)
        result = interchange.import_items(data=data, by=self.user, at=timezone.now())
        return Response(serializers.ItemImportOut(result).data)


class ExportItemsCsvView(ItemBankAPIView):
    """Export of the bank as CSV."""

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        """Download all items with their keys as CSV."""
        return _download("csv")


class ExportItemsQtiView(ItemBankAPIView):
    """Export of the bank as QTI 3."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        """Download all items with keys and clips as a QTI 3 package."""
        return _download("qti")


def _download(form: str) -> HttpResponse:
    export, name, content_type = interchange.EXPORTS[form]
    return as_private_download(HttpResponse(export(), content_type=content_type), name)


def _item_response(pk: UUID) -> Response:
    item: Any = get_object_or_404(queries.items_for_list(), pk=pk)
    item.exposure = queries.exposure([item.pk]).get(item.pk, 0.0)
    item.must_not_meet = item.excludes.order_by("code").values_list("code", flat=True)
    item.all_versions = queries.versions_of(item)
    item.all_flags = queries.flags_of(item)
    return Response(serializers.StaffItemDetailOut(item).data)
