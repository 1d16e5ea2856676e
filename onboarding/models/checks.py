"""What was compared on an agent's documents before a reviewer looks at them."""

from django.db import models

from hitouch.core.rows import Row
from onboarding.models.documents import KycCase, KycDocument


class KycCheck(Row):
    """One comparison and what came of it. It helps a reviewer.

    By themselves comparisons decide only when all of them agree about what issuers have signed.
    """

    class Kind(models.TextChoices):
        NAME = "NAME", "Name and profile"
        NAMES = "NAMES", "Names on both cards"
        BIRTH_DATE = "BIRTH_DATE", "Date of birth"
        PIN = "PIN", "PIN code"
        PAN_SURNAME = "PAN_SURNAME", "Surname letter in PAN"
        PAN_ELSEWHERE = "PAN_ELSEWHERE", "PAN on other accounts"
        PERSON_ELSEWHERE = "PERSON_ELSEWHERE", "Person on other accounts"
        FACE = "FACE", "Face and profile photo"
        SOURCE = "SOURCE", "Issuer's signature"
        PAN_ACTIVE = "PAN_ACTIVE", "PAN status"
        PHONE = "PHONE", "Aadhaar phone"

    class Verdict(models.TextChoices):
        PASS = "PASS", "Match"
        LOOK = "LOOK", "Check"
        FAIL = "FAIL", "Mismatch"

    case = models.ForeignKey(KycCase, related_name="checks", on_delete=models.CASCADE)
    document = models.ForeignKey(
        KycDocument, null=True, related_name="checks", on_delete=models.CASCADE
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    similarity = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=200)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="kyc_check_once",
                fields=["case", "document", "kind"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_verdict_display()}"
