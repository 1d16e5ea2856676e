"""One agreement in full, read to its end."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.audience import AgentRequest
from hitouch.core.errors import Refusal
from hitouch.core.views import form_page
from onboarding import forms, gates, queries, services, wording
from onboarding.models import AgreementTemplate
from onboarding.views.guard import on_step


@on_step("agreements")
@form_page
def read(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """The exact text for this agent; the button at its end says that it was read."""
    unsigned = [row.pk for row in gates.unsigned(request.agent)]
    template = get_object_or_404(AgreementTemplate.objects.filter(pk__in=unsigned), pk=pk)
    if request.method == "POST" and _is_finished(request, template):
        return _on_from(request)
    reading = services.open_text(agent=request.agent, template=template, at=timezone.now())
    context = {
        "template": template,
        "reading": reading,
        "blocks": wording.laid_out(reading.text)[1:],
        "minutes": wording.minutes_to_read(reading.text),
        "form": forms.ReadForm(),
    }
    return render(request, "onboarding/agreement_text.html", context)


def _is_finished(request: AgentRequest, template: AgreementTemplate) -> bool:
    form = forms.ReadForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    try:
        services.finish_reading(
            agent=request.agent, template=template, at=timezone.now(), seen=seen
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _on_from(request: AgentRequest) -> HttpResponseBase:
    """To the next text that is not read, or to the place where they are signed."""
    left = [text for text in queries.texts_to_sign(request.agent) if not text.is_read]
    if left:
        messages.info(request, f"Next: the {left[0].template.title.lower()}.")
        return redirect("onboarding:agreement-text", left[0].template.pk)
    return redirect("onboarding:agreements")
