"""The agent's photo, and a look at a picture that is not kept."""

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
    """What a picture shows, as a sentence that can be read out."""

    ready = serializers.BooleanField(help_text="Whether it would be taken as the photo.")
    code = serializers.CharField(help_text="no_face, several_faces, too_dark …, or empty.")
    hint = serializers.CharField()


class PhotoView(AgentAPIView):
    """The agent's photo."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]

    @extend_schema(request=PICTURE, responses=shapes.ProfileOut)
    def put(self, request: Request) -> Response:
        """Put or replace the photo: one face, near enough and bright enough."""
        form = bound(forms.PhotoForm, request)
        saved = services.save_photo(
            agent=self.agent,
            upload=form.cleaned_data["file"],
            by=self.user,
            at=timezone.now(),
        )
        return Response(shapes.ProfileOut(saved).data)


class PhotoLookView(AgentAPIView):
    """A look at what the camera sees."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]

    @extend_schema(request=PICTURE, responses=PhotoHintOut)
    def post(self, request: Request) -> Response:
        """Say how to hold the camera; the picture is not kept."""
        upload = bound(forms.PhotoForm, request).cleaned_data["file"]
        look = services.look_at_photo(agent=self.agent, upload=upload, at=timezone.now())
        return Response(PhotoHintOut(look).data)
