"""Detects a file's type by its first bytes, without decoding it."""

MAX_PIXELS = 40_000_000
MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}


def detect_kind(data: bytes) -> str:
    """`pdf`, `image`, `text` or `other`, by content."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if detect_image_format(data):
        return "image"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "other"
    begins = text.lstrip("\ufeff \t\r\n")[:2]
    is_code = begins[:1] == "<" or begins in ("#!", "%!")
    return "other" if "\x00" in text or is_code else "text"


def detect_image_format(data: bytes) -> str:
    """JPEG, PNG or WEBP; "" for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in MAGIC.items() if data.startswith(magic)), "")
