"""Whether coders agree: Krippendorff's α and percent agreement, code by code.

Pure functions on arrays of categories; knows no texts and no codebooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MISSING = -1
"""Stands where a coder has not coded a text."""
USE, TENTATIVE = 0.80, 0.667
"""Krippendorff's customary limits for α: rely on it; draw tentative conclusions only."""
DOUBLED_SHARE, DOUBLED_ENOUGH = 0.10, 50
"""So many of the texts, or this many, are coded by two persons."""

Ratings = NDArray[np.int64]
"""Categories as integers ≥ 0, ``MISSING`` where not coded; shape [coder, text]."""
Verdict = Literal["use", "tentative", "unreliable", "no_variation", "too_few"]


@dataclass(frozen=True)
class Agreement:
    """How far coders agree on one code. ``percent`` is a share in [0, 1]; α is at most 1.

    ``percent`` is None when no text was coded twice, ``alpha`` also when all codings are alike:
    without variation, agreement beyond chance is undefined.
    """

    texts: int
    """Texts coded at least once."""
    doubled: int
    """Texts coded by two coders or more."""
    percent: float | None
    alpha: float | None
    verdict: Verdict


def agreement(ratings: Ratings) -> Agreement:
    """Percent agreement, α and what they allow, for one code; shape [coder, text]."""
    coders = (ratings != MISSING).sum(axis=0)
    texts, doubled = int((coders >= 1).sum()), int((coders >= 2).sum())
    alpha = krippendorff_alpha(ratings)
    return Agreement(
        texts, doubled, percent_agreement(ratings), alpha, _verdict(alpha, texts, doubled)
    )


def doubled_needed(texts: int) -> int:
    """How many of ``texts`` two persons must code: 10 %, and 50 are always enough."""
    return min(DOUBLED_ENOUGH, ceil(DOUBLED_SHARE * texts))


def krippendorff_alpha(ratings: Ratings) -> float | None:
    """Krippendorff's α for nominal categories, any number of coders, missing codings allowed.

    α = 1 − D_o/D_e with D_o = Σ_u Σ_c n_uc (m_u − n_uc)/(m_u − 1) over texts u that m_u ≥ 2
    coders coded, and D_e = Σ_c n_c (n − n_c)/(n − 1). None when no text was coded twice or all
    categories are the same. Source: Krippendorff, *Content Analysis* (2004), ch. 11.
    In R: ``irr::kripp.alpha(x, "nominal")$value`` (x with NA for ``MISSING``).
    """
    counts = _pairable(ratings)
    per_text, per_category = counts.sum(axis=1), counts.sum(axis=0)
    n = int(per_text.sum())
    expected = float((per_category * (n - per_category)).sum())
    if expected == 0:
        return None
    apart = (counts * (per_text[:, np.newaxis] - counts)).sum(axis=1)
    observed = float((apart / (per_text - 1)).sum())
    return 1 - (n - 1) * observed / expected


def percent_agreement(ratings: Ratings) -> float | None:
    """Share of pairs of codings of the same text that are alike; None without any pair.

    In R, with two coders: ``irr::agree(t(x))$value / 100`` over texts both coded.
    """
    counts = _pairable(ratings)
    per_text = counts.sum(axis=1)
    pairs = float((per_text * (per_text - 1)).sum())
    return float((counts * (counts - 1)).sum()) / pairs if pairs else None


def _pairable(ratings: Ratings) -> Ratings:
    """Number of coders by text and category, of texts coded twice or more; [text, category]."""
    categories = np.unique(ratings[ratings != MISSING])
    counts = (ratings[:, :, np.newaxis] == categories).sum(axis=0)
    return np.asarray(counts[counts.sum(axis=1) >= 2], np.int64)


def _verdict(alpha: float | None, texts: int, doubled: int) -> Verdict:
    if not doubled or doubled < doubled_needed(texts):
        return "too_few"
    if alpha is None:
        return "no_variation"
    if alpha >= USE:
        return "use"
    return "tentative" if alpha >= TENTATIVE else "unreliable"
