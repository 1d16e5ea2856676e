"""API of terms missing from the vocabulary, for staff."""

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
from accounts.permissions import IsStaff, authenticated_user
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.query import choice_filter
from onboarding.models import LooseWord
from onboarding.vocabulary import forms, services
from onboarding.vocabulary.serializers import AdoptIn, RespellIn, WordOut

STATE = OpenApiParameter("state", str, enum=LooseWord.State.values, description="Only these.")


class VocabularyAPIView(StaffAPIView):
    """Base of the endpoints for operations."""

    permission_classes = [IsStaff.of("operations")]
    tag = "Staff: vocabulary"


class OldestWordFirst(CursorPage):
    """Oldest term first."""

    ordering = ("created_at", "id")


class WordsView(VocabularyAPIView, ListAPIView[LooseWord]):
    """Terms that agents entered and the vocabulary does not have."""

    serializer_class = WordOut
    pagination_class = OldestWordFirst
    query_form = choice_filter("state", LooseWord.State)
    operation_ids = {"get": "staff_words"}

    def get_queryset(self) -> QuerySet[LooseWord]:
        """Terms in the given state, or all."""
        state = self.query.get("state")
        words = LooseWord.objects.with_agents()
        return words.filter(state=state) if state else words

    @extend_schema(parameters=[STATE])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """The terms, with the number of agents who have each."""
        return super().get(request, *args, **kwargs)


def _apply_decision(request: Request, pk: UUID, decide: Any, **facts: Any) -> Response:
    word = get_object_or_404(LooseWord, pk=pk)
    decide(word=word, by=authenticated_user(request), at=timezone.now(), **facts)
    return Response(WordOut(LooseWord.objects.with_agents().get(pk=pk)).data)


class AdoptWordView(VocabularyAPIView):
    """Adding a term."""

    resource = "staff_word"

    @extend_schema(request=AdoptIn, responses=WordOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Add the term to the vocabulary and update every profile that has it."""
        facts = validated_form(forms.AdoptWordForm, request).cleaned_data
        return _apply_decision(request, pk, services.adopt_word, **facts)


class RespellWordView(VocabularyAPIView):
    """Mapping a term."""

    resource = "staff_word"

    @extend_schema(request=RespellIn, responses=WordOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Map the term to an existing one and update every profile that has it."""
        facts = validated_form(forms.RespellWordForm, request).cleaned_data
        return _apply_decision(request, pk, services.respell_word, **facts)


class DeclineWordView(VocabularyAPIView):
    """Leaving a term out."""

    resource = "staff_word"

    @extend_schema(request=None, responses=WordOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Keep the term on profiles, but don't use it for matching."""
        return _apply_decision(request, pk, services.decline_word)
