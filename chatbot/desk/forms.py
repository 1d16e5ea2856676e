"""Forms of tickets and of the desk: what is typed or sent. The services hold the rules."""

from typing import Any

from django import forms

from chatbot.desk.queue import QueueView
from chatbot.models import FaqCategory, HelpLanguage, Ticket
from hitouch.core.api.query import QueryForm

LONGEST_TEXT = 4000
LONGEST_SUBJECT = 120
LONGEST_REASON = 200
LONGEST_COMMENT = 1000
SECRET_NOTICE = {"data-secret-notice": ""}


class TopicField(forms.UUIDField):
    """A topic of Help, or none; cleans to the category."""

    def __init__(self, *, empty_label: str = "Not sure", **options: Any) -> None:
        self.empty_label = empty_label
        super().__init__(label="Topic", required=False, widget=forms.Select(), **options)

    def offer(self) -> None:
        """Read what the page's list offers; a program sends an id."""
        rows = FaqCategory.objects.order_by("position", "title").values_list("pk", "title")
        self.widget.choices = [("", self.empty_label), *rows]

    def clean(self, value: Any) -> Any:
        """The category with this id."""
        key = super().clean(value)
        if key is None:
            return None
        topic = FaqCategory.objects.filter(pk=key).first()
        if topic is None:
            raise forms.ValidationError("There is no such topic.", code="invalid_choice")
        return topic


class TicketForm(forms.Form):
    """A new support ticket."""

    topic = TopicField()
    subject = forms.CharField(
        label="Subject",
        max_length=LONGEST_SUBJECT,
        widget=forms.TextInput(attrs=SECRET_NOTICE),
        help_text="A few words, such as: My payment of last week is missing",
    )
    text = forms.CharField(
        label="What happened",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, **SECRET_NOTICE}),
        help_text="Do not include passwords, codes or full account numbers. We never ask for them.",
    )


class ReplyForm(forms.Form):
    """A message in a ticket."""

    text = forms.CharField(
        label="Your message",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, **SECRET_NOTICE}),
    )


class TicketRatingForm(forms.Form):
    """How satisfied the person was."""

    score = forms.TypedChoiceField(
        label="How satisfied are you with our help?",
        choices=[
            (5, "5, very good"),
            (4, "4, good"),
            (3, "3, fair"),
            (2, "2, poor"),
            (1, "1, very poor"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="What could be better?",
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **SECRET_NOTICE}),
    )


class DeskTicketFilter(QueryForm):
    """The filters of the desk's queue."""

    view = forms.ChoiceField(choices=QueueView.choices, required=False)
    topic = TopicField(empty_label="All topics")
    language = forms.ChoiceField(
        label="Language", choices=[("", "All languages"), *HelpLanguage.choices], required=False
    )
    priority = forms.TypedChoiceField(
        label="Priority",
        choices=[("", "All priorities"), *Ticket.Priority.choices[::-1]],
        coerce=int,
        empty_value=None,
        required=False,
    )
    overdue = forms.BooleanField(label="Overdue only", required=False)
    q = forms.CharField(label="Search", max_length=200, required=False)


class QueueFilterForm(DeskTicketFilter):
    """The filters of the page, which is numbered."""

    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class DeskAnswerForm(forms.Form):
    """An answer of support. `seen` is the newest message that its writer has read."""

    text = forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5}))
    seen = forms.UUIDField(required=False, help_text="The id of the newest message you have read.")
    confirmed = forms.BooleanField(
        required=False,
        help_text="Send although there is a newer message, or somebody else is writing.",
    )
    close = forms.BooleanField(required=False, help_text="Close the ticket afterwards.")
    canned_reply = forms.UUIDField(required=False, help_text="The canned reply that was used.")


class NoteForm(forms.Form):
    """A note that the person never sees."""

    text = forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


class TicketDraftForm(forms.Form):
    """What has been typed so far."""

    text = forms.CharField(max_length=LONGEST_TEXT, required=False, strip=False)


class PresenceForm(forms.Form):
    """Whether the member is typing an answer."""

    writing = forms.BooleanField(required=False)


class TakeForm(forms.Form):
    """To take a ticket."""

    from_another = forms.BooleanField(
        required=False, help_text="Take it although another member has it."
    )


class TransferForm(forms.Form):
    """To whom a ticket is passed; to nobody: back to the queue."""

    to = forms.UUIDField(label="Pass to", required=False)
    note = forms.CharField(label="Note for them", max_length=LONGEST_TEXT, required=False)


class PriorityForm(forms.Form):
    """A new priority."""

    priority = forms.TypedChoiceField(choices=Ticket.Priority.choices, coerce=int)


class HoldForm(forms.Form):
    """Why a ticket waits for somebody outside support."""

    reason = forms.CharField(label="What do we wait for?", max_length=LONGEST_REASON)


class MergeForm(forms.Form):
    """The ticket into which another one is merged."""

    into = forms.CharField(
        label="Reference of the other ticket",
        max_length=36,
        help_text="Of the same person. Messages stay readable; the person continues there.",
    )


class OpenSecretForm(forms.Form):
    """Why a sealed secret is opened; kept in the audit log."""

    reason = forms.CharField(label="Why do you need it?", max_length=LONGEST_REASON)


class DutyForm(forms.Form):
    """Whether the member is on duty."""

    on_duty = forms.BooleanField(required=False)
