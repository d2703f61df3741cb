"""Takes out of ICU's data what is for languages that Kvitto does not speak.

Qt on Linux brings 32 MB of it: names of places, currencies and units in hundreds of languages, and
the orders of their alphabets. Where a language is missing, ICU goes by its root, which sorts any.
Source: ICU User Guide, "ICU Data", and `ucmndata.h` of ICU 73 for how the file is laid out.
"""

import re
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import Final

_SPOKEN: Final = re.compile(r"(root|en|sv)(_\w+)?\.res$")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_\w+)?\.res$")
_LARGE_CONVERTER: Final = 8 * 1024
"""In bytes. Those of one byte per character are smaller."""
_MAGIC: Final = b"\xda\x27"
_FORMAT: Final = b"CmnD"
_AT_MAGIC: Final = 2
_AT_FORMAT: Final = 12
_ALIGNMENT: Final = 16
_SOURCE: Final = """\
.section .rodata
.balign 16
.globl {symbol}
.type {symbol}, @object
.size {symbol}, {size}
{symbol}:
.incbin "{file}"
.section .note.GNU-stack, "", @progbits
"""


def shrink_icu(library: Path) -> None:
    """Replace libicudata.so.N by one with less in it.

    Raises:
        RuntimeError: it is not laid out as this knows it.
    """
    version = library.suffix.removeprefix(".")
    data = smaller_data(_data_in(library.read_bytes()))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "data").write_bytes(data)
        source = _SOURCE.format(symbol=f"icudt{version}_dat", size=len(data), file=folder / "data")
        (folder / "data.s").write_text(source, "ascii")
        subprocess.run(["as", "-o", folder / "data.o", folder / "data.s"], check=True)
        named = ["-soname", library.name, "--hash-style=gnu", "--build-id=none"]
        subprocess.run(
            ["ld", "-shared", "-z", "noexecstack", *named, "-o", library, folder / "data.o"],
            check=True,
        )


def is_kept(name: str, size: int) -> bool:
    """Tell whether an item of ICU's data is needed.

    Args:
        name: its name, such as `icudt73l/coll/sv.res`.
        size: in bytes.
    """
    folder, _, file = name.rpartition("/")
    if file.endswith((".dict", ".cfu")) or folder.endswith("/translit"):
        return False
    if file.endswith(".cnv"):
        return size < _LARGE_CONVERTER
    return not _LANGUAGE.match(file) or _SPOKEN.match(file) is not None


def smaller_data(data: bytes) -> bytes:
    """Return a package of ICU's data without the items that are not needed.

    Raises:
        RuntimeError: it is not laid out as this knows it.
    """
    header, items = _items(data)
    kept = [(name, item) for name, item in items if is_kept(name, len(item))]
    names = b"".join(name.encode("ascii") + b"\0" for name, _item in kept)
    names_at = 4 + 8 * len(kept)
    table, body = bytearray(struct.pack("<I", len(kept))), bytearray()
    body_at = _aligned(len(header) + names_at + len(names)) - len(header)
    for name, item in kept:
        table += struct.pack("<II", names_at, body_at + len(body))
        names_at += len(name) + 1
        body += item + bytes(_aligned(len(item)) - len(item))
    front = header + bytes(table) + names
    return front + bytes(body_at + len(header) - len(front)) + bytes(body)


def _data_in(library: bytes) -> bytes:
    at = library.find(_FORMAT) - _AT_FORMAT
    if at < 0 or library[at + _AT_MAGIC : at + _AT_MAGIC + 2] != _MAGIC:
        raise RuntimeError("ICU's library holds no data that is known.")
    return library[at:]


def _items(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Return the header, and the name and the content of each item."""
    (header_size,) = struct.unpack_from("<H", data)
    contents = data[header_size:]
    (count,) = struct.unpack_from("<I", contents)
    places = [struct.unpack_from("<II", contents, 4 + 8 * one) for one in range(count)]
    ends = [start for _name, start in places[1:]]
    found = []
    for (name_at, start), end in zip(places, [*ends, len(contents)], strict=True):
        name = contents[name_at : contents.index(b"\0", name_at)].decode("ascii")
        if not start < end <= len(contents):
            raise RuntimeError("ICU's data is laid out in another way than is known.")
        found.append((name, contents[start:end]))
    return data[:header_size], found


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
