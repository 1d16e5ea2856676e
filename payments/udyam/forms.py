"""Forms of Udyam registrations."""

from django import forms

from payments.models import UdyamRegistration


class UdyamForm(forms.Form):
    """A registration as on the certificate."""

    number = forms.CharField(
        label="Udyam registration number",
        max_length=40,
        help_text="As on your certificate, such as UDYAM-KR-03-0012345.",
    )
    size = forms.ChoiceField(label="Type of enterprise", choices=UdyamRegistration.Size.choices)
    registered_on = forms.DateField(
        label="Date of registration", widget=forms.DateInput(attrs={"type": "date"})
    )


class RejectUdyamForm(forms.Form):
    """Why a registration was not confirmed."""

    reason = forms.CharField(max_length=300, help_text="The agent will see it.")
