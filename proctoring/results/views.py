"""Pages of a result and its certificate, and of what was recorded, for the agent and others."""

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.hooks import landing_for
from accounts.permissions import AgentRequest, for_agents, for_everyone
from accounts.security import origin
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import as_private_download, send_file
from hitouch.core.web.forms import add_refusal_to
from proctoring import queries
from proctoring.delivery.decorators import own_sitting, redirect_to_step
from proctoring.models import Sitting
from proctoring.results import certificates
from proctoring.results.forms import CertificateCodeForm
from proctoring.results.queries import report_of


@own_sitting
def result(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """Level with its range, skills, answers with remarks, what to practise, and the next step."""
    if sitting.is_open or sitting.state == Sitting.State.EXPIRED:
        return redirect_to_step(sitting)
    now = timezone.now()
    report = report_of(sitting, now)
    context = {
        "sitting": sitting,
        "report": report,
        "code": certificates.shown(report.certificate.code) if report.certificate else "",
        "landing": landing_for(request.user, now=now),
        "attempts_left": queries.attempts_left(request.agent, sitting.assessment, now),
    }
    return render(request, "proctoring/results/result.html", context)


@require_safe
@own_sitting
def certificate(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The certificate as a PDF, while it is valid."""
    found = certificates.certificate_of(request.agent, sitting)
    if found is None:
        raise Http404
    path = reverse("proctoring:verify-certificate", args=[certificates.shown(found.code)])
    pdf = certificates.render(found, verify_url=f"{settings.BASE_URL}{path}")
    response = HttpResponse(pdf, content_type="application/pdf")
    return as_private_download(response, f"certificate-{certificates.shown(found.code)}.pdf")


@for_everyone
def verify_certificates(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a certificate."""
    form = CertificateCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = certificates.normalise(form.cleaned_data["code"]) or "0"
        return redirect("proctoring:verify-certificate", certificates.shown(code))
    return render(request, "proctoring/results/verify.html", {"form": form})


@require_safe
@for_everyone
def verify_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a certificate is valid."""
    form, found, status = CertificateCodeForm(), None, 200
    try:
        place = origin.origin_of(request).network_hash
        found = certificates.verify(code=code, place=place, at=timezone.now())
        status = 200 if found.is_known else 404
    except Refusal as refusal:
        form = CertificateCodeForm({"code": code[:40]})
        add_refusal_to(form, refusal)
        status = refusal.status
    context = {"form": form, "found": found}
    response = render(request, "proctoring/results/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@own_sitting
def own_photo(request: AgentRequest, sitting: Sitting) -> HttpResponseBase:
    """The agent's own identity photo."""
    identity = queries.identity_of(sitting)
    if identity is None or identity.photo is None:
        raise Http404
    return send_file(request, identity.photo, inline=True)


@for_agents
def own_snapshot(request: AgentRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One of the agent's own snapshots."""
    picture = get_object_or_404(queries.snapshots_of(request.agent), pk=pk)
    return send_file(request, picture.file, inline=True)
