"""Detects a file's type by its first bytes, without decoding it."""

import re

MAX_PIXELS = 40_000_000
MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
#: Readers look for a PDF's header in the first 1024 bytes; portals and scanners put a byte order
#: mark, blank lines or a line of text before it.
PDF_HEADER, PDF_HEADER_WITHIN = re.compile(rb"%PDF-[12]\.\d"), 1024
#: Brands in the `ftyp` box of HEIF files whose pictures are coded with HEVC.
HEIF_BRANDS = {
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
}  # fmt: skip
AVIF_BRANDS = {b"avif", b"avis"}


def detect_kind(data: bytes) -> str:
    """`pdf`, `image`, `text` or `other`, by content."""
    if detect_image_format(data):
        return "image"
    if find_pdf_header(data) >= 0:
        return "pdf"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "other"
    begins = text.lstrip("\ufeff \t\r\n")[:2]
    is_code = begins[:1] == "<" or begins in ("#!", "%!")
    return "other" if "\x00" in text or is_code else "text"


def find_pdf_header(data: bytes) -> int:
    """Where the PDF begins, or -1."""
    if data.startswith(b"%PDF-"):
        return 0
    header = PDF_HEADER.search(data[:PDF_HEADER_WITHIN])
    return header.start() if header else -1


def detect_image_format(data: bytes) -> str:
    """JPEG, PNG, WEBP, HEIF or AVIF; "" for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _heif_or_avif(data)
    return next((name for magic, name in MAGIC.items() if data.startswith(magic)), "")


def _heif_or_avif(data: bytes) -> str:
    """By the major brand; a container that may hold either is told by its compatible brands."""
    major = data[8:12]
    end = min(int.from_bytes(data[:4]), 256)
    compatible = {data[at : at + 4] for at in range(16, end, 4)}
    if major in AVIF_BRANDS or (major in HEIF_BRANDS and compatible & AVIF_BRANDS):
        return "AVIF"
    return "HEIF" if major in HEIF_BRANDS else ""
