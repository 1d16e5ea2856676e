"""Opens PDFs, refuses active content, and prepares what is typed or stamped on them for drawing.

Runs in the sandbox. `checked` returns a rewritten copy without encryption, and that copy is what
is read or drawn: a parser that understands the upload otherwise never sees it.
"""

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from hitouch.core.files import content_type
from hitouch.core.sandbox.limits import JobRefused

#: PDF keys and types of active content (scripts, actions) and of embedded files.
ACTIVE_KEYS = {"/AA", "/JS", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/RichMedia"}
ACTIVE_TYPES = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Movie",
    "/Sound", "/Rendition", "/RichMedia", "/RichMediaExecute", "/3D", "/Screen", "/EmbeddedFile",
    "/FileAttachment",
}  # fmt: skip
UNREADABLE = "We could not read this PDF. Save it again, or upload pictures of its pages."
LOCKED = "This PDF is locked with a password. Save it without one, or upload pictures of its pages."
UNKNOWN_LOCK = "This PDF is locked in a way we cannot open. Upload pictures of its pages."
ACTIVE = "This PDF contains a script or another file. Use a plain PDF."
XFA = "This PDF is an XFA form, which we cannot show. Print it to a new PDF and upload that."
NOT_DRAWN = (
    "This PDF has a field, note or stamp that we cannot show. Print it to a new PDF and "
    "upload that."
)
FONT_MISSING = (
    "This PDF does not contain the font it is written in. Print it to a new PDF and upload that."
)
PICTURE_BROKEN = (
    "A picture in this PDF cannot be read. Save it again, or upload pictures of its pages."
)
PASSWORD_NEEDED, WRONG_PASSWORD = "password_needed", "wrong_password"
MAX_PASSWORD = 127  #: bytes; the longest that a PDF can have
HIDDEN, NO_VIEW = 2, 32  #: annotation flags
PUSH_BUTTON, MULTI_LINE, PASSWORD_FIELD = 1 << 16, 1 << 12, 1 << 13  #: field flags
#: Annotations that show nothing by themselves, and those that PDFium draws without an appearance.
INVISIBLE = {"/Link", "/Popup", "/TrapNet", "/PrinterMark", "/Projection"}
DRAWN_ANYWAY = {
    "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Ink", "/Square", "/Circle", "/Text",
}  # fmt: skip
TEXT_OPERATOR = re.compile(rb"[\s)>\]](?:T[jJ]|['\"]|Do)(?:\s|$)")
#: What these consist of; without it nothing is seen.
SHAPES = {
    "/Highlight": "/QuadPoints", "/Underline": "/QuadPoints", "/Squiggly": "/QuadPoints",
    "/StrikeOut": "/QuadPoints", "/Ink": "/InkList",
}  # fmt: skip
MAX_DEPTH = 30
Rect = tuple[float, float, float, float]


def warm_up() -> None:
    """Lock and unlock a page in every way: the libraries open files when they first do so."""
    page = io.BytesIO()
    with pikepdf.new() as plain:
        plain.add_blank_page(page_size=(72, 72))
        plain.save(page)
    for encryption in (
        pikepdf.Encryption(owner="", R=6),
        pikepdf.Encryption(owner="", R=4),
        pikepdf.Encryption(owner="", R=3, aes=False, metadata=False),
    ):
        locked = io.BytesIO()
        with pikepdf.open(page) as plain:
            plain.save(locked, encryption=encryption)
        checked(unlocked(locked.getvalue(), ""), 1)


def open_pdf(data: bytes, password: bytes | str = "") -> pikepdf.Pdf:
    """Open a PDF from its header on. Raises `PasswordError` or `JobRefused`."""
    start = max(content_type.find_pdf_header(data), 0)
    try:
        return pikepdf.open(io.BytesIO(data[start:]), password=password)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError as fault:
        locked = "encrypt" in str(fault).lower()
        raise JobRefused(UNKNOWN_LOCK if locked else UNREADABLE) from fault


def unlocked(data: bytes, password: str) -> bytes:
    """The PDF without its encryption. A PDF that is not locked stays as it is."""
    for attempt in (b"", *_spellings(password)):
        try:
            with open_pdf(data, attempt) as pdf:
                return plain_copy(pdf) if pdf.is_encrypted else data
        except pikepdf.PasswordError:
            continue
    raise JobRefused("", code=WRONG_PASSWORD)


def _spellings(password: str) -> list[bytes]:
    """As typed, without blanks around it, and in capitals, as e-Aadhaar passwords are.

    Older PDFs encode passwords in Latin-1, newer ones in UTF-8.
    """
    typed = dict.fromkeys(
        (password, password.strip(), password.strip().upper(), "".join(password.upper().split()))
    )
    encoded = [word.encode(errors="replace") for word in typed]
    encoded += [word.encode("latin-1", errors="replace") for word in typed]
    return [word for word in dict.fromkeys(encoded) if len(word) <= MAX_PASSWORD and 0 not in word]


def plain_copy(pdf: pikepdf.Pdf) -> bytes:
    """The PDF written anew, without encryption and without objects that nothing refers to."""
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):  # fields that the form does not list
        pdf.save(out, encryption=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def checked(data: bytes, most: int) -> bytes:
    """A copy without encryption; refused when too long, or with scripts or embedded files.

    One that only restricts printing or copying opens without a password, and is taken.
    """
    try:
        with open_pdf(data) as pdf:
            if not 1 <= len(pdf.pages) <= most:
                raise JobRefused(f"Use a PDF of 1 to {most} pages.")
            copy = plain_copy(pdf)
        with open_pdf(copy) as pdf:
            form = pdf.Root.get("/AcroForm")
            if isinstance(form, Dictionary) and not _is_empty(form.get("/XFA")):
                raise JobRefused(XFA)
            if any(_is_active(thing) for thing in _dictionaries(pdf.objects)):
                raise JobRefused(ACTIVE)
        return copy
    except pikepdf.PasswordError as locked:
        raise JobRefused(LOCKED, code=PASSWORD_NEEDED) from locked
    except pikepdf.PdfError as fault:
        raise JobRefused(UNREADABLE) from fault


def _dictionaries(objects: Iterable[Any]) -> Iterator[Any]:
    """All dictionaries and streams, also those nested directly in others."""
    waiting = list(objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, Array):
            inside: list[Any] = list(thing)
        elif isinstance(thing, (Dictionary, pikepdf.Stream)):
            yield thing
            inside = [value for _, value in thing.items()]
        else:
            continue
        waiting += [each for each in inside if _is_inline(each)]


def _is_inline(thing: Any) -> bool:
    holds = isinstance(thing, (Array, Dictionary))
    return holds and not thing.is_indirect


def _is_active(thing: Any) -> bool:
    if any(key in thing and not _is_empty(thing[key]) for key in ACTIVE_KEYS):
        return True
    kinds = {str(thing.get(key)) for key in ("/S", "/Subtype", "/Type") if key in thing}
    if kinds & {"/JavaScript"} and _is_empty(thing.get("/JS")):
        kinds -= {"/JavaScript"}
    return bool(ACTIVE_TYPES & kinds)


def _is_empty(thing: Any, depth: int = 0) -> bool:
    """Whether there is nothing in it: no text, no entries, or a name tree without names."""
    if thing is None:
        return True
    if depth > MAX_DEPTH or isinstance(thing, pikepdf.Stream):
        return False
    if isinstance(thing, Array):
        return all(_is_empty(each, depth + 1) for each in thing)
    if isinstance(thing, Dictionary):
        kept = (value for key, value in thing.items() if key not in ("/Limits", "/Type"))
        return all(_is_empty(value, depth + 1) for value in kept)
    return isinstance(thing, (String, str)) and not str(thing).strip()


def prepare_annotations(pdf: pikepdf.Pdf) -> dict[int, list[Rect]]:
    """Make everything typed or stamped on the pages drawable.

    Appearances of form fields become those of stamps, which are drawn without a form. For what
    has no appearance PDFium makes one; the result says, by page, where something has to be seen
    then. Raises `JobRefused` for what cannot be drawn.
    """
    expected: dict[int, list[Rect]] = {}
    for number, page in enumerate(pdf.pages):
        if _uses_missing_font(page.obj, _inherited(page.obj, "/Resources"), set()):
            raise JobRefused(FONT_MISSING)
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, Array):
            continue
        kept = []
        for each in annotations:
            if not isinstance(each, Dictionary) or int(number_of(each.get("/F"))) & (
                HIDDEN | NO_VIEW
            ):
                continue
            kept.append(each)
            if _needs_drawing(pdf, each):
                expected.setdefault(number, []).append(_rect_of(each))
        page.obj.Annots = Array(kept)
    return expected


def _needs_drawing(pdf: pikepdf.Pdf, annotation: Any) -> bool:
    """Whether PDFium has to make an appearance. Raises `JobRefused` when it cannot."""
    kind = str(annotation.get("/Subtype"))
    if kind == "/Widget":
        return _prepare_field(pdf, annotation)
    if kind in INVISIBLE or _appearance(annotation) is not None:
        return False
    left, bottom, right, top = _rect_of(annotation)
    if kind in DRAWN_ANYWAY:
        shape = SHAPES.get(kind)
        return right > left and top > bottom and (shape is None or shape in annotation)
    text = str(annotation.get("/Contents", ""))
    if kind != "/FreeText":
        raise JobRefused(NOT_DRAWN)
    if not text.strip():
        return False
    _require_latin(text)
    _as_text_field(pdf, annotation, text)
    return True


def _prepare_field(pdf: pikepdf.Pdf, field: Any) -> bool:
    form = pdf.Root.get("/AcroForm", Dictionary())
    kind, value = str(_inherited(field, "/FT")), _inherited(field, "/V")
    is_text = kind in ("/Tx", "/Ch")
    appearance = _appearance(field)
    if is_text and not _is_empty(value) and appearance is not None:
        outdated = bool(form.get("/NeedAppearances", False)) or not _has_text(appearance)
        appearance = None if outdated else appearance
    if appearance is not None:
        if "/Resources" not in appearance and "/DR" in form:
            appearance.Resources = form.DR  # fonts that the form has for all its fields
        field.Subtype = Name.Stamp
        field.AP = Dictionary(N=appearance)
        return False
    if "/AP" in field:
        del field["/AP"]
    flags = int(number_of(_inherited(field, "/Ff")))
    if kind == "/Btn":
        state = field.get("/AS", value)
        if not flags & PUSH_BUTTON and isinstance(state, Name) and state != Name.Off:
            field.Subtype = Name.Stamp
            field.AP = Dictionary(N=_cross(pdf, _rect_of(field)))
        return False
    if not is_text or _is_empty(value) or flags & PASSWORD_FIELD:
        return False
    _require_latin(_text_of(value))
    _register(pdf, field)
    return True


def _appearance(annotation: Any) -> Any:
    """The stream that draws an annotation in its present state, or None."""
    normal = annotation.get("/AP", Dictionary())
    normal = normal.get("/N") if isinstance(normal, Dictionary) else None
    if isinstance(normal, pikepdf.Stream):
        return normal
    if not isinstance(normal, Dictionary):
        return None
    state = annotation.get("/AS", _inherited(annotation, "/V"))
    key = str(state) if isinstance(state, Name) and str(state) in normal else "/Off"
    chosen = normal.get(key)
    return chosen if isinstance(chosen, pikepdf.Stream) else None


def _has_text(appearance: Any) -> bool:
    """Whether an appearance shows text or a picture: some programs fill in only the value."""
    return bool(TEXT_OPERATOR.search(appearance.read_bytes()))


def _inherited(field: Any, key: str) -> Any:
    """A value of a field or of those it belongs to."""
    for _ in range(MAX_DEPTH):
        if not isinstance(field, Dictionary):
            return None
        if key in field:
            return field[key]
        field = field.get("/Parent")
    return None


def _text_of(value: Any) -> str:
    if isinstance(value, pikepdf.Stream):
        return value.read_bytes().decode("latin-1")
    if isinstance(value, Array):
        return " ".join(str(each) for each in value)
    return str(value)


def _require_latin(text: str) -> None:
    """PDFium writes with Helvetica, which has no other letters."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError as fault:
        raise JobRefused(NOT_DRAWN) from fault


def _register(pdf: pikepdf.Pdf, field: Any) -> None:
    """Make a field known to the form: PDFium makes an appearance only then."""
    if "/AcroForm" not in pdf.Root:
        pdf.Root.AcroForm = Dictionary(Fields=Array())
    form = pdf.Root.AcroForm
    if not isinstance(form.get("/Fields"), Array):
        form.Fields = Array()
    if not isinstance(form.get("/DR"), Dictionary):
        form.DR = Dictionary()
    if not isinstance(form.DR.get("/Font"), Dictionary):
        form.DR.Font = Dictionary()
    fonts = form.DR.Font
    if "/Helv" not in fonts:
        fonts.Helv = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
        )
    style = str(_inherited(field, "/DA") or form.get("/DA") or "")
    named = next((word for word in style.split() if word.startswith("/")), "")
    if named not in fonts:
        style = "/Helv 0 Tf 0 g"
    field.DA = String(style)
    if "/Parent" not in field and not any(each == field for each in form.Fields):
        form.Fields.append(field)


def _as_text_field(pdf: pikepdf.Pdf, note: Any, text: str) -> None:
    """Turn a free-text note into a text field of several lines."""
    for key in ("/AP", "/RC", "/DS", "/Parent"):
        if key in note:
            del note[key]
    note.Subtype, note.FT, note.Ff, note.V = Name.Widget, Name.Tx, MULTI_LINE, String(text)
    note.T = String(f"note {note.objgen[0]}")
    _register(pdf, note)


def _cross(pdf: pikepdf.Pdf, rect: Rect) -> Any:
    """The appearance of a ticked box that has none."""
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    right, top = f"{width - 2:.2f}", f"{height - 2:.2f}"
    inside = f"1.5 w 2 2 m {right} {top} l S 2 {top} m {right} 2 l S"
    stream = pikepdf.Stream(pdf, inside.encode())
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, round(width, 2), round(height, 2)])
    return stream


def _rect_of(annotation: Any) -> Rect:
    """Left, bottom, right and top of an annotation; nothing for a broken one."""
    try:
        one, two, three, four = (float(edge) for edge in annotation.Rect)
    except (AttributeError, KeyError, TypeError, ValueError):
        return (0, 0, 0, 0)
    return (min(one, three), min(two, four), max(one, three), max(two, four))


def number_of(thing: Any) -> float:
    """A number in a PDF; 0 for anything else."""
    try:
        return float(thing or 0)
    except (TypeError, ValueError):
        return 0


def _uses_missing_font(drawing: Any, resources: Any, seen: set[tuple[int, int]]) -> bool:
    """Whether a page, or a form on it, is written in a font of many scripts not in the file."""
    if not isinstance(resources, Dictionary):
        return False
    fonts, forms = resources.get("/Font"), resources.get("/XObject")
    if isinstance(fonts, Dictionary):
        missing = {str(name) for name, font in fonts.items() if _lacks_letters(font)}
        if missing and missing & _fonts_used(drawing):
            return True
    for _, each in forms.items() if isinstance(forms, Dictionary) else ():
        if isinstance(each, pikepdf.Stream) and each.objgen not in seen:
            seen.add(each.objgen)
            if _uses_missing_font(each, each.get("/Resources", resources), seen):
                return True
    return False


def _fonts_used(drawing: Any) -> set[str]:
    chosen = drawing if isinstance(drawing, pikepdf.Stream) else pikepdf.Page(drawing)
    try:
        steps = pikepdf.parse_content_stream(chosen, operators="Tf")
    except (pikepdf.PdfError, ValueError, TypeError):
        return set()
    return {str(step.operands[0]) for step in steps if len(step.operands)}


def _lacks_letters(font: Any) -> bool:
    if not isinstance(font, Dictionary) or font.get("/Subtype") != Name.Type0:
        return False
    below = font.get("/DescendantFonts")
    first = below[0] if isinstance(below, Array) and len(below) else Dictionary()
    facts = first.get("/FontDescriptor") if isinstance(first, Dictionary) else None
    files = {"/FontFile", "/FontFile2", "/FontFile3"}
    return not isinstance(facts, Dictionary) or not files & set(facts.keys())
