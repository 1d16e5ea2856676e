"""Page to upload an Aadhaar offline e-KYC file instead of photos."""

from django.conf import settings
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.permissions import AgentRequest
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page, render_form
from onboarding.kyc.offline_ekyc import forms, services
from onboarding.steps.decorators import on_step


@on_step("kyc")
@form_page
def offline(request: AgentRequest) -> HttpResponseBase:
    """Instructions and the upload form."""
    form = forms.OfflineForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _import(request, form):
        messages.success(request, "Aadhaar received. UIDAI's signature is verified.")
        return redirect("onboarding:documents")
    specimen = f"{settings.HITOUCH_OUTSIDE_URL}/uidai/" if settings.HITOUCH_OUTSIDE_URL else ""
    context = {
        "is_on": services.is_offline_ekyc_available(),
        "specimen_url": specimen,
    }
    return render_form(request, "onboarding/kyc/offline_ekyc.html", form, **context)


def _import(request: AgentRequest, form: forms.OfflineForm) -> bool:
    facts = form.cleaned_data
    try:
        services.import_offline_ekyc(
            agent=request.agent,
            upload=facts["file"],
            share_code=facts["share_code"],
            by=request.user,
            at=timezone.now(),
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True
