"""API serializers of evidence."""

from typing import Any

from rest_framework import serializers

from payments.models import EvidenceFile


class EvidenceIn(serializers.Serializer[Any]):
    """A PDF or a picture, up to 5 MB."""

    file = serializers.FileField()


class EvidenceFileOut(serializers.ModelSerializer):
    """A file about a decision."""

    name = serializers.CharField(source="file.name")
    content_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size")
    added_by = serializers.UUIDField(source="added_by_id")

    class Meta:
        model = EvidenceFile
        fields = ["id", "name", "content_type", "size", "added_by", "created_at"]
