"""Profile: values by criterion × group, with n, interval and what is masked.

Charts and exports read only this, so a screen and a workbook cannot disagree. A masked value is
*absent* here, not hidden: nothing downstream could show it by mistake.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from corus.domain.base import Frozen, Text
from corus.domain.caution import Caution
from corus.domain.changes import Since
from corus.domain.importance import Importance
from corus.domain.instrument import Instrument
from corus.domain.open_answers import Codebook, QuotationCell
from corus.domain.part import Part
from corus.domain.shown import Band as Band
from corus.domain.shown import ChoiceCell as ChoiceCell
from corus.domain.shown import Share as Share
from corus.domain.shown import Show as Show
from corus.domain.together import Adding, Concordance, Invariance, Together
from corus.domain.wave import Anonymity, PrivacyNotice, Sample, Thresholds, WaveState
from corus.domain.weighing import Negotiated


class ItemCell(Frozen):
    """One item as perceived by one group on one scale.

    ``counts`` follow the scale's order as asked, never recoded; shares follow the item's
    direction. ``n`` counts valid answers; ``asked`` = n + don't know + not concerned + skipped.
    Every number is None where the disclosure rule withholds it.
    """

    item: str
    group: str
    show: Show
    reason: str = ""
    """For masked cells: the text to print, such as ``n < 5``."""
    scale: str = ""
    n: int | None = None
    asked: int | None = None
    counts: tuple[int, ...] = ()
    dont_know: int | None = None
    not_concerned: int | None = None
    skipped: int | None = None
    dont_know_share: float | None = None
    """Don't know / (asked − not concerned)."""
    not_concerned_share: float | None = None
    """Not concerned / asked."""
    skipped_share: float | None = None
    """Skipped / asked."""
    favourable: Share | None = None
    mixed: Share | None = None
    unfavourable: Share | None = None
    mean: float | None = None
    """Mean of scale *values* as asked (full cells only)."""
    median: float | None = None
    net: float | None = None
    """Favourable minus unfavourable share, in [−1, 1]."""
    consensus: float | None = None
    """Cns (Tastle & Wierman): 1 when all agree, 0 when two camps sit at the ends."""
    agreement: float | None = None
    """A (van der Eijk), in [−1, 1]: below 0 there are two camps."""
    deviation: float | None = None
    """Mean absolute deviation from the mean, in points of the scale (AD)."""
    majority: Literal["favourable", "mixed", "unfavourable", "none"] | None = None
    merged: bool = False
    """True when shares merge the easy scale with the standard one (stated under the figure)."""
    divided: bool = False
    """*Avis partagés*: at least 25 % favourable and 25 % unfavourable (project convention)."""

    @property
    def n_on_scale(self) -> int | None:
        """Persons behind mean, median, consensus, agreement and deviation: those of this scale,
        fewer than ``n`` where answers on the easy scale are merged into the shares."""
        return sum(self.counts) if self.counts else None


class DimensionCell(Frozen):
    """Mean of person scores, 0–100 after reversal, of one group on one dimension."""

    dimension: str
    group: str
    show: Show
    reason: str = ""
    item: str = ""
    """With ``single_item``: the item to read instead."""
    n: int | None = None
    score: float | None = None
    low: float | None = None
    high: float | None = None
    """95 % t interval clipped to [0, 100]; None when unanimous or withheld."""
    sd: float | None = None
    """Of persons' scores; where the score is rounded, the largest that its items allow."""
    unanimous: bool = False
    divided: bool = False
    """True when one of its shown items is divided in this group."""


class Gap(Frozen):
    """Two groups looking differently at the same item or dimension: « regards différents ».

    For items the gap is in points of favourable share (Newcombe hybrid interval), for
    dimensions in points of score (Welch interval). ``first`` is the higher of the two.
    """

    kind: Literal["item", "dimension"]
    code: str
    first: str
    second: str
    first_value: float
    second_value: float
    first_n: int
    second_n: int
    gap: float
    low: float
    high: float
    effect: float | None = None
    """Cliff’s δ for items, Hedges’ g for dimensions."""
    p: float | None = None
    p_adjusted: float | None = None
    """Benjamini–Hochberg over every pair of groups of the profile that was tested."""
    flagged: bool
    """Anchor or shared item, ≥ 25 points, both n ≥ the full threshold."""


class TextCell(Frozen):
    """How many persons of one group answered an open question. Words never appear here."""

    item: str
    group: str
    show: Show
    reason: str = ""
    n: int | None = None


class Coverage(Frozen):
    """Who was reached in one group. ``received_text`` is what to print when the number is withheld.

    Before a release (open wave) this is all that is shown.
    """

    group: str
    population: int | None = None
    invited: int | None = None
    received: int | None = None
    complete: int | None = None
    partial: int | None = None
    received_text: str = ""
    rate: float | None = None
    """received / population, None when the population is unknown or the count withheld."""
    by_mode: dict[str, int | str] = {}
    by_channel: dict[str, int | str] = {}
    sample: Sample = "not_said"
    """Who of the group was asked, as declared."""
    open_link: bool | None = None
    """Whether the group's open address took answers when fieldwork ended; None: not recorded."""


class SiteCell(Frozen):
    """Persons of one group at one site; group "" is every group shown, site "" none was said."""

    group: str
    site: str
    n: int | None = None
    """None: withheld, it or another number would follow from it."""


class ModeEffect(Frozen):
    """One group, one dimension: those who wrote themselves against those who were helped.

    In whole points of score (0–100), self-written minus otherwise written, with the 95 % Welch
    interval of the difference; both sides hold at least the full threshold.
    """

    dimension: str
    group: str
    gap: float
    low: float
    high: float


class Profile(Frozen):
    """A frozen publication: everything charts and exports may read, and nothing else."""

    format: Literal["corus-profile-1"] = "corus-profile-1"
    release: int
    released_on: date
    part: Part | None = None
    """Which answers of the release the figures are of; None: the release as a whole."""
    corus_version: str
    organization: str
    organization_details: dict[str, str] = {}
    wave: str
    wave_title: str
    wave_state: WaveState
    anonymity: Anonymity
    opened_on: date | None = None
    closed_on: date | None = None
    languages: tuple[str, ...]
    digest: str
    instrument: Instrument
    thresholds: Thresholds
    notice: PrivacyNotice
    negotiated: Negotiated | None = None
    """Weights of the groups agreed on before the wave opened, if there are any."""
    groups: tuple[str, ...]
    coverage: tuple[Coverage, ...]
    shown_responses: int
    """Responses in the groups that are shown; masked groups are not in this sum."""
    items: tuple[ItemCell, ...]
    dimensions: tuple[DimensionCell, ...]
    gaps: tuple[Gap, ...]
    choices: tuple[ChoiceCell, ...]
    texts: tuple[TextCell, ...]
    masked_groups: tuple[str, ...]
    mode_effects: tuple[ModeEffect, ...] = ()
    together: tuple[Together, ...] = ()
    concordance: Concordance | None = None
    adding: tuple[Adding, ...] = ()
    invariance: tuple[Invariance, ...] = ()
    """Of releases only: dimensions on which groups can be compared, each once."""
    importance: tuple[Importance, ...] = ()
    """What matters to each group, beside its scores; never used to weigh them."""
    sites: dict[str, Text] = {}
    """Sites of the wave, with their names."""
    by_site: tuple[SiteCell, ...] = ()
    """Persons by group and site, where the wave has sites and the numbers can be told."""
    tested: int = 0
    """Comparisons tested together: what p values were adjusted for."""
    cautions: tuple[Caution, ...] = ()
    """What a reader may not conclude."""
    quotations: tuple[QuotationCell, ...] = ()
    """Redacted words that their authors let us quote, and by valence those of everybody."""
    codes: tuple[ChoiceCell, ...] = ()
    """Persons by code of the codebook, for open questions that have one."""
    codebooks: tuple[Codebook, ...] = ()
    """What the codes of ``codes`` mean."""
    withdrawn: int = 0
    """Texts quoted when the release was made, whose authors withdrew them since."""
    taken_back: int = 0
    """Texts quoted when it was made, which those who redact took out since."""
    since: Since | None = None
    """What changed since an earlier wave; put beside when it is read, never stored with it."""
