"""Writes ZIP files with the traditional PKWARE encryption (APPNOTE 6.3, section 6)."""

import struct
import zlib

ENCRYPTED, DEFLATED, VERSION = 0x1, 8, 20
ON_FIRST_OF_2026 = (2026 - 1980) << 9 | 1 << 5 | 1


#: A step of CRC-32 for each byte.
_CRC = [zlib.crc32(bytes([byte]), 0xFFFFFFFF) ^ 0xFFFFFFFF for byte in range(256)]


def _encrypt(plain: bytes, code: str) -> bytes:
    """Encrypt with the cipher's three keys, which the code and then the plaintext change."""
    one, two, three = 0x12345678, 0x23456789, 0x34567890
    encrypted, key = bytearray(), code.encode()
    for place, byte in enumerate(key + plain):
        if place >= len(key):
            mix = (three | 2) & 0xFFFF
            encrypted.append(byte ^ (mix * (mix ^ 1) >> 8 & 0xFF))
        one = _CRC[(one ^ byte) & 0xFF] ^ one >> 8
        two = ((two + (one & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        three = _CRC[(three ^ two >> 24) & 0xFF] ^ three >> 8
    return bytes(encrypted)


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
    content = _encrypt(bytes(11) + bytes([check >> 24]) + plain, code)
    sizes = (check, len(content), len(data), len(name.encode()), 0)
    return struct.pack(
        "<HHHHHLLLHH", VERSION, ENCRYPTED, DEFLATED, 0, ON_FIRST_OF_2026, *sizes
    ), content
