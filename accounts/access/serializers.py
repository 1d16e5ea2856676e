"""Serializers of access changes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import queries
from accounts.access.kinds import AccessDifference, kind_of
from accounts.models import AccessChange


class AccessReasonIn(serializers.Serializer[Any]):
    """The reason of a decision about an account."""

    why = serializers.CharField(max_length=300)


class DifferenceOut(serializers.Serializer[Any]):
    """One line of what the change would change."""

    what = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class AccessChangeOut(serializers.ModelSerializer[AccessChange]):
    """A request, what exactly it would change, and whether you can decide on it."""

    target = serializers.CharField(source="target.pk", help_text="Id of the person concerned.")
    target_name = serializers.CharField(source="target.name")
    requested_by = serializers.CharField(source="requested_by.name")
    decided_by = serializers.CharField(source="decided_by.name", allow_null=True, default=None)
    differences = serializers.SerializerMethodField()
    can_decide = serializers.SerializerMethodField()

    class Meta:
        model = AccessChange
        fields = [
            "id", "kind", "state", "target", "target_name", "why", "requested_by", "requested_at",
            "expires_at", "decided_by", "decided_at", "decided_why", "differences", "can_decide",
        ]  # fmt: skip

    @extend_schema_field(DifferenceOut(many=True))
    def get_differences(self, change: AccessChange) -> list[dict[str, str]]:
        """Exactly what would change."""
        rows: list[AccessDifference] = kind_of(change.kind).differences(change)
        return [row._asdict() for row in rows]

    def get_can_decide(self, change: AccessChange) -> bool:
        """Whether the caller may approve or decline it."""
        is_waiting = change.state == AccessChange.State.REQUESTED
        return is_waiting and queries.can_decide(change, self.context["request"].user)
