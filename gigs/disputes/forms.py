"""Forms of disputes, for pages and API."""

from decimal import Decimal
from typing import Any, cast

from django import forms

from gigs.clients.forms import MAX_PAISE
from gigs.fields import with_any_choice
from gigs.models import Dispute, DisputeResolution, Rating
from hitouch.core.web.forms import RupeesField

ASK_HELP = (
    "In rupees, before tax and fees. Leave it empty if it is not about an amount. "
    "Only this amount is held until the dispute ends."
)


def _text(label: str, *, rows: int = 4, length: int = 4000, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, widget=widget, help_text=help_text)


class DisputeStatementForm(forms.Form):
    """What happened, and what should change."""

    statement = _text(
        "What happened, and what should change",
        help_text="The other side reads this. Leave out phone numbers and addresses.",
    )


class OpenDisputeForm(DisputeStatementForm):
    """A dispute typed on a page."""

    asked_paise = RupeesField(label="Amount in dispute", required=False, help_text=ASK_HELP)


class DisputeApiForm(DisputeStatementForm):
    """A dispute from the API; the amount is in paise."""

    kind = forms.ChoiceField(choices=Dispute.Kind.choices)
    subject = forms.UUIDField(help_text="The ID of the application, gig, work or claim.")
    asked_paise = forms.IntegerField(required=False, min_value=1, max_value=MAX_PAISE)


class DisputeTextForm(forms.Form):
    """A message, or why one does not agree."""

    text = _text("Message")


class DisputeReasonForm(forms.Form):
    """Why a dispute is withdrawn or passed to HitouchCX."""

    reason = _text("Reason", rows=2, length=500)


class BidForm(forms.Form):
    """A sealed amount typed on a page."""

    amount_paise = RupeesField(label="Your amount in rupees", min_value=Decimal(0))


class BidApiForm(forms.Form):
    """A sealed amount from the API, in paise."""

    amount_paise = forms.IntegerField(min_value=0, max_value=MAX_PAISE)


class DisputeFileForm(forms.Form):
    """A file as evidence."""

    file = forms.FileField(
        label="File",
        help_text="PDF, picture or plain text, up to 5 MB. The other side can open it.",
    )
    note = forms.CharField(label="What it shows", required=False, max_length=200)


class DisputeFilter(forms.Form):
    """Filter of a list of disputes."""

    state = forms.ChoiceField(
        label="Status", required=False, choices=with_any_choice(Dispute.State.choices, "All")
    )

    def chosen(self) -> str:
        """The state, or an empty string."""
        return str(self.cleaned_data["state"]) if self.is_valid() else ""


class OpenForSideForm(OpenDisputeForm):
    """A dispute that staff open on behalf of a side."""

    side = forms.ChoiceField(label="On behalf of", choices=Dispute.Side.choices)
    kind = forms.ChoiceField(label="About", choices=Dispute.Kind.choices)
    subject = forms.UUIDField(
        label="Its ID",
        widget=forms.TextInput,
        help_text="The ID in the address of its page: an application, a gig, work or a claim.",
    )
    field_order = ("side", "kind", "subject")


class ConfirmResolutionForm(forms.Form):
    """A second person's confirmation."""

    is_sure = forms.BooleanField(label="I have read what both sides say, and confirm this decision")


class ResolutionForm(forms.Form):
    """A decision of staff."""

    action = forms.ChoiceField(label="Decision", choices=DisputeResolution.Action.choices)
    amount_paise = RupeesField(
        label="Amount in rupees",
        required=False,
        help_text="To be paid to the agent, or to be taken off the pay of the work.",
    )
    rating = forms.ModelChoiceField(
        Rating.objects.none(), label="Rating to hide", required=False, empty_label="None"
    )
    reason = _text("Reason", rows=4, length=2000, help_text="Both sides read it.")
    is_sure = forms.BooleanField(
        label="Carry this out. It cannot be undone, and both sides are told."
    )

    def __init__(self, *args: Any, dispute: Dispute, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Rating.objects.filter(gig=dispute.gig_id, opened_at__isnull=False)
        if dispute.gig_id and rows.exists():
            cast(Any, self.fields["rating"]).queryset = rows.select_related("gig")
        else:
            del self.fields["rating"]

    def clean(self) -> dict[str, Any]:
        """Without ratings there is none to choose."""
        return {"rating": None, **(super().clean() or {})}
