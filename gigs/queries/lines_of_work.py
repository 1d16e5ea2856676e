"""What a line of work asks of whoever does it."""

from gigs.models import Category

# Which lines of work on a profile count as the same field.
DOMAINS: dict[str, tuple[str, ...]] = {
    Category.VOICE: ("SUPPORT", "SALES", "TECHNICAL"),
    Category.CHAT: ("SUPPORT", "TECHNICAL"),
    Category.EMAIL: ("SUPPORT", "TECHNICAL"),
    Category.SOCIAL: ("SUPPORT", "MODERATION"),
    Category.BACK_OFFICE: ("BACK_OFFICE",),
    Category.QUALITY: ("SUPPORT", "MODERATION"),
}


# How customers are served in each line of work: which of a language's two grades counts.
WAYS: dict[str, tuple[str, ...]] = {
    Category.VOICE: ("spoken",),
    Category.CHAT: ("written",),
    Category.EMAIL: ("written",),
    Category.SOCIAL: ("written",),
    Category.BACK_OFFICE: ("written",),
    Category.QUALITY: ("spoken", "written"),
}
