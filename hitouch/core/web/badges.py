"""Colours of state badges. The badge's text is the label of the state's choice."""

GOOD, WARN, BAD, INFO, PLAIN = "good", "warn", "bad", "info", "plain"
TONES = {
    GOOD: (
        "ACTIVE ACCEPTED APPROVED CLEARED COMPLETED DECIDED GRADED GRANTED HELD OPEN PAID READY"
        " RESOLVED SENT SETTLED SIGNED VERIFIED WORKED"
    ),
    INFO: (
        "CREATED DEVICE_TEST FETCHED GRADING IDENTITY IN_PROGRESS IN_REVIEW PENDING PROCESSING"
        " RETURNED REWORK_SUBMITTED STARTED SUBMITTED SWAP_OFFERED SYSTEM_CHECK UNDER_REVIEW"
        " WAITING"
    ),
    WARN: (
        "AUTO_SUBMITTED DISPUTED ESCALATED FLAGGED ON_HOLD PARTIAL PAUSED REWORK_NEEDED UNKNOWN"
        " WAITING_FOR_ACCOUNT"
    ),
    BAD: "FAILED NO_SHOW REFUSED REJECTED SUSPENDED TERMINATED UPHELD VOIDED",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


def badge_tone(state: str) -> str:
    """The tone of a state; states not listed are plain."""
    return TONE_OF.get(state, PLAIN)
