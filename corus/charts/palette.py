"""The colours of paper, ink and data, in one place, with the contrast they must keep.

Knows nothing of profiles: numbers in, colours out.
"""

from __future__ import annotations

from itertools import pairwise

PAPER = "#faf8f4"
CARD = "#ffffff"
LINE = "#d9dde1"
INK = "#1d2733"
SOFT_INK = "#5b6672"
ACCENT = "#0b6461"

UNFAVOURABLE = ("#8c510a", "#d8b365")
"""From the strongest to the mildest."""
NEUTRAL = "#e4e4e2"
FAVOURABLE = ("#80c7be", "#01665e")
"""From the mildest to the strongest."""
DONT_KNOW = "#b9c0c7"
MASKED = "#eef0f2"
HATCH = "#b9c0c7"

HEAT_MIDDLE = "#f4f3ef"
"""Lighter than ``NEUTRAL``, so that a middling score never looks like a masked cell."""
HEAT_STOPS = (
    (0.0, UNFAVOURABLE[0]),
    (25.0, UNFAVOURABLE[1]),
    (50.0, HEAT_MIDDLE),
    (75.0, FAVOURABLE[0]),
    (100.0, FAVOURABLE[1]),
)
"""(score, colour): the scale never follows the data, so two dashboards can be laid side by side."""
HEAT_STEPS = 20
"""Steps of 5 points: what the page's style sheet has classes for (``h0`` … ``h20``)."""

READABLE = 4.5
"""Contrast that small text needs (WCAG 2.2, 1.4.3)."""


def heat_colour(score: float) -> str:
    """The colour of a score in [0, 100]."""
    for (low, first), (high, second) in pairwise(HEAT_STOPS):
        if score <= high:
            return mix(first, second, (score - low) / (high - low))
    return HEAT_STOPS[-1][1]


def heat_step(score: float) -> int:
    """The step (0–20) of a score in [0, 100]."""
    return round(score * HEAT_STEPS / 100)


def mix(first: str, second: str, part: float) -> str:
    """``first`` with ``part`` (0–1) of ``second`` in it."""
    channels = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in channels)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1–21 (WCAG 2.2)."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def text_on(background: str) -> str:
    """Ink, white or, where neither is readable, black."""
    for colour in (INK, CARD):
        if contrast(colour, background) >= READABLE:
            return colour
    return "#000000"


def point_colours(low: int, middle: int, high: int) -> list[str]:
    """One colour per point of a scale, from unfavourable to favourable."""
    brown = _spread(low, UNFAVOURABLE)
    teal = _spread(high, FAVOURABLE)
    return [*brown, *[NEUTRAL] * middle, *teal]


def style_rules() -> str:
    """The palette as CSS: custom properties and one class per heat step."""
    named = {
        "paper": PAPER, "card": CARD, "line": LINE, "ink": INK, "soft": SOFT_INK,
        "accent": ACCENT, "u2": UNFAVOURABLE[0], "u1": UNFAVOURABLE[1], "neutral": NEUTRAL,
        "f1": FAVOURABLE[0], "f2": FAVOURABLE[1], "dk": DONT_KNOW, "masked": MASKED, "hatch": HATCH,
    }  # fmt: skip
    root = "".join(f"--{name}:{value};" for name, value in named.items())
    ramp = ",".join(f"{colour} {score:g}%" for score, colour in HEAT_STOPS)
    colours = [heat_colour(step * 100 / HEAT_STEPS) for step in range(HEAT_STEPS + 1)]
    steps = "".join(
        f".h{step},.h{step} a{{background:{colour};color:{text_on(colour)}}}\n"
        for step, colour in enumerate(colours)
    )
    return f":root{{{root}--ramp:linear-gradient(to right,{ramp})}}\n{steps}"


def _spread(size: int, ends: tuple[str, str]) -> list[str]:
    if size == 1:
        strongest = ends[0] if ends is UNFAVOURABLE else ends[1]
        return [strongest]
    return [mix(*ends, index / (size - 1)) for index in range(size)]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
