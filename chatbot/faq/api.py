"""API of the FAQ: public answers, and all that staff do with entries."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import PublicAPIView, StaffAPIView
from accounts.permissions import IsStaff
from chatbot.faq import (
    checks,
    doctor,
    forms,
    interchange,
    queries,
    serializers,
    services,
    slots,
    writing,
)
from chatbot.faq.records import TextRecord
from chatbot.models import FaqEntry, FaqPhrasing, FaqVersion, HelpLanguage
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.web.downloads import as_private_download

ROLES = ("support",)


class HelpEntryListView(PublicAPIView):
    """The FAQ, without a log-in."""

    query_form = forms.HelpLanguageQuery
    tag = "Help"
    operation_ids = {"get": "help_entries"}

    @extend_schema(
        parameters=[OpenApiParameter("language", str, enum=HelpLanguage.values)],
        responses=serializers.HelpCategoryOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List categories and answers; English where an answer has no text in the language."""
        categories = queries.help_page(self.query.get("language") or HelpLanguage.EN)
        return Response(serializers.HelpCategoryOut(categories, many=True).data)


class FaqAPIView(StaffAPIView):
    """An endpoint for support."""

    permission_classes = [IsStaff.of(*ROLES)]
    tag = "Help (staff)"


class FaqEntryPage(CursorPage):
    """Entries by key."""

    ordering = ("key", "id")


class FaqEntryListView(FaqAPIView, ListAPIView[FaqEntry]):
    """Entries of the FAQ."""

    serializer_class = serializers.FaqEntryOut
    pagination_class = FaqEntryPage
    operation_ids = {"get": "staff_faq_entries", "post": "staff_faq_create"}

    def get_queryset(self) -> Any:
        """All entries."""
        return FaqEntry.objects.select_related("category")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List entries by key."""
        return self.list(request, *args, **kwargs)

    @extend_schema(request=serializers.FaqEntryIn, responses={201: serializers.FaqVersionOut})
    def post(self, request: Request) -> Response:
        """Create an entry with a draft in English. Nobody sees it until it is published."""
        found = validated_form(forms.FaqEntryForm, request).cleaned_data
        version = services.create_entry(
            category=found["category"],
            key=found["key"],
            texts={HelpLanguage.EN: TextRecord(found["question"], found["answer"])},
            by=self.user,
        )
        return Response(serializers.FaqVersionOut(version).data, status=201)


class FaqEntryView(FaqAPIView):
    """One entry."""

    operation_ids = {"get": "staff_faq_entry"}

    @extend_schema(responses=serializers.FaqEntryDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Get an entry with versions and phrasings."""
        entry = get_object_or_404(queries.entries_with_details(), pk=pk)
        return Response(serializers.FaqEntryDetailOut(entry).data)


class FaqDraftView(FaqAPIView):
    """The draft of an entry."""

    operation_ids = {"post": "staff_faq_draft"}

    @extend_schema(request=None, responses={201: serializers.FaqVersionOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Begin a draft from what is published, or get the one that is open."""
        version = services.draft(entry=get_object_or_404(FaqEntry, pk=pk), by=self.user)
        return Response(serializers.FaqVersionOut(version).data, status=201)


class FaqActiveView(FaqAPIView):
    """Whether an entry is shown."""

    operation_ids = {"post": "staff_faq_active"}

    @extend_schema(request=serializers.FaqActiveIn, responses=serializers.FaqEntryDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Show or hide an entry without another version."""
        entry = get_object_or_404(FaqEntry, pk=pk)
        found = validated_form(forms.FaqActiveForm, request).cleaned_data
        services.set_active(entry=entry, is_active=found["is_active"])
        return _entry_response(pk)


class FaqRetireView(FaqAPIView):
    """Withdraw an entry."""

    operation_ids = {"post": "staff_faq_retire"}

    @extend_schema(request=None, responses=serializers.FaqEntryDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Withdraw the published version. Messages that showed it keep it."""
        entry = get_object_or_404(FaqEntry, pk=pk)
        services.retire(entry=entry, by=self.user, at=timezone.now())
        return _entry_response(pk)


class FaqVersionView(FaqAPIView):
    """One version."""

    operation_ids = {
        "get": "staff_faq_version",
        "put": "staff_faq_edit",
        "delete": "staff_faq_discard",
    }

    @extend_schema(responses=serializers.FaqVersionOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Get a version with its texts."""
        return Response(serializers.FaqVersionOut(get_object_or_404(FaqVersion, pk=pk)).data)

    @extend_schema(request=serializers.FaqTextIn, responses=serializers.FaqVersionOut)
    def put(self, request: Request, pk: UUID) -> Response:
        """Write the text of a draft in one language."""
        version = get_object_or_404(FaqVersion, pk=pk)
        found = validated_form(forms.FaqTextForm, request).cleaned_data
        text = TextRecord(found["question"], found["answer"])
        version = services.edit_draft(version=version, texts={found["language"]: text})
        return Response(serializers.FaqVersionOut(version).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Discard a draft."""
        services.discard_draft(version=get_object_or_404(FaqVersion, pk=pk))
        return Response(status=204)


class FaqDoctorView(FaqAPIView):
    """The FAQ doctor."""

    operation_ids = {"get": "staff_faq_doctor"}

    @extend_schema(responses=serializers.FaqReportOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """See what a draft would change: faults, shadows, moves, precision before and after."""
        version = get_object_or_404(FaqVersion, pk=pk)
        return Response(serializers.FaqReportOut(doctor.report(version)).data)


class FaqPublishView(FaqAPIView):
    """Publish a draft."""

    operation_ids = {"post": "staff_faq_publish"}

    @extend_schema(request=None, responses=serializers.FaqVersionOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Publish a draft; refused when it is broken or precision falls by 2 points."""
        version = get_object_or_404(FaqVersion, pk=pk)
        version = services.publish(version=version, by=self.user, at=timezone.now())
        return Response(serializers.FaqVersionOut(version).data)


class FaqPhrasingListView(FaqAPIView):
    """The ways to ask an entry."""

    operation_ids = {"post": "staff_faq_add_phrasing"}

    @extend_schema(request=serializers.FaqPhrasingIn, responses={201: serializers.FaqPhrasingOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Add a way to ask an entry."""
        entry = get_object_or_404(FaqEntry, pk=pk)
        found = validated_form(forms.FaqPhrasingForm, request).cleaned_data
        phrasing = services.add_phrasing(entry=entry, by=self.user, **found)
        return Response(serializers.FaqPhrasingOut(phrasing).data, status=201)


class FaqPhrasingView(FaqAPIView):
    """One way to ask an entry."""

    operation_ids = {"delete": "staff_faq_remove_phrasing"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Remove a way to ask; the questions of published texts stay."""
        services.remove_phrasing(phrasing=get_object_or_404(FaqPhrasing, pk=pk))
        return Response(status=204)


class FaqSourceView(FaqAPIView):
    """Drafts from what people asked and staff answered."""

    operation_ids = {"post": "staff_faq_draft_from"}

    @extend_schema(request=serializers.FaqSourceIn, responses={201: serializers.FaqVersionOut})
    def post(self, request: Request) -> Response:
        """Make a draft of an answered custom question, or of an answer of support."""
        found = validated_form(forms.FaqSourceForm, request).cleaned_data
        version = services.draft_from_source(
            category=found["category"],
            question=found["custom_question"],
            message=found["ticket_answer"],
            asked=found["question"],
            language=found["language"] or HelpLanguage.EN,
            by=self.user,
        )
        return Response(serializers.FaqVersionOut(version).data, status=201)


class FaqExportView(FaqAPIView):
    """Export the FAQ."""

    query_form = forms.FaqExportQuery
    operation_ids = {"get": "staff_faq_export"}

    @extend_schema(
        parameters=[OpenApiParameter("file_type", str, enum=["yaml", "csv"])],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Download what is published, as a file that can be imported."""
        records = interchange.export_records()
        is_csv = self.query.get("file_type") == "csv"
        text = writing.as_csv(records) if is_csv else writing.as_yaml(records)
        response = HttpResponse(text.encode(), content_type="application/octet-stream")
        return as_private_download(response, "faq.csv" if is_csv else "faq.yaml")


class FaqImportView(FaqAPIView):
    """Import a file."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "staff_faq_import"}

    @extend_schema(request=serializers.FaqFileIn, responses=serializers.FaqImportOut)
    def post(self, request: Request) -> Response:
        """Import a YAML or CSV file as drafts and phrasings, all of it or nothing."""
        file = validated_form(forms.FaqFileForm, request).cleaned_data["file"]
        result = interchange.import_file(data=file.read(), name=file.name, by=self.user)
        return Response(serializers.FaqImportOut(result).data)


class FaqFaultListView(FaqAPIView):
    """What is wrong with what is shown."""

    operation_ids = {"get": "staff_faq_faults"}

    @extend_schema(responses=serializers.FaqFaultOut(many=True))
    def get(self, request: Request) -> Response:
        """List broken slots, links to no page and missing languages."""
        faults = checks.faults_of_entries(list(queries.entries_to_check()))
        return Response(serializers.FaqFaultOut(faults, many=True).data)


class FaqSlotListView(FaqAPIView):
    """Slots for texts."""

    operation_ids = {"get": "staff_faq_slots"}

    @extend_schema(responses=serializers.FaqSlotOut(many=True))
    def get(self, request: Request) -> Response:
        """List the slots that texts may name, with their values today."""
        rows = [
            {"name": name, "help_text": help_text, "value": value}
            for name, help_text, value in slots.registry_for_staff()
        ]
        return Response(serializers.FaqSlotOut(rows, many=True).data)


def _entry_response(pk: UUID) -> Response:
    entry = queries.entries_with_details().get(pk=pk)
    return Response(serializers.FaqEntryDetailOut(entry).data)
