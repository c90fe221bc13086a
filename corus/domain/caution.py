"""What a reader may not conclude from a profile: a sentence, and what to put in it.

Holds codes and published numbers only; ``Reading.caution`` says it in the reader's language.
"""

from __future__ import annotations

from corus.domain.base import Frozen

SENTENCES = {
    "not_surveyed": "Not asked in this wave: {groups}. Nothing here says what they perceive.",
    "too_few": "Too few answers to show ({shown}), perhaps none: {groups}. Their view is missing "
    "here: do not read silence as agreement.",
    "majority_only": "{groups}: only {shown} organizations answered. The side that most of them "
    "took is told; no share may be quoted.",
    "bands_only": "{groups}: fewer than {full} answers. Read them as a rough picture; do not "
    "compare them with other groups to the point.",
    "no_rate": "{groups}: how many people there are is not known, so that no rate can be computed. "
    "The answers speak for those who gave them, not for the whole group.",
    "too_many": "{groups}: {received} answers for {population} people. Some answered more than "
    "once or do not belong to the group, or the number of people is wrong: quote no rate.",
    "reversible": "{groups}: {received} of {population} answered ({rate}). Those who did not "
    "({missing}) are at least as many: what they think could reverse any majority shown. Do not "
    "write that the whole group thinks so.",
    "non_response": "{groups}: {received} of {population} answered ({rate}). What those who did "
    "not ({missing}) think is not known, and may differ.",
    "open_link": "{groups}: anybody who had the address could answer, and more than once. A number "
    "of answers is not a number of people, and received ÷ population is not a response rate.",
    "chosen": "{groups}: the organization chose whom to ask. The answers say nothing of the people "
    "it did not ask, and no interval covers that choice.",
    "sample_not_said": "{groups}: {invited} of {population} were invited, and how they were chosen "
    "is not said. The answers say nothing of the others.",
    "by_structure": "{groups}: somebody of the organization wrote down {share} of the answers. "
    "People are kinder when those they speak of are holding the pen.",
    "by_structure_between": "{groups}: somebody of the organization wrote down {low} to {high} of "
    "the answers. People are kinder when those they speak of are holding the pen.",
    "hand_unknown": "{groups}: who wrote the answers down is not said, or is withheld. Do not "
    "write that people answered alone.",
    "mode_seen": "{groups}: those who answered alone and the others differ on {dimensions}. A gap "
    "with another group may come from that.",
    "mode_not_seen": "{groups}: no difference was seen between those who answered alone and the "
    "others. That does not prove that there is none.",
    "mode_not_tested": "{groups}: some did not answer alone, and the two ways of answering could "
    "not be compared. Whether that changed the answers cannot be told.",
    "mode_confounded": "Everybody answered alone in {groups}, nobody in {others}. A gap between "
    "them may come from the way of answering.",
    "other_items": "{dimensions}: the groups were not all asked the same questions. A gap between "
    "their scores may come from the questions.",
    "items_only": "{dimensions}: the items do not go together well enough to be added up. Read "
    "them one by one and compare no score.",
    "unscored": "{groups}: no score on {dimensions}. Too few people answered enough of its items, "
    "or a score would tell what a few of them answered. A missing score is not a low one.",
    "few_opinions": "{groups}: on {dimensions}, at least one question got an opinion from fewer "
    "than {least} of the people concerned. Not being able to judge is a result too.",
    "equal_meaning": "Comparing groups assumes that all of them understand the questions alike. "
    "This was not tested.",
    "equal_meaning_part": "{dimensions}: comparing groups assumes that all of them understand the "
    "questions alike. This was not tested here, or not for every group.",
    "unlike_levels": "{dimensions}: the items go together alike in the groups that were tested, "
    "but the same answer does not stand for the same level. Compare what goes together, not "
    "scores.",
    "unlike": "{dimensions}: the groups that were tested do not use the items alike. Read the "
    "items side by side and compare no score.",
    "not_co_constructed": "The criteria come with the questionnaire: the people concerned have not "
    "agreed on them. Do not present them as theirs.",
    "dissent": "Not everybody agreed with the criteria. What they objected is recorded with the "
    "convention, and belongs beside the results.",
    "perceptions": "These are perceptions. They prove neither that an effect took place, nor that "
    "the organization caused it.",
}  # fmt: skip
"""By code: the English sentence, which is the key of its translations."""


class Caution(Frozen):
    """One thing not to conclude.

    The parameters of its sentence bear the names of the fields, and of the keys of ``counts``
    (whole numbers), ``shares`` (in [0, 1]) and ``texts`` (as they are, such as ``n < 5``).
    """

    code: str
    groups: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Groups that ``groups`` are told from."""
    dimensions: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    shares: dict[str, float] = {}
    texts: dict[str, str] = {}

    @property
    def sentence(self) -> str:
        """The English sentence, with its parameters in braces."""
        return SENTENCES[self.code]
