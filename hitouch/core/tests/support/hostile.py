"""Generates malicious files: bombs, polyglots, active content and broken structures.

`HOSTILE` are to be refused. `DISARMED` may be taken, because what is kept is made anew: none
of their `PAYLOAD` may be in it.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image, PngImagePlugin

PAYLOAD = b"<script>alert(4711)</script>"
MEGABYTE = 1024 * 1024


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 60), **options: object) -> bytes:
    """A valid picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def _frames(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack("!I", len(data)) + body + struct.pack("!I", zlib.crc32(body))


def _png(width: int, height: int, data: bytes, *before: bytes, depth: int = 8) -> bytes:
    head = struct.pack("!IIBBBBB", width, height, depth, 0, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), *before, _chunk(b"IDAT", data), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _repeated(part: bytes, times: int) -> bytes:
    """Deflated data that expands to a part repeated many times."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, wbits=-zlib.MAX_WBITS).flush()
    checked = 1
    for _ in range(times):
        checked = zlib.adler32(part, checked)
    return b"\x78\xda" + packed * times + end + struct.pack("!I", checked)


def _zeros(megabytes: int) -> bytes:
    return _repeated(bytes(MEGABYTE), megabytes)


def _jpeg_sized(width: int, height: int) -> bytes:
    """A JPEG whose header has another size."""
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack("!HH", height, width)
    return bytes(data)


def pdf(
    change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **save: object
) -> bytes:
    """A PDF of blank pages, changed by a function."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(300, 200))
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **save)
    return out.getvalue()


def _acting(**action: object) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        facts = {f"/{name}": value for name, value in action.items()}
        made.Root.OpenAction = pikepdf.Dictionary(facts)

    return change


def _page_key(name: str, value: object) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj[name] = value

    return change


def _root_key(name: str, value: object) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root[name] = value

    return change


def _annotation(**facts: object) -> Callable[[pikepdf.Pdf], None]:
    named = {f"/{name}": value for name, value in facts.items()}
    whole = {"/Type": pikepdf.Name.Annot, "/Rect": [0, 0, 9, 9], **named}
    return _page_key("/Annots", pikepdf.Array([pikepdf.Dictionary(whole)]))


def _attached(made: pikepdf.Pdf) -> None:
    made.attachments["run.exe"] = b"MZ" + PAYLOAD


def _stream_bomb(made: pikepdf.Pdf) -> None:
    """A content stream that expands to 400 MB."""
    packed = _repeated(b"0 0 1 RG 1 1 9 9 re S " * 48_000, 400)
    stream = pikepdf.Stream(made, b"")
    stream.write(packed, filter=pikepdf.Name.FlateDecode)
    made.pages[0].obj.Contents = stream


def _image_bomb(made: pikepdf.Pdf) -> None:
    """A picture of 20,000 pixels a side on the page."""
    image = pikepdf.Stream(made, b"")
    image.write(_zeros(400), filter=pikepdf.Name.FlateDecode)
    facts = {
        "/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 20_000,
        "/Height": 20_000, "/BitsPerComponent": 8, "/ColorSpace": pikepdf.Name.DeviceGray,
    }  # fmt: skip
    for name, value in facts.items():
        image[name] = value
    made.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    made.pages[0].obj.Contents = pikepdf.Stream(made, b"300 0 0 200 0 0 cm /I Do")


def _deep_tree() -> bytes:
    """A page tree with 20,000 levels."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>"]
    depth = 20_000
    objects += [f"<</Type/Pages/Count 1/Kids[{n + 1} 0 R]>>" for n in range(2, depth)]
    objects.append("<</Type/Page/MediaBox[0 0 9 9]>>")
    return _raw_pdf(objects)


def _circle() -> bytes:
    """A page tree with a cycle."""
    return _raw_pdf(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"])


def _raw_pdf(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    parts = [out]
    length = len(out)
    for number, body in enumerate(objects, 1):
        places.append(length)
        part = f"{number} 0 obj{body}endobj\n".encode()
        parts.append(part)
        length += len(part)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
    return b"".join([*parts, end.encode(), f"startxref\n{length}\n%%EOF".encode()])


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as inside:
        inside.writestr("a.txt", bytes(200 * MEGABYTE))
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as inside:
        inside.writestr("a.html", PAYLOAD)
    return out.getvalue()


SCRIPT = {"S": pikepdf.Name.JavaScript, "JS": "app.alert(4711)"}
#: Made when asked for: some take a while.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "html": lambda: b"<html>" + PAYLOAD,
    "html after spaces": lambda: b"\n\n   <!DOCTYPE html>" + PAYLOAD,
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(4711)"/>',
    "svg with a mark": lambda: b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
    "xml bomb": lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "shell script": lambda: b"#!/bin/sh\necho 4711\n",
    "postscript": lambda: b"%!PS\n(4711) = quit\n",
    "program": lambda: b"MZ" + bytes(300),
    "elf": lambda: b"\x7fELF" + bytes(300),
    "zip": _zip,
    "zip bomb": _zip_bomb,
    "gzip bomb": lambda: b"\x1f\x8b\x08\x00" + _zeros(50),
    "gif": lambda: picture("GIF"),
    "moving gif": lambda: _frames("GIF"),
    "tiff": lambda: picture("TIFF"),
    "bmp": lambda: picture("BMP"),
    "ico": lambda: picture("ICO"),
    "ppm": lambda: picture("PPM"),
    "moving webp": lambda: _frames("WEBP"),
    "apng": lambda: _frames("PNG"),
    "truncated png": lambda: picture()[:60],
    "truncated jpeg": lambda: picture("JPEG", (400, 400))[:300],
    "only a jpeg's head": lambda: b"\xff\xd8\xff\xe0" + bytes(20),
    "html as jpeg": lambda: b"\xff\xd8\xff" + PAYLOAD * 9,
    "png as webp": lambda: b"RIFF\x00\x00\x00\x00WEBP" + picture(),
    "png of 30,000 a side": lambda: _png(30_000, 30_000, _zeros(2)),
    "png whose size lies": lambda: _png(60_000, 60_000, zlib.compress(b"a")),
    "png of size nothing": lambda: _png(0, 0, zlib.compress(b"")),
    "jpeg of 65,000 a side": lambda: _jpeg_sized(65_000, 65_000),
    "jpeg of 65,000 by one": lambda: _jpeg_sized(65_500, 60_000),
    "larger than 5 MB": lambda: picture() + bytes(5 * MEGABYTE),
    "pdf with a script at opening": lambda: pdf(_acting(**SCRIPT)),
    "pdf that starts a program": lambda: pdf(_acting(S=pikepdf.Name.Launch, F="cmd.exe")),
    "pdf that sends a form": lambda: pdf(_acting(S=pikepdf.Name.SubmitForm, F="http://x")),
    "pdf with an act of a page": lambda: pdf(_page_key("/AA", pikepdf.Dictionary(O=1))),
    "pdf with a script of its names": lambda: pdf(
        _root_key("/Names", pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(JS="1")))
    ),
    "pdf with a file inside": lambda: pdf(_attached),
    "pdf with an XFA form": lambda: pdf(_root_key("/AcroForm", pikepdf.Dictionary(XFA="<x/>"))),
    "pdf with rich media": lambda: pdf(_annotation(Subtype=pikepdf.Name.RichMedia)),
    "pdf with a film": lambda: pdf(_annotation(Subtype=pikepdf.Name.Movie)),
    "pdf with an attached note": lambda: pdf(_annotation(Subtype=pikepdf.Name.FileAttachment)),
    "pdf with a script on a link": lambda: pdf(
        _annotation(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(SCRIPT_KEYS))
    ),
    "pdf under a password": lambda: pdf(encryption=pikepdf.Encryption(user="a", owner="b")),
    "pdf of eleven pages": lambda: pdf(pages=11),
    "pdf without pages": lambda: pdf(pages=0),
    "pdf of a circle": _circle,
    "pdf of a deep tree": _deep_tree,
    "pdf broken off": lambda: pdf()[:200],
    "pdf of nothing": lambda: b"%PDF-1.7\n" + bytes(500),
    "pdf whose drawing swells": lambda: pdf(_stream_bomb),
}
SCRIPT_KEYS = {f"/{name}": value for name, value in SCRIPT.items()}


def _with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = PAYLOAD.decode()
    return picture("JPEG", exif=exif)


def _with_text() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", PAYLOAD.decode())
    return picture("PNG", pnginfo=told)


DISARMED: dict[str, Callable[[], bytes]] = {
    "png with text of 100 MB": lambda: _png(
        9, 9, zlib.compress(bytes(90)), _chunk(b"zTXt", b"a\0\0" + _zeros(100))
    ),
    "png whose data swells": lambda: _png(100, 100, _zeros(600), depth=16)[: 5 * MEGABYTE],
    "jpeg with exif": _with_exif,
    "jpeg with a comment": lambda: picture("JPEG", comment=PAYLOAD),
    "jpeg with a profile": lambda: picture("JPEG", icc_profile=PAYLOAD * 99),
    "jpeg and html": lambda: picture("JPEG") + PAYLOAD,
    "jpeg and zip": lambda: picture("JPEG") + _zip(),
    "png with text": _with_text,
    "png and php": lambda: picture() + b"<?php system(4711); ?>" + PAYLOAD,
    "webp with metadata": lambda: picture("WEBP", xmp=PAYLOAD),
    "pdf and zip": lambda: pdf() + _zip(),
    "pdf with a title": lambda: pdf(_root_key("/Lang", PAYLOAD.decode())),
    "pdf with a huge picture": lambda: pdf(_image_bomb),
}
