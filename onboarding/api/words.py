"""Words that the vocabulary lacks, for programs of staff."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.audience import IsStaff, authenticated_user
from hitouch.core.api import Page, bound
from onboarding import forms, services
from onboarding.api.word_shapes import AdoptIn, RespellIn, WordOut
from onboarding.models import LooseWord

STATE = OpenApiParameter("state", str, enum=LooseWord.State.values, description="Only these.")


class VocabularyAPIView(StaffAPIView):
    """An endpoint for those who look after the vocabulary."""

    permission_classes = [IsStaff.of("operations")]
    tag = "Staff: vocabulary"


class OldestWordFirst(Page):
    """In the order in which they were typed first."""

    ordering = ("created_at", "id")


class WordsView(VocabularyAPIView, ListAPIView[LooseWord]):
    """Words that agents typed and the vocabulary's file lacks."""

    serializer_class = WordOut
    pagination_class = OldestWordFirst
    operation_ids = {"get": "staff_words"}

    def get_queryset(self) -> QuerySet[LooseWord]:
        """Those in the asked state, or all."""
        state = self.request.query_params.get("state")
        words = LooseWord.objects.with_agents()
        return words.filter(state=state) if state else words

    @extend_schema(parameters=[STATE])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """The words, with how many agents have each."""
        return super().get(request, *args, **kwargs)


def _decided(request: Request, pk: UUID, act: Any, **facts: Any) -> Response:
    word = get_object_or_404(LooseWord, pk=pk)
    act(word=word, by=authenticated_user(request), at=timezone.now(), **facts)
    return Response(WordOut(LooseWord.objects.with_agents().get(pk=pk)).data)


class AdoptWordView(VocabularyAPIView):
    """A new word."""

    resource = "staff_word"

    @extend_schema(request=AdoptIn, responses=WordOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Take it into the vocabulary, and change every profile that has it."""
        facts = bound(forms.AdoptWordForm, request).cleaned_data
        return _decided(request, pk, services.adopt_word, **facts)


class RespellWordView(VocabularyAPIView):
    """Another writing."""

    resource = "staff_word"

    @extend_schema(request=RespellIn, responses=WordOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Make it another writing of a word, and change every profile that has it."""
        facts = bound(forms.RespellWordForm, request).cleaned_data
        return _decided(request, pk, services.respell_word, **facts)


class DeclineWordView(VocabularyAPIView):
    """Somebody's own word."""

    resource = "staff_word"

    @extend_schema(request=None, responses=WordOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Leave it to the agents; no opportunity is compared with it."""
        return _decided(request, pk, services.decline_word)
