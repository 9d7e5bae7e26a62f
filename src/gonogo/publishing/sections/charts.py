"""Charts as inline SVG: no script and no style attribute, as a strict security policy demands.

Colours and widths are presentation attributes, because the PDF's SVG does not see the page's style sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from gonogo.publishing.wording import between, slower

# Drawn for a phone's width so that its letters can be read there; wider screens enlarge it.
WIDTH, HEIGHT = 320, 64
_LEFT, _RIGHT, _AXIS, _BAR = 14, 306, 44, 24
_WIDEST = (-0.9, 3.0)
_INK, _WITHIN, _OVER = "#0b0c0c", "#005a30", "#8b1a0b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A change with the interval it lies in, and the largest change allowed, all as shares (0.1 is +10%)."""

    low: float
    point: float
    high: float
    margin: float | None = None

    @property
    def is_beyond(self) -> bool:
        """Whether the change itself exceeds the margin."""
        return self.margin is not None and self.point > self.margin


def interval_chart(interval: Interval, *, identity: str, name: str) -> str:
    """The interval on a line, with today's speed at 0 and the margin dashed.

    Args:
        interval: what is drawn; ends beyond −90% or +300% are drawn at the edge with an arrow.
        identity: unique in the page; used for ids.
        name: what was measured, in plain words; escaped here.
    """
    low, high = _domain(interval)

    def x(share: float) -> float:
        place = (min(max(share, low), high) - low) / (high - low)
        return round(_LEFT + place * (_RIGHT - _LEFT), 1)

    words = f"{slower(interval.point)}, range {between(interval.low, interval.high)}"
    margin_words = f"; {slower(interval.margin)} is allowed" if interval.margin is not None else ""
    start, end, point = x(interval.low), x(interval.high), x(interval.point)
    colour = _OVER if interval.is_beyond else _WITHIN
    ends = [_line(start, _BAR, end, _BAR, colour, 3)]
    ends += [_line(at, _BAR - 8, at, _BAR + 8, colour, 3) for at in (start, end)]
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{identity}">',
        f'<title id="{identity}">{escape(f"{name}: {words}{margin_words}.")}</title>',
        _line(_LEFT, _AXIS, _RIGHT, _AXIS, _INK, 1),
        *_ticks(x(0.0), x(interval.margin) if interval.margin else None, interval.margin or 0.0),
        *ends,
        _point(point, is_beyond=interval.is_beyond),
        f'<path fill="{_OVER}" d="M{_RIGHT + 2} {_BAR - 5} l8 5 l-8 5 z"/>' if interval.high > high else "",
        "</svg>",
    ]
    return "".join(parts)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _domain(interval: Interval) -> tuple[float, float]:
    margin = interval.margin or 0.1
    low = min(interval.low, -margin) * 1.1
    high = max(interval.high, margin * 1.5) * 1.1
    return max(low, _WIDEST[0]), min(high, _WIDEST[1])


def _ticks(zero: float, margin_at: float | None, margin: float) -> tuple[str, ...]:
    if margin_at is None:
        return (_tick(zero, "today", "middle"),)
    # side by side the two labels would run into each other, so they lean apart
    is_close = margin_at - zero < 90
    leaning = "end" if is_close or zero > WIDTH - 40 else "middle"
    margin_leaning = "end" if margin_at > WIDTH - 80 and not is_close else "start"
    return (
        _tick(zero, "today", leaning),
        _tick(margin_at, f"+{margin:.0%} allowed", margin_leaning, dashes="4 3"),
    )


def _tick(at: float, text: str, anchor: str, *, dashes: str = "") -> str:
    words = (
        f'<text x="{at}" y="{_AXIS + 16}" text-anchor="{anchor}" font-size="11" '
        f'font-family="Arial, Helvetica, Liberation Sans, sans-serif" fill="{_INK}">{text}</text>'
    )
    return _line(at, 8, at, _AXIS + 4, _INK, 1.5, dashes) + words


def _point(at: float, *, is_beyond: bool) -> str:
    # a square when beyond the margin, a disc within it: the shape tells, not the colour
    if is_beyond:
        return f'<rect x="{round(at - 4.5, 1)}" y="{_BAR - 4.5}" width="9" height="9" fill="{_OVER}"/>'
    return f'<circle cx="{at}" cy="{_BAR}" r="5" fill="{_WITHIN}"/>'
