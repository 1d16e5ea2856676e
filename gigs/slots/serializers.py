"""Serializers of slots and claims. Times are UTC."""

from rest_framework import serializers

from gigs.models import (
    Claim,
    Opening,
    Slot,
    WaitlistEntry,
)
from gigs.slots import forms as slot_forms
from hitouch.core.api.form_serializers import form_serializer


class SlotOut(serializers.ModelSerializer[Slot]):
    """A slot (shift)."""

    seats_left = serializers.IntegerField()

    class Meta:
        model = Slot
        fields = [
            "id",
            "opportunity",
            "starts_at",
            "ends_at",
            "capacity",
            "seats_left",
            "minimum_level",
            "bonus_paise",
        ]
        extra_kwargs = {
            "bonus_paise": {"help_text": "What you get for each hour beside the rate."},
            "minimum_level": {"help_text": "A higher level than the opportunity's, or empty."},
        }


class AgentSlotOut(SlotOut):
    """A slot (shift), as an agent of the gig sees it."""

    my_claim = serializers.UUIDField(allow_null=True)
    is_clashing = serializers.BooleanField()
    level_missing = serializers.CharField(
        help_text="The level that you need for it and do not have yet, or empty."
    )

    opens_at = serializers.DateTimeField(
        allow_null=True, help_text="From when you can claim; null if it does not open in steps."
    )

    class Meta(SlotOut.Meta):
        fields = [
            *SlotOut.Meta.fields,
            "my_claim",
            "is_clashing",
            "level_missing",
            "opens_at",
        ]


class ClaimOut(serializers.ModelSerializer[Claim]):
    """A shift claimed by an agent."""

    starts_at = serializers.DateTimeField(source="slot.starts_at")
    ends_at = serializers.DateTimeField(source="slot.ends_at")

    class Meta:
        model = Claim
        fields = [
            "id",
            "slot",
            "gig",
            "starts_at",
            "ends_at",
            "state",
            "created_at",
            "released_at",
            "is_late_release",
        ]


class WaitlistEntryOut(serializers.ModelSerializer[WaitlistEntry]):
    """A place on the waitlist of a slot."""

    class Meta:
        model = WaitlistEntry
        fields = ["id", "slot", "gig", "queued_at", "state"]


class OpeningOut(serializers.ModelSerializer[Opening]):
    """An opening of slots in steps."""

    class Meta:
        model = Opening
        fields = ["id", "opportunity", "opens_at", "opens_to_all_at", "steps", "cap", "hash"]


class WhyOut(serializers.Serializer[object]):
    """Where the seats of a shift went, in sentences; the last one is the answer."""

    place = serializers.IntegerField(allow_null=True, help_text="Null if you were accepted later.")
    reference = serializers.CharField(help_text="What stands for you in the receipt.")
    step = serializers.IntegerField()
    opens_at = serializers.DateTimeField()
    reasons = serializers.ListField(child=serializers.CharField())


SlotBody = form_serializer(slot_forms.SlotForm, "SlotBody")


class OpeningBody(form_serializer(slot_forms.StepsForm, "StepsBody")):  # type: ignore[misc]
    """Which slots to open, and in which steps."""

    slots = serializers.ListField(child=serializers.UUIDField())
