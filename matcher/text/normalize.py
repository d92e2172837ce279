"""Free text made regular: one width, one kind of blank, nothing invisible. Linear in its length."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from matcher.errors import InvalidInput

LONGEST: Final = 4000
# Why pieces: NFKC sorts a run of combining marks by insertion, so one long run costs its square.
_PIECE: Final = 512
_LONGEST_CLUSTER: Final = 32

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
# Controls (but tab and line ends), direction marks, zero-width characters, byte-order mark, tags.
_INVISIBLE: Final = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_LINE_ENDS: Final = re.compile(r" ?(?:\n ?)+")


def normalize(text: str) -> str:
    """The text of a need, checked and folded. Raises InvalidInput for text that cannot be kept."""
    check(text)
    folded = fold(text)
    if not folded:
        raise InvalidInput("intake.text_empty")
    return folded


def check(text: str, longest: int = LONGEST) -> None:
    """Raise InvalidInput for NUL, a lone surrogate (no database keeps them) or too many characters."""
    if len(text) > longest:
        raise InvalidInput("intake.text_too_long", length=len(text), longest=longest)
    found = _UNSTORABLE.search(text)
    if found is not None:
        raise InvalidInput("intake.text_unstorable", position=found.start() + 1)


def fold(text: str) -> str:
    """NFKC (full width becomes half width), invisible characters out, blanks and line ends single.

    Never refuses: any str is folded, so that rows of any age can be compiled.
    """
    visible = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not visible.isascii():
        visible = _INVISIBLE.sub("", "".join(map(_nfkc, _pieces(visible))))
    return _LINE_ENDS.sub("\n", _BLANKS.sub(" ", visible)).strip()


def _nfkc(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece)


def _pieces(text: str) -> list[str]:
    """Cut into pieces of about _PIECE characters, not between a letter and its marks."""
    if len(text) <= _PIECE:
        return [text]
    pieces, start = [], 0
    while start < len(text):
        end = _cut(text, start + _PIECE)
        pieces.append(text[start:end])
        start = end
    return pieces


def _cut(text: str, wanted: int) -> int:
    for place in range(wanted, min(wanted + _LONGEST_CLUSTER, len(text))):
        if not unicodedata.combining(text[place]):
            return place
    return min(wanted + _LONGEST_CLUSTER, len(text))
