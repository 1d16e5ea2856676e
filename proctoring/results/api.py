"""API of results and of the verification of certificates."""

import uuid

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import PublicAPIView
from accounts.security import origin
from hitouch.core.errors import Refusal
from proctoring.api_views import OwnSittingAPIView
from proctoring.delivery.services import advance_clock
from proctoring.models import Sitting
from proctoring.results import certificates
from proctoring.results.queries import report_of
from proctoring.results.serializers import CertificateVerificationOut, ResultOut


class NotEnded(Refusal):
    """The sitting has no result yet."""

    code = "not_ended"
    message = "This assessment has not ended yet. Its result comes after that."


class SittingResultView(OwnSittingAPIView):
    """The result of one of your own sittings."""

    @extend_schema(responses=ResultOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Get level with its range, skills, remarks on answers, and what to practise.

        While it is being graded, get the progress. Ask again after some seconds, or after a minute
        when it waits for people.
        """
        now = timezone.now()
        sitting = advance_clock(sitting=self.get_sitting(pk), at=now)
        if sitting.is_open or sitting.state == Sitting.State.EXPIRED:
            raise NotEnded
        return Response(ResultOut(report_of(sitting, now)).data)


class VerifyCertificateView(PublicAPIView):
    """Whether a certificate is valid."""

    tag = "Certificates"

    @extend_schema(responses=CertificateVerificationOut)
    def get(self, request: Request, code: str) -> Response:
        """Get the name, level and day of a certificate, and whether it is valid today."""
        place = origin.origin_of(request).network_hash
        found = certificates.verify(code=code, place=place, at=timezone.now())
        if not found.is_known:
            raise Http404
        return Response(CertificateVerificationOut(found).data)
