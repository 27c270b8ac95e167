"""The blocks that a result is shown as: one document, rendered as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

#: good, bad and unsure are never told apart by colour alone: each has its own mark.
Tone: TypeAlias = Literal["good", "bad", "unsure", "neutral"]
#: Which of the two colour scales: the tested explanation's or the baseline's.
Scale: TypeAlias = Literal["first", "second"]

#: What a verdict or an outcome is shown as.
TONES: dict[str, Tone] = {
    "trustworthy": "good", "supported": "good", "supports": "good",
    "inconclusive": "unsure",
    "not trustworthy": "bad", "contradicted": "bad", "contradicts": "bad",
    "not applicable": "neutral",
}  # fmt: skip
MARKS: dict[Tone, str] = {"good": "✓", "bad": "✗", "unsure": "?", "neutral": "·"}


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is the document's own."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text; muted text is an aside."""

    text: str
    muted: bool = False


@dataclass(frozen=True)
class Banner:
    """The one thing to see first: a verdict, why, and which rungs of a ladder hold.

    `facts` are a few words beside the title.
    """

    tone: Tone
    title: str
    lead: str
    points: tuple[str, ...] = ()
    rungs: tuple[tuple[str, bool], ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """A token as it is shown; `share` runs from -1 to 1, `None` for one that has no score."""

    text: str
    share: float | None
    score: str = ""
    spaced: bool = True
    highlighted: bool = False


@dataclass(frozen=True)
class TokenStrip:
    """A text whose tokens are coloured by their scores."""

    label: str
    tokens: tuple[Token, ...]
    scale: Scale = "first"
    note: str = ""


@dataclass(frozen=True)
class PatchMap:
    """A picture whose patches are coloured by their scores.

    `png` is the picture, `size` its height and width in pixels; a patch covers `side` pixels each
    way, and `patches` stand row by row, `columns` side by side.
    """

    label: str
    png: bytes
    size: tuple[int, int]
    side: int
    columns: int
    patches: tuple[Token, ...]
    scale: Scale = "first"
    note: str = ""


@dataclass(frozen=True)
class TokenBars:
    """Two score vectors back to back, a row a token."""

    labels: tuple[str, str]
    rows: tuple[tuple[Token, Token], ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells; without a header the first column names the row."""

    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """One condition: its question, its outcome, the reasons for it, and what carries it."""

    title: str
    question: str
    outcome: str
    tone: Tone
    reasons: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Cards:
    """Cards one below the other."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Histogram:
    """What chance gives, with the observed value on the same axis."""

    values: tuple[float, ...]
    observed: float
    caption: str


@dataclass(frozen=True)
class Curve:
    """An observed line over a band of random ones; `y` values share the unit of `unit`."""

    x: tuple[float, ...]
    observed: tuple[float, ...]
    mean: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class DotRow:
    """One value among those that chance gives, and the best that was found."""

    label: str
    random: tuple[float, ...]
    observed: float
    best: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Dots:
    """Strips of dots on one axis that begins at 0."""

    rows: tuple[DotRow, ...]
    caption: str = ""


@dataclass(frozen=True)
class Bars:
    """Named magnitudes on one axis, with a line that they are held against."""

    items: tuple[tuple[str, float], ...]
    threshold: float | None = None
    caption: str = ""


@dataclass(frozen=True)
class Details:
    """Blocks that open on request, behind a one-line summary."""

    title: str
    outcome: str
    tone: Tone
    summary: str
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Heading
    | Paragraph
    | Banner
    | TokenStrip
    | PatchMap
    | TokenBars
    | Table
    | Cards
    | Histogram
    | Curve
    | Dots
    | Bars
    | Details
)


@dataclass(frozen=True)
class Document:
    """Blocks from top to bottom."""

    blocks: tuple[Block, ...]


def words(name: str) -> str:
    """Return a registered name as words.

    >>> words("causal_relevance")
    'causal relevance'
    """
    return name.replace("_", " ")


def number(value: float | None, digits: int = 3) -> str:
    """Write a number for reading.

    >>> number(0.12345), number(None), number(-2e-16), number(1234.5), number(1e-7)
    ('0.123', 'none', '0', '1234', '1e-07')
    >>> number(-0.004, digits=2)
    '0'
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if abs(value) < 1e-12:  # what rounding leaves of nothing
        return "0"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    if abs(value) < 0.001:
        return f"{value:.1g}"
    written = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def probability(value: float | None) -> str:
    """Write a p-value.

    >>> probability(0.005), probability(0.0001), probability(None)
    ('p = 0.005', 'p < 0.001', 'no p')
    """
    if value is None:
        return "no p"
    return "p < 0.001" if value < 0.001 else f"p = {number(value)}"
