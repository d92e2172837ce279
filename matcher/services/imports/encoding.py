"""Which encoding a text file has: BOM, then UTF-8 strictly, then GB18030 strictly, else refused.

Never a guess by frequency: mojibake is worse than a refusal.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from matcher.services.imports.problems import BadValueError

_BLOCK: Final = 1 << 20
# Two characters of three bytes one after the other, as almost all Chinese ones are in UTF-8.
_TWO_IN_UTF8: Final = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2}")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def possible_encodings(path: Path) -> list[str]:
    """The encodings in which the whole file decodes, most likely first; reads the file once or twice.

    Raises BadValueError ``unknown_encoding`` with the first line that is no UTF-8. Some short GB18030
    texts are also UTF-8, so the caller takes the first under which it knows a heading.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            line = first_bad_line(path, encoding)
            if line is not None:
                raise BadValueError("broken_encoding", encoding=encoding, line=line)
            return [encoding]
    bad_lines = {encoding: first_bad_line(path, encoding) for encoding in ("utf-8", "gb18030")}
    found = [encoding for encoding, line in bad_lines.items() if line is None]
    if not found:
        raise BadValueError("unknown_encoding", line=bad_lines["utf-8"])
    if found == ["gb18030"]:
        line = first_utf8_line(path)
        if line is not None:
            raise BadValueError("mixed_encoding", line=line)
    return found


def first_utf8_line(path: Path) -> int | None:
    """The first line of a GB18030 file that is UTF-8 as a whole, with two Chinese characters or more.

    GB18030 decodes almost any bytes, so a piece of UTF-8 in such a file would come out as nonsense unseen.
    """
    with path.open("rb") as file:
        for line, content in enumerate(file, start=1):
            if _TWO_IN_UTF8.search(content) is None:
                continue
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return line
    return None


def first_bad_line(path: Path, encoding: str) -> int | None:
    """The number of the first line that does not decode, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                line += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not block:
                return None
