"""How personal numbers and contacts are shown to people and written to logs."""

DOT = "•"


def last_four(value: str) -> str:
    """Show the last four characters of a number and hide how long the rest is."""
    return f"{DOT * 4} {value[-4:]}" if value else ""


def mask_contact(contact: str) -> str:
    """Show enough of an e-mail address or a phone number for its owner to know it."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}{DOT * 3}@{domain}"
    return f"{contact[:3]} {DOT * 4} {DOT}{contact[-4:]}"


def mask_name(name: str) -> str:
    """The first letter of each part of a name."""
    return " ".join(f"{part[0]}{DOT * 3}" for part in name.split())
