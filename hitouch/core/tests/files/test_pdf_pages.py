"""PDF pages are rendered with everything a reader shows, or refused with a reason."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from hitouch.core.files import storage
from hitouch.core.tests.support.hostile import pdf

pytestmark = pytest.mark.filterwarnings("ignore::pikepdf.exceptions.PageCopyWarning")
WIDTH, HEIGHT = 300, 200
#: Left, bottom, right, top, and the same as parts of the picture.
RECT = [30, 120, 270, 160]


def drawn(data: bytes, pages: int = 2) -> np.ndarray:
    """The stored picture as grey levels."""
    upload = SimpleUploadedFile("a.pdf", data)
    with Image.open(io.BytesIO(storage.fresh_picture(upload, pages=pages))) as picture:
        return np.asarray(picture.convert("L")).astype(int)


def ink(data: bytes, rect: list[float] | None = None) -> int:
    """How many dark pixels there are, by default inside the rectangle."""
    levels = drawn(data)
    left, bottom, right, top = rect or RECT
    height, width = levels.shape
    rows = slice(round(height * (1 - top / HEIGHT)), round(height * (1 - bottom / HEIGHT)))
    columns = slice(round(width * left / WIDTH), round(width * right / WIDTH))
    return int((levels[rows, columns] < 128).sum())


BLACK = b"0 0 120 40 re f BT () Tj ET"


def appearance(made: pikepdf.Pdf, content: bytes = BLACK) -> Any:
    stream = pikepdf.Stream(made, content)
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, 240, 40])
    return stream


def page(build: Callable[[pikepdf.Pdf], Dictionary], *, form: bool = True, **more: Any) -> bytes:
    """A page with one annotation; with `form` also known to the form."""

    def change(made: pikepdf.Pdf) -> None:
        annotation = build(made)
        for key, value in {"/Type": Name.Annot, "/Rect": Array(RECT), "/F": 4}.items():
            if key not in annotation:
                annotation[key] = value
        annotation = made.make_indirect(annotation)
        made.pages[0].obj.Annots = Array([annotation])
        if form:
            made.Root.AcroForm = Dictionary(Fields=Array([annotation]), **more)

    return pdf(change)


def field(kind: str, value: Any, **more: Any) -> Callable[[pikepdf.Pdf], Dictionary]:
    style = String("/Helv 14 Tf 0 g")
    return lambda _: Dictionary(
        Subtype=Name.Widget, FT=Name(kind), T=String("a"), V=value, DA=style, **more
    )


TEXT = String("Asha Rao 37")
FIELDS = {
    "text": (field("/Tx", TEXT), {}),
    "text that says so": (field("/Tx", TEXT), {"NeedAppearances": True}),
    "several lines": (field("/Tx", String("one\rtwo"), Ff=1 << 12), {}),
    "a comb": (field("/Tx", String("560001"), Ff=1 << 24, MaxLen=6), {}),
    "a chosen entry": (field("/Ch", String("Pune"), Ff=1 << 17, Opt=Array([String("Pune")])), {}),
    "accents": (field("/Tx", String("Zoë Müller – 5 €")), {}),
}


@pytest.mark.parametrize("name", FIELDS)
def test_form_values_without_an_appearance_are_drawn(name: str) -> None:
    """Some programs fill in values without an appearance stream."""
    build, more = FIELDS[name]
    assert ink(page(build, **more)) > 100
    assert ink(page(build, form=False)) > 100  # not listed in the form


def test_form_values_are_drawn_by_their_appearance() -> None:
    """An existing appearance stream is used, whether the field is listed in a form or not."""
    for form in (True, False):
        build = field("/Tx", TEXT)
        data = page(
            lambda made, build=build: _with(build(made), AP=Dictionary(N=appearance(made))),
            form=form,
        )
        assert ink(data) > 10_000


def test_an_appearance_uses_the_fonts_of_the_form() -> None:
    """Some programs name the font only once, for all fields: here one with dots for A."""

    def build(made: pikepdf.Pdf) -> Dictionary:
        drawing = appearance(made, b"BT /Wide 40 Tf 5 5 Td (AAAAA) Tj ET")
        return _with(field("/Tx", TEXT)(made), AP=Dictionary(N=drawing))

    encoding = Dictionary(Type=Name.Encoding, Differences=Array([65, Name.period]))
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=encoding
    )
    letters = ink(page(build))
    assert 0 < ink(page(build, DR=Dictionary(Font=Dictionary(Wide=font)))) < letters / 4


def _with(annotation: Dictionary, **more: Any) -> Dictionary:
    for key, value in more.items():
        annotation[f"/{key}"] = value
    return annotation


def test_outdated_appearance_is_regenerated() -> None:
    """The appearance of an empty field does not hide its value, even without `NeedAppearances`."""

    def build(made: pikepdf.Pdf) -> Dictionary:
        empty = appearance(made, b"q 0 0 240 40 re W n Q /Tx BMC EMC")
        return _with(field("/Tx", TEXT)(made), AP=Dictionary(N=empty))

    assert ink(page(build, NeedAppearances=True)) > 100
    assert ink(page(build)) > 100


@pytest.mark.parametrize("has_appearance", [True, False])
def test_a_ticked_box_is_drawn(has_appearance: bool) -> None:
    """With the appearance of its state, or a cross; an unticked one stays empty."""

    def box(made: pikepdf.Pdf, state: Name) -> Dictionary:
        made_box = field("/Btn", state, AS=state)(made)
        if has_appearance:
            made_box.AP = Dictionary(N=Dictionary(Yes=appearance(made)))
        return made_box

    assert ink(page(lambda made: box(made, Name.Yes))) > 100
    assert ink(page(lambda made: box(made, Name.Off))) == 0


@pytest.mark.parametrize("kind", ["/Stamp", "/FreeText", "/Line", "/Ink", "/Watermark", "/Polygon"])
def test_stamps_and_notes_are_drawn(kind: str) -> None:
    """Stamps of offices, typed remarks and strokes of a pen, by their appearance."""
    data = page(
        lambda made: Dictionary(Subtype=Name(kind), AP=Dictionary(N=appearance(made))), form=False
    )
    assert ink(data) > 10_000


@pytest.mark.parametrize("kind", ["/Highlight", "/Underline", "/StrikeOut", "/Square", "/Circle"])
def test_marks_without_an_appearance_are_drawn(kind: str) -> None:
    """A reader draws them from their shape and colour."""
    corners = Array([30, 160, 270, 160, 30, 120, 270, 120])
    mark = lambda _: Dictionary(Subtype=Name(kind), QuadPoints=corners, C=Array([0, 0, 0]))  # noqa: E731
    assert ink(page(mark, form=False)) > 100


def test_a_signature_is_drawn() -> None:
    """The box of a digital signature, as DigiLocker and offices place it."""

    def build(made: pikepdf.Pdf) -> Dictionary:
        value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("x"))
        return _with(field("/Sig", value)(made), AP=Dictionary(N=appearance(made)))

    assert ink(page(build, SigFlags=3)) > 10_000


def test_a_remark_without_an_appearance_is_drawn() -> None:
    """Free text is written into its box."""
    data = page(
        lambda _: Dictionary(
            Subtype=Name.FreeText, Contents=String("Seen, Rao"), DA=String("/Helv 12 Tf 0 g")
        ),
        form=False,
    )
    assert ink(data) > 100


@pytest.mark.parametrize(
    "build",
    [
        lambda _: Dictionary(Subtype=Name.Stamp, Name=Name.Approved),
        lambda _: Dictionary(Subtype=Name.Line, L=Array([30, 130, 200, 150])),
        lambda _: Dictionary(Subtype=Name.FreeText, Contents=String("देखा")),
        field("/Tx", String("नमस्ते")),
        field("/Tx", String("அ 12")),
    ],
    ids=["stamp", "line", "remark in Hindi", "value in Hindi", "value partly in Tamil"],
)
def test_what_cannot_be_drawn_is_refused(build: Callable[[pikepdf.Pdf], Dictionary]) -> None:
    """Otherwise the original would be destroyed and its content lost."""
    with pytest.raises(storage.InvalidFile, match="cannot show"):
        drawn(page(build))


@pytest.mark.parametrize("kind", ["/Link", "/Popup", "/Highlight", "/Ink"])
def test_what_shows_nothing_is_no_obstacle(kind: str) -> None:
    """Links, closed notes, marks without a shape and hidden annotations are not visible."""
    assert ink(page(lambda _: Dictionary(Subtype=Name(kind)), form=False)) == 0
    hidden = page(lambda _: Dictionary(Subtype=Name.Stamp, F=2), form=False)
    assert ink(hidden) == 0


def _root(**more: Any) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        for key, value in more.items():
            made.Root[f"/{key}"] = value

    return pdf(change)


EMPTY_TREE = Dictionary(Names=Array([]))
HARMLESS: dict[str, bytes] = {
    "no embedded files": _root(Names=Dictionary(EmbeddedFiles=EMPTY_TREE)),
    "no scripts": _root(Names=Dictionary(JavaScript=Dictionary(Kids=Array([EMPTY_TREE])))),
    "no actions": _root(AA=Dictionary()),
    "an empty script": _root(OpenAction=Dictionary(S=Name.JavaScript, JS=String(" "))),
    "an empty XFA": _root(AcroForm=Dictionary(Fields=Array(), XFA=Array())),
    "a page to open at": _root(OpenAction=Array([0, Name.Fit])),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_empty_entries_are_no_script(name: str) -> None:
    """Writers leave empty trees and actions behind."""
    assert drawn(HARMLESS[name]).shape


def test_a_file_that_was_removed_is_not_found() -> None:
    """Objects that nothing refers to any more are not in the copy that is drawn."""

    def change(made: pikepdf.Pdf) -> None:
        made.Root.Old = made.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))

    first = pdf(change)
    with pikepdf.open(io.BytesIO(first)) as opened:
        at = opened.Root.Old.objgen[0]
    assert f"{at} 0 R".encode() in first
    assert drawn(first.replace(f"/Old {at} 0 R".encode(), b" " * len(f"/Old {at} 0 R"))).shape
    with pytest.raises(storage.InvalidFile, match="script"):
        drawn(first)


def test_an_xfa_form_is_refused_by_name() -> None:
    """Its pages are drawn by a script that we do not have."""
    form = Dictionary(Fields=Array(), XFA=Array([String("template"), String("<template/>")]))
    with pytest.raises(storage.InvalidFile, match="XFA"):
        drawn(_root(AcroForm=form))


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\r\n\r\n", b"X-Header: scan\r\n\r\n", bytes(900)], ids=len
)
def test_bytes_before_the_header_are_skipped(before: bytes) -> None:
    """A byte order mark or lines of a mail, within the first 1024 bytes."""
    assert drawn(before + pdf()).shape == drawn(pdf()).shape
    assert drawn(before + pdf() + b"\r\n<!-- -->" * 300).shape


def _boxed(**more: Any) -> bytes:
    """A black square in the lower left quarter of the page."""

    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Contents = pikepdf.Stream(made, b"0 0 150 100 re f")
        for key, value in more.items():
            made.pages[0].obj[f"/{key}"] = value

    return pdf(change)


def quarters(data: bytes) -> list[bool]:
    """Whether each quarter is black: upper left, upper right, lower left, lower right."""
    levels = drawn(data)
    middle, centre = (length // 2 for length in levels.shape)
    parts = (levels[:middle, :centre], levels[:middle, centre:], levels[middle:, :centre],
             levels[middle:, centre:])  # fmt: skip
    return [bool(part.mean() < 64) for part in parts]


def test_pages_are_drawn_as_a_reader_shows_them() -> None:
    """Turned by /Rotate, cut by /CropBox."""
    assert quarters(_boxed()) == [False, False, True, False]
    assert quarters(_boxed(Rotate=90)) == [True, False, False, False]
    assert quarters(_boxed(Rotate=-90)) == [False, False, False, True]
    assert quarters(_boxed(CropBox=Array([75, 50, 300, 200]))) == [False] * 4
    assert quarters(_boxed(CropBox=Array([0, 0, 150, 100]))) == [True] * 4


@pytest.mark.parametrize(
    "box", [[0, 0, 14400, 14400], [0, 0, 9, 6], [-300, -200, 0, 0], [0, 0, 0, 0]]
)
def test_every_size_of_page_is_legible_and_bounded(box: list[int]) -> None:
    """Posters are made smaller, stamps larger."""
    height, width = drawn(_boxed(MediaBox=Array(box))).shape
    assert 1100 <= max(height, width) <= 2400


def test_a_user_unit_makes_the_page_larger() -> None:
    """A page whose unit is ten points is not drawn at a tenth of its resolution."""
    assert max(drawn(_boxed(UserUnit=10)).shape) == 2400


@pytest.mark.parametrize("kind", ["/JPXDecode", "/JBIG2Decode"])
def test_a_page_whose_picture_is_broken_is_refused(kind: str) -> None:
    """A scan that the reader leaves out would be a white page."""

    def change(made: pikepdf.Pdf) -> None:
        image = pikepdf.Stream(made, b"\x00\x00\x00\x0cjP  \r\n\x87\n broken" * 9)
        for key, value in {
            "Type": Name.XObject, "Subtype": Name.Image, "Width": 300, "Height": 200,
            "BitsPerComponent": 1 if kind == "/JBIG2Decode" else 8, "ColorSpace": Name.DeviceGray,
            "Filter": Name(kind),
        }.items():  # fmt: skip
            image[f"/{key}"] = value
        made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
        made.pages[0].obj.Contents = pikepdf.Stream(made, b"300 0 0 200 0 0 cm /I Do")

    with pytest.raises(storage.InvalidFile, match="picture in this PDF"):
        drawn(pdf(change))


def test_a_page_of_jpeg_2000_is_drawn() -> None:
    """Government portals store pages so."""
    out = io.BytesIO()
    Image.new("L", (300, 200), 30).save(out, "JPEG2000")

    def change(made: pikepdf.Pdf) -> None:
        image = pikepdf.Stream(made, out.getvalue())
        image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 300, 200
        image.Filter = Name.JPXDecode
        made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
        made.pages[0].obj.Contents = pikepdf.Stream(made, b"300 0 0 200 0 0 cm /I Do")

    assert quarters(pdf(change)) == [True] * 4


def _in_missing_font(made: pikepdf.Pdf, place: str) -> None:
    """A page written in a font that is not in the file; or a form on it; or the font is unused."""
    below = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.Mangal,
                       FontDescriptor=Dictionary(Type=Name.FontDescriptor))  # fmt: skip
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Mangal,
                      Encoding=Name("/Identity-H"), DescendantFonts=Array([below]))  # fmt: skip
    written = b"BT /F 12 Tf 9 9 Td <0041> Tj ET"
    resources = Dictionary(Font=Dictionary(F=font))
    page_object = made.pages[0].obj
    page_object.Resources = resources
    page_object.Contents = pikepdf.Stream(made, written if place == "page" else b"0 0 9 9 re f")
    if place == "form":
        inside = appearance(made, written)
        inside.Resources = resources
        page_object.Resources = Dictionary(XObject=Dictionary(X=inside))
        page_object.Contents = pikepdf.Stream(made, b"/X Do")
    if place == "parent":
        page_object.Contents = pikepdf.Stream(made, written)
        made.Root.Pages.Resources = resources
        del page_object["/Resources"]


@pytest.mark.parametrize("place", ["page", "form", "parent"])
def test_a_page_in_a_font_that_is_missing_is_refused(place: str) -> None:
    """With a substitute font the page would show wrong letters."""
    with pytest.raises(storage.InvalidFile, match="font"):
        drawn(pdf(lambda made: _in_missing_font(made, place)))


def test_a_missing_font_that_is_not_used_is_no_obstacle() -> None:
    """Writers list fonts for letters that might be typed."""
    assert drawn(pdf(lambda made: _in_missing_font(made, "unused"))).shape


@pytest.mark.django_db
def test_a_filled_deliverable_keeps_its_values() -> None:
    """What is stored as a PDF of pictures shows them too."""
    stored = storage.store_upload(
        SimpleUploadedFile("a.pdf", page(field("/Tx", TEXT))), purpose="t"
    )
    assert ink(storage.read(stored)) > 100
