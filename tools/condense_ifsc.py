"""Make onboarding/reference/data/ifsc.gz out of an unpacked npm package `ifsc` (Razorpay, MIT).

    python tools/condense_ifsc.py path/to/ifsc

One line per bank: its four letters, its name, its branches as ranges of numbers and single codes.
The lines after a blank one say which codes belong to a smaller bank that shares the four letters.
"""

import gzip
import json
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "onboarding" / "reference" / "data" / "ifsc.gz"


def ranges(codes: list[int | str]) -> str:
    """`1-6,8,NEFT02`: numbers in ranges, then what has letters."""
    numbers = sorted(int(code) for code in codes if str(code).isdigit())
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    texts = [str(a) if a == b else f"{a}-{b}" for a, b in found]
    return ",".join(texts + sorted(str(code) for code in codes if not str(code).isdigit()))


def main(package: Path) -> None:
    """Read the package's lists and write ours."""
    read = {
        name: json.loads((package / "src" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("IFSC", "banknames", "sublet", "custom-sublets")
    }
    names = read["banknames"]
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    lines = [f"# ifsc {version}"]
    lines += [
        f"{bank}\t{names.get(bank, bank)}\t{ranges(codes)}"
        for bank, codes in sorted(read["IFSC"].items())
    ]
    shared = {**read["custom-sublets"], **read["sublet"]}
    lines += [""] + [
        f"{start}\t{names[bank]}" for start, bank in sorted(shared.items()) if bank in names
    ]
    packed = gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0)
    OUT.write_bytes(packed)
    print(f"{OUT.name}: {len(packed)} bytes, {len(read['IFSC'])} banks, version {version}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
