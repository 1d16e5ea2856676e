"""Writes ZIP files with the traditional PKWARE encryption (APPNOTE 6.3, section 6)."""

import struct
import zlib
from dataclasses import dataclass

ENCRYPTED, DEFLATED, VERSION = 0x1, 8, 20
ON_FIRST_OF_2026 = (2026 - 1980) << 9 | 1 << 5 | 1


@dataclass
class _Keys:
    """The cipher's three keys."""

    one: int = 0x12345678
    two: int = 0x23456789
    three: int = 0x34567890

    def update(self, byte: int) -> None:
        """Update the keys with one byte of plaintext."""
        self.one = _crc(byte, self.one)
        self.two = ((self.two + (self.one & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.three = _crc(self.two >> 24, self.three)

    def encrypt(self, byte: int) -> int:
        """Encrypt one byte."""
        mix = (self.three | 2) & 0xFFFF
        encrypted = byte ^ ((mix * (mix ^ 1)) >> 8 & 0xFF)
        self.update(byte)
        return encrypted


def _crc(byte: int, before: int) -> int:
    """One step of CRC-32 without the inversions at the start and the end."""
    return zlib.crc32(bytes([byte]), before ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def locked_zip(files: dict[str, bytes], code: str) -> bytes:
    """A ZIP of these files, encrypted with the code."""
    body, index = b"", b""
    for name, data in files.items():
        offset, head, packed = len(body), *_entry(name, data, code)
        body += b"PK\3\4" + head + name.encode() + packed
        rest = struct.pack("<HHHLL", 0, 0, 0, 0, offset)
        index += b"PK\1\2" + struct.pack("<H", VERSION) + head + rest + name.encode()
    end = struct.pack("<HHHHLLH", 0, 0, len(files), len(files), len(index), len(body), 0)
    return body + index + b"PK\5\6" + end


def _entry(name: str, data: bytes, code: str) -> tuple[bytes, bytes]:
    """The header fields common to both headers, and the encrypted content."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain, check = compressor.compress(data) + compressor.flush(), zlib.crc32(data)
    keys = _Keys()
    for byte in code.encode():
        keys.update(byte)
    content = bytes(keys.encrypt(byte) for byte in bytes(11) + bytes([check >> 24]) + plain)
    sizes = (check, len(content), len(data), len(name.encode()), 0)
    return struct.pack(
        "<HHHHHLLLHH", VERSION, ENCRYPTED, DEFLATED, 0, ON_FIRST_OF_2026, *sizes
    ), content
