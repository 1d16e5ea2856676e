"""Zip packages from outside: read in memory, with limits on entries, names and unpacked bytes.

Nothing is unpacked to a disk, and sizes that a header claims are not believed. XML is parsed
without document types, so that it has no entities to expand or to fetch.
"""

import io
import posixpath
import zipfile
import zlib
from typing import Any

from lxml import etree

from proctoring.item_bank.interchange import limits
from proctoring.item_bank.interchange.records import unreadable

#: A RuntimeError is also raised for a way of compression that Python does not have.
_FAULTS = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, ValueError)


class Package:
    """The files of a zip by their normalised names."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except (*_FAULTS, EOFError, KeyError, IndexError) as error:
            raise unreadable("It is no zip file that can be opened.") from error
        if len(entries) > limits.MAX_ENTRIES:
            raise unreadable(f"It has more than {limits.MAX_ENTRIES} files.")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = normalised(entry.filename)
            if not name:
                raise unreadable(f"It has a file with the path {entry.filename[:100]!r}.")
            if name in self._entries:
                raise unreadable(f"It has the file {name[:100]} twice.")
            self._entries[name] = entry
        self._left = limits.MAX_UNPACKED_BYTES

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str, *, most: int) -> bytes:
        """The bytes of a file. Raises `InvalidImport` when it is missing or larger than `most`."""
        entry = self._entries.get(name)
        if entry is None:
            raise unreadable(f"The file {name[:100]} is missing.")
        if entry.flag_bits & 1:
            raise unreadable(f"The file {name[:100]} is encrypted.")
        try:
            with self._zip.open(entry) as opened:
                data = opened.read(most + 1)
        except (*_FAULTS, EOFError) as error:
            raise unreadable(f"The file {name[:100]} is damaged.") from error
        self._left -= len(data)
        if len(data) > most:
            raise unreadable(f"The file {name[:100]} is larger than {most // 1024} KB.")
        if self._left < 0:
            raise unreadable("It is too large once unpacked.")
        return data


def normalised(name: str, *, beside: str = "") -> str:
    """The path inside the package, relative to the folder of `beside`; empty if it leads out."""
    if not name or "\\" in name or "\0" in name or ":" in name or name.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(beside), name))
    return "" if path.startswith("..") or path in (".", "/") else path


def parse_xml(data: bytes, name: str) -> Any:
    """The root element. Raises `InvalidImport` for what is not XML, or has a document type."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise unreadable("It is no valid XML.", name) from error
    if root.getroottree().docinfo.doctype:
        raise unreadable("It has a document type (DOCTYPE), which is not allowed.", name)
    return root
