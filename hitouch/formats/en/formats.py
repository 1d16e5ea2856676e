"""Date and time formats of the English locale: Sun 22 Nov 2026, 7:30 pm."""

DATE_FORMAT = SHORT_DATE_FORMAT = "D j M Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "D j M Y, g:i A"
