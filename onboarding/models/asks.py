"""A document that a reviewer asked for once more: which, why, and whether it was answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.rows import Row
from onboarding.models.documents import KycCase, KycDocument


class AskReason(models.TextChoices):
    """Why one document is not enough, as the agent reads it."""

    UNREADABLE = "UNREADABLE", "It is not readable"
    CUT_OFF = "CUT_OFF", "Part of it is cut off"
    WRONG_DOCUMENT = "WRONG_DOCUMENT", "It is a different document"
    WRONG_SIDE = "WRONG_SIDE", "It is the other side of the card"
    NAME_DIFFERS = "NAME_DIFFERS", "The name doesn't match your profile"
    BIRTH_DATE_DIFFERS = "BIRTH_DATE_DIFFERS", "The date of birth doesn't match your profile"
    NUMBER_DIFFERS = "NUMBER_DIFFERS", "The number doesn't match the one you entered"
    NOT_MASKED = "NOT_MASKED", "The Aadhaar number is not masked"
    NOT_GENUINE = "NOT_GENUINE", "We could not accept it as genuine"


_Reason = AskReason
WHAT_TO_DO: dict[str, str] = {
    _Reason.UNREADABLE: "Take it again in daylight, straight from above, without glare.",
    _Reason.CUT_OFF: "Take it again with all four corners of the card in the photo.",
    _Reason.WRONG_DOCUMENT: "Upload a photo of the document named above.",
    _Reason.WRONG_SIDE: "Turn the card over and take a photo of the side named above.",
    _Reason.NAME_DIFFERS: "Correct your name in your profile to match the card, or upload "
    "another card.",
    _Reason.BIRTH_DATE_DIFFERS: "Correct the date of birth in your profile, or upload "
    "another card.",
    _Reason.NUMBER_DIFFERS: "Upload it again and enter the number exactly as on the card.",
    _Reason.NOT_MASKED: "Download your masked Aadhaar from myaadhaar.uidai.gov.in and upload it.",
    _Reason.NOT_GENUINE: "Upload a photo of the original card, not of a copy or a screen.",
}


class AskQuerySet(models.QuerySet["KycAsk"]):
    """Asks as sentences."""

    def open(self) -> "AskQuerySet":
        """The agent has not sent the documents since."""
        return self.filter(answered_at__isnull=True)


class KycAsk(Row):
    """One document of a case that has to come again. While one is open, the others stay."""

    Reason = AskReason
    #: What can also be put right in the profile, without a new picture.
    BY_PROFILE = (AskReason.NAME_DIFFERS, AskReason.BIRTH_DATE_DIFFERS)
    #: What is wrong with the picture alone; whose it is and whether it is genuine is in no doubt.
    ABOUT_PICTURE = (
        AskReason.UNREADABLE, AskReason.CUT_OFF, AskReason.WRONG_DOCUMENT, AskReason.WRONG_SIDE,
        AskReason.NOT_MASKED,
    )  # fmt: skip

    case = models.ForeignKey(KycCase, related_name="asks", on_delete=models.CASCADE)
    document = models.ForeignKey(KycDocument, related_name="asks", on_delete=models.CASCADE)
    reason = models.CharField(max_length=20, choices=AskReason.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_ask_a_document",
                fields=["document"],
                condition=Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document.get_kind_display()}: {self.get_reason_display()}"

    @property
    def what_to_do(self) -> str:
        """What helps, in a sentence for the agent."""
        return WHAT_TO_DO[self.reason]

    @property
    def is_replaced(self) -> bool:
        """Whether the document that was asked about is not the one that counts any more."""
        return self.document.replaced_at is not None

    @property
    def can_be_sent(self) -> bool:
        """Whether this ask no longer keeps the documents from being sent."""
        return self.is_replaced or self.reason in self.BY_PROFILE
