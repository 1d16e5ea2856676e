"""Masking of personal numbers, contacts and names for pages and logs."""

DOT = "•"


def last_four(value: str) -> str:
    """The last four characters; the length of the rest is hidden."""
    return f"{DOT * 4} {value[-4:]}" if value else ""


def mask_contact(contact: str) -> str:
    """An e-mail address or phone number that only its owner recognises."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}{DOT * 3}@{domain}"
    return f"{contact[:3]} {DOT * 4} {DOT}{contact[-4:]}"


def mask_name(name: str) -> str:
    """The first letter of each part of a name."""
    return " ".join(f"{part[0]}{DOT * 3}" for part in name.split())
