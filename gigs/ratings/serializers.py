"""Serializers of ratings."""

from rest_framework import serializers

from gigs.models import Rating
from gigs.ratings import forms
from hitouch.core.api.form_serializers import form_serializer


class RatingOut(serializers.ModelSerializer[Rating]):
    """A rating. The nonce proves the seal once the rating is open."""

    comment = serializers.CharField(source="shown_comment")
    nonce = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = [
            "id", "gig", "side", "stars", "comment", "seal", "nonce", "submitted_at", "opened_at",
        ]  # fmt: skip

    def get_nonce(self, rating: Rating) -> str:
        """Empty while the rating is sealed."""
        return rating.nonce if rating.is_open else ""


RatingBody = form_serializer(forms.RatingForm, "RatingBody")
