"""The kinds of observations, with the sentence that candidates and proctors read."""

from django.db import models


class ObservationKind(models.TextChoices):
    """What can be observed in a sitting."""

    TAB_HIDDEN = "TAB_HIDDEN", "You switched to another tab or window."
    WINDOW_BLUR = "WINDOW_BLUR", "You clicked or typed outside the assessment."
    FULLSCREEN_LEFT = "FULLSCREEN_LEFT", "You left full screen."
    MOUSE_LEFT = "MOUSE_LEFT", "The mouse left the page."
    RIGHT_CLICK = "RIGHT_CLICK", "The right mouse button was clicked."
    COPY = "COPY", "Text was copied."
    CUT = "CUT", "Text was cut."
    PASTE = "PASTE", "Text was pasted."
    SHORTCUT = "SHORTCUT", "A keyboard shortcut was used."
    DEVELOPER_TOOLS = "DEVELOPER_TOOLS", "The browser's developer tools were opened."
    CAMERA_OFF = "CAMERA_OFF", "Your camera was off."
    MICROPHONE_OFF = "MICROPHONE_OFF", "Your microphone was off."
    NO_FACE = "NO_FACE", "Your face could not be seen."
    SEVERAL_FACES = "SEVERAL_FACES", "More than one face was seen."
    OTHER_PERSON = "OTHER_PERSON", "The face looked different from your photo."
    LOOKING_AWAY = "LOOKING_AWAY", "You looked away from the screen."
    SECOND_SCREEN = "SECOND_SCREEN", "A second screen was connected."
    DETECTOR_FAILED = "DETECTOR_FAILED", "Face detection did not work on this computer."
    STILL_FROZEN = "STILL_FROZEN", "The camera picture did not change."

    NETWORK_BACK = "NETWORK_BACK", "Your connection was lost and came back."
    NETWORK_LOST = "NETWORK_LOST", "Your connection was lost for long, or too often."
    SECTION_CHANGED = "SECTION_CHANGED", "You moved to the next section."
    TAKEOVER = "TAKEOVER", "The assessment was opened in another window or device."
    OPENED_TWICE = "OPENED_TWICE", "The assessment was open in two places at once."
    JOURNAL_GAP = "JOURNAL_GAP", "Entries of the browser's record did not arrive."
    JOURNAL_BROKEN = "JOURNAL_BROKEN", "An entry of the browser's record does not fit the others."
    CHALLENGE_MISSED = "CHALLENGE_MISSED", "A requested camera picture did not arrive."
    CHALLENGE_STALE = "CHALLENGE_STALE", "A requested camera picture arrived late."
    STILL_REPEATED = "STILL_REPEATED", "The same camera picture was sent again."
    STILL_DARK = "STILL_DARK", "The camera picture was too dark."
    FACE_CONTRADICTED = "FACE_CONTRADICTED", "Our check of the picture found something different."
    FACE_CONFIRMED = "FACE_CONFIRMED", "Our check of the picture found what your page reported."
    OTHER_PERSON_FOUND = "OTHER_PERSON_FOUND", "Our check found a face different from your photo."
    PROOF_FAILED = "PROOF_FAILED", "Camera or microphone could not be checked."
    COVERAGE_LOW = "COVERAGE_LOW", "Too little of the assessment could be monitored."
    IDENTITY_CHECKED = "IDENTITY_CHECKED", "Your photo was compared."

    MESSAGE = "MESSAGE", "A proctor sent a message."
    WARNING = "WARNING", "A proctor gave a warning."
    PAUSE = "PAUSE", "A proctor paused the assessment."
    RESUME = "RESUME", "The assessment was resumed."
    TIME_ADDED = "TIME_ADDED", "A proctor added time."
    END = "END", "A proctor ended the assessment."


#: Kinds that a page or a program reports. All others are only recorded by the server.
CLIENT_KINDS = frozenset(
    {
        "TAB_HIDDEN", "WINDOW_BLUR", "FULLSCREEN_LEFT", "MOUSE_LEFT", "RIGHT_CLICK", "COPY", "CUT",
        "PASTE", "SHORTCUT", "DEVELOPER_TOOLS", "CAMERA_OFF", "MICROPHONE_OFF", "NO_FACE",
        "SEVERAL_FACES", "OTHER_PERSON", "LOOKING_AWAY", "SECOND_SCREEN", "DETECTOR_FAILED",
        "STILL_FROZEN",
    }
)  # fmt: skip
