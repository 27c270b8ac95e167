"""A document as HTML: one page that loads nothing, or a fragment for a notebook."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape

from assay.show import pages, report_figures, svg
from assay.show.blocks import (
    MARKS,
    Banner,
    Bars,
    Block,
    Card,
    Cards,
    Curve,
    Details,
    Document,
    Dots,
    Heading,
    Histogram,
    Paragraph,
    PatchMap,
    Table,
    Token,
    TokenBars,
    TokenStrip,
    Tone,
)


def page(document: Document, *, title: str) -> str:
    """Return a whole page; every text is escaped."""
    return pages.page(f'<div class="assay">{_main(document)}</div>', title=title)


def fragment(document: Document) -> str:
    """Return the same with its style, to stand inside another page."""
    return f'<div class="assay"><style>{pages.style()}</style>{_main(document)}</div>'


def body(*blocks: Block) -> str:
    """Return blocks without their frame, for a page that has one."""
    return "".join(_block(block) for block in blocks)


def _main(document: Document) -> str:
    return f"<main>\n{body(*document.blocks)}</main>"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>\n"
        case Paragraph(text, muted):
            kind = ' class="muted"' if muted else ""
            return f"<p{kind}>{escape(text)}</p>\n"
        case Banner():
            return _banner(block)
        case TokenStrip():
            return _strip(block)
        case PatchMap():
            return _patch_map(block)
        case TokenBars():
            return _token_bars(block)
        case Table():
            return _table(block)
        case Cards(cards):
            return f'<div class="cards">{"".join(_card(card) for card in cards)}</div>\n'
        case Histogram():
            return report_figures.histogram(block)
        case Curve():
            return report_figures.curve(block)
        case Dots():
            return report_figures.dots(block)
        case Bars():
            return report_figures.bars(block)
        case Details():
            return _details(block)


def _badge(outcome: str, tone: Tone) -> str:
    if not outcome:
        return ""
    mark = f'<b aria-hidden="true">{MARKS[tone]}</b>'
    return f'<span class="badge {tone}">{mark}{escape(outcome)}</span>'


def _banner(block: Banner) -> str:
    points = "".join(f"<li>{escape(point)}</li>" for point in block.points)
    held = sum(1 for _, holds in block.rungs if holds)
    rungs = "".join(
        f'<li class="{"held" if holds else "open"}"><b>{"✓" if holds else ""}</b>'
        f"<span>{escape(name.capitalize())}</span></li>"
        for name, holds in reversed(block.rungs)
    )
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in block.facts)
    aside = f'<p class="facts">{facts}</p>' if facts else ""
    ladder = (
        f'<div class="ladder"><p>Reliability ladder <b>{held} of {len(block.rungs)}</b></p>'
        f"<ol>{rungs}</ol></div>"
        if block.rungs
        else ""
    )
    return (
        f'<header class="banner {block.tone}"><div class="verdict"><p class="brand">Assay</p>'
        f'<h1><span class="mark" aria-hidden="true">{MARKS[block.tone]}</span>'
        f'{escape(block.title)}</h1>{aside}<p class="lead">{escape(block.lead)}</p>'
        f"{f'<ul>{points}</ul>' if points else ''}</div>{ladder}</header>\n"
    )


def _note(text: str) -> str:
    return f'<p class="muted">{escape(text)}</p>' if text else ""


def _coloured(block: TokenStrip | PatchMap, inside: str, tokens: Iterable[Token]) -> str:
    header = ("token", "score", "share", "highlighted")
    rows = ((one.text, one.score, one.share, int(one.highlighted)) for one in tokens)
    numbers = escape(svg.csv_of(header, rows), quote=True)
    return (
        f'<section class="strip {block.scale}" data-csv="{numbers}"><h3>{escape(block.label)}</h3>'
        f"{inside}"
        f"{_note(block.note)}</section>\n"
    )


def _strip(block: TokenStrip) -> str:
    words = "".join(_token(token) for token in block.tokens)
    return _coloured(block, f'<p class="tokens" dir="auto" lang="">{words}</p>', block.tokens)


def _patch_map(block: PatchMap) -> str:
    height, width = block.size
    picture = b64encode(block.png).decode()
    cells = "".join(
        _patch(patch, divmod(place, block.columns), block.side)
        for place, patch in enumerate(block.patches)
    )
    return _coloured(
        block,
        f'<svg class="picture" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(block.label, quote=True)}"><image width="{width}" '
        f'height="{height}" href="data:image/png;base64,{picture}"/>{cells}</svg>',
        block.patches,
    )


def _patch(patch: Token, at: tuple[int, int], side: int) -> str:
    y, x = at[0] * side, at[1] * side
    title = f"{patch.text}: {patch.score}" if patch.score else patch.text
    return (
        f'<rect class="{_kinds("p", patch)}" x="{x}" y="{y}" width="{side}" '
        f'height="{side}" style="--s:{abs(patch.share or 0):.3f}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _token(token: Token) -> str:
    space = " " if token.spaced else ""
    if token.share is None:
        return f'{space}<span class="t special">{escape(token.text)}</span>'
    return (
        f'{space}<span class="{_kinds("t", token)}" style="--s:{abs(token.share):.3f}" '
        f'title="{escape(token.score, quote=True)}">{escape(token.text)}</span>'
    )


def _kinds(kind: str, token: Token) -> str:
    """Return the classes that a page draws a token or patch by."""
    said = {
        "negative": (token.share or 0) < 0,
        "highlighted": token.highlighted,
        "joined": not token.spaced,
    }
    return " ".join([kind, *(name for name, holds in said.items() if holds)])


def _token_bars(block: TokenBars) -> str:
    paired = bool(block.labels[1])

    def side(token: Token, scale: str) -> str:
        share = token.share or 0.0
        kind = " negative" if share < 0 else ""
        return (
            f'<td class="side {scale}{kind}"><span class="value">{escape(token.score)}</span>'
            f'<span class="track"><i style="width:{abs(share):.1%}"></i></span></td>'
        )

    rows = []
    for first, second in block.rows:
        name = "highlighted" if first.highlighted else ""
        cell = f'<th scope="row" class="{name}"><bdi lang="">{escape(first.text)}</bdi></th>'
        if paired:
            rows.append(f"<tr>{side(first, 'first')}{cell}{side(second, 'second')}</tr>")
        else:
            rows.append(f"<tr>{cell}{side(first, 'second')}</tr>")
    left, right = (f'<th scope="col">{escape(label)}</th>' for label in block.labels)
    head = f"{left}<th></th>{right}" if paired else f"<th></th>{left}"
    kind = "bars" if paired else "bars single"
    numbers = svg.csv_of(
        ("token", *filter(None, block.labels)),
        (
            (one.text, *(side.score for side in (one, other)[: 1 + paired]))
            for one, other in block.rows
        ),
    )
    title = escape(" and ".join(filter(None, block.labels)), quote=True)
    return (
        f'<div class="panel" role="group" aria-label="{title}" '
        f'data-csv="{escape(numbers, quote=True)}"><table class="{kind}"><thead><tr>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>{_note(block.note)}</div>\n"
    )


def _table(block: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in block.header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in block.rows
    )
    kind = "grid" if block.header else "facts"
    thead = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'<div class="scroll"><table class="{kind}">{thead}<tbody>{body}</tbody></table></div>\n'


def _card(card: Card) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in card.reasons)
    figures = "".join(
        f'<p class="figure"><span>{escape(name)}</span> <b>{escape(value)}</b></p>'
        for name, value in card.figures
    )
    pictures = body(*card.pictures)
    shown = f'<div class="shown">{pictures}</div>' if pictures else ""
    return (
        f'<section class="card {card.tone}"><div class="said"><h3>{escape(card.title)}</h3>'
        f'{_badge(card.outcome, card.tone)}<p class="question">{escape(card.question)}</p>'
        f"{f'<ul>{reasons}</ul>' if reasons else ''}{figures}</div>{shown}</section>"
    )


def _details(block: Details) -> str:
    inside = "".join(_block(inner) for inner in block.blocks)
    return (
        f'<details><summary><span class="name">{escape(block.title)}</span>'
        f'{_badge(block.outcome, block.tone)}<span class="what">{escape(block.summary)}</span>'
        f'</summary><div class="inside">{inside}</div></details>\n'
    )
