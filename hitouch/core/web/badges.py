"""Which colour the badge of a state has. The word beside it comes from the state's own choices."""

GOOD, WARN, BAD, INFO, PLAIN = "good", "warn", "bad", "info", "plain"
TONES = {
    GOOD: (
        "ACTIVE ACCEPTED APPROVED CLEARED COMPLETED GRADED HELD OPEN PAID READY RESOLVED SENT"
        " SETTLED SIGNED VERIFIED WORKED"
    ),
    INFO: (
        "CREATED DEVICE_TEST FETCHED GRADING IDENTITY IN_PROGRESS IN_REVIEW PENDING PROCESSING"
        " RETURNED REWORK_SUBMITTED STARTED SUBMITTED SYSTEM_CHECK UNDER_REVIEW WAITING"
    ),
    WARN: "AUTO_SUBMITTED FLAGGED ON_HOLD PARTIAL PAUSED REWORK_NEEDED UNKNOWN WAITING_FOR_ACCOUNT",
    BAD: "FAILED NO_SHOW REJECTED SUSPENDED TERMINATED UPHELD VOIDED",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


def badge_tone(state: str) -> str:
    """The tone of a state; those that are simply over have the plain one."""
    return TONE_OF.get(state, PLAIN)
