"""API of the profile photo, and of checking a camera frame."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api import bound
from onboarding import forms, services
from onboarding.api import asked, shapes
from onboarding.api.guard import OnStep

PICTURE = {"multipart/form-data": asked.PhotoIn}


@extend_schema_serializer(component_name="LookOut")
class PhotoHintOut(serializers.Serializer[Any]):
    """Guidance for taking the photo, as readable text."""

    ready = serializers.BooleanField(help_text="Whether it would be accepted as the profile photo.")
    code = serializers.CharField(help_text="no_face, several_faces, too_dark …, or empty.")
    hint = serializers.CharField()


class PhotoView(AgentAPIView):
    """The profile photo."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]

    @extend_schema(request=PICTURE, responses=shapes.ProfileOut)
    def put(self, request: Request) -> Response:
        """Add or replace the photo. It must show one face, close enough and well lit."""
        form = bound(forms.PhotoForm, request)
        saved = services.save_photo(
            agent=self.agent,
            upload=form.cleaned_data["file"],
            by=self.user,
            at=timezone.now(),
        )
        return Response(shapes.ProfileOut(saved).data)


class PhotoLookView(AgentAPIView):
    """Checking a camera frame."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]

    @extend_schema(request=PICTURE, responses=PhotoHintOut)
    def post(self, request: Request) -> Response:
        """Get guidance on a camera frame. The image is not stored."""
        upload = bound(forms.PhotoForm, request).cleaned_data["file"]
        look = services.look_at_photo(agent=self.agent, upload=upload, at=timezone.now())
        return Response(PhotoHintOut(look).data)
