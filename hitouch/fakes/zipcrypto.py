"""Writing a ZIP file under the old cipher of ZIP (APPNOTE 6.3, part 6), which Python only reads."""

import struct
import zlib
from dataclasses import dataclass

LOCKED, DEFLATED, VERSION = 0x1, 8, 20
ON_FIRST_OF_2026 = (2026 - 1980) << 9 | 1 << 5 | 1


@dataclass
class _Keys:
    """The cipher's three numbers."""

    one: int = 0x12345678
    two: int = 0x23456789
    three: int = 0x34567890

    def take(self, byte: int) -> None:
        """Go on by one byte of what is not locked."""
        self.one = _crc(byte, self.one)
        self.two = ((self.two + (self.one & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.three = _crc(self.two >> 24, self.three)

    def lock(self, byte: int) -> int:
        """One byte, locked."""
        mix = (self.three | 2) & 0xFFFF
        locked = byte ^ ((mix * (mix ^ 1)) >> 8 & 0xFF)
        self.take(byte)
        return locked


def _crc(byte: int, before: int) -> int:
    """One step of the CRC, without its turning over at either end."""
    return zlib.crc32(bytes([byte]), before ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def locked_zip(files: dict[str, bytes], code: str) -> bytes:
    """These files under this code."""
    body, index = b"", b""
    for name, data in files.items():
        there, head, packed = len(body), *_packed(name, data, code)
        body += b"PK\3\4" + head + name.encode() + packed
        rest = struct.pack("<HHHLL", 0, 0, 0, 0, there)
        index += b"PK\1\2" + struct.pack("<H", VERSION) + head + rest + name.encode()
    end = struct.pack("<HHHHLLH", 0, 0, len(files), len(files), len(index), len(body), 0)
    return body + index + b"PK\5\6" + end


def _packed(name: str, data: bytes, code: str) -> tuple[bytes, bytes]:
    """The fields that both headers share, and the content."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain, check = squeeze.compress(data) + squeeze.flush(), zlib.crc32(data)
    keys = _Keys()
    for byte in code.encode():
        keys.take(byte)
    locked = bytes(keys.lock(byte) for byte in bytes(11) + bytes([check >> 24]) + plain)
    sizes = (check, len(locked), len(data), len(name.encode()), 0)
    return struct.pack(
        "<HHHHHLLLHH", VERSION, LOCKED, DEFLATED, 0, ON_FIRST_OF_2026, *sizes
    ), locked
