"""Once a wave is closed, nobody who has every file of it can tell whose answer is whose.

The attacker is given more than they could have: the contact list, and the exact order in which
people answered. Texts that people wrote are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.attacks.conftest import Target
from tests.attacks.copies_at_rest import (
    Loot,
    Scores,
    attack,
    joined_with_secret,
    marks,
    told,
)
from tests.attacks.field_factories import Field
from tests.server.site_factories import Site


def test_of_120_answers_no_strategy_finds_more_than_chance_after_closing(target: Target) -> None:
    wave = Field(target.site(1), 1)
    wave.happen(200, 120)
    open_loot = target.loot(wave.site)
    before = attack(open_loot, [wave])
    wave.close()
    loot = target.loot(wave.site)
    after = attack(loot, [wave])
    print(told(before, after))
    # The attack works: on a copy of the open wave it names nearly everybody (fewer when SQLite has
    # begun its log anew meanwhile).
    assert max(score.hits for score in before.values()) > 60
    assert before["backups"].halves == 120
    assert joined_with_secret(open_loot, wave) > 60
    _by_chance(after)
    _nothing_left(loot, [wave])


def _by_chance(scores: Scores) -> None:
    assert {n: s for n, s in scores.items() if not s.by_chance()} == {}


def _nothing_left(loot: Loot, waves: Sequence[Field]) -> None:
    """Not one byte says whose link was used, to who has the secret too; no link is anywhere."""
    for wave in waves:
        assert loot.holds(marks(loot, wave.listed)) == 0
        assert joined_with_secret(loot, wave) == 0
        assert loot.holds(p.token.encode() for p in wave.listed) == 0


SMALL = ((8, 8), (8, 5))


def _small(site: Site, waves: int, seed: int) -> list[Field]:
    made = []
    for n in range(waves):
        one = Field(site, seed, f"petite-{seed}-{n}")
        one.happen(*SMALL[n % 2])
        made.append(one)
    return made


def _small_waves(target: Target, seed: int, number: int) -> None:
    waves = _small(target.site(seed), number, seed)
    before = attack(target.loot(waves[0].site), waves)
    for one in waves:
        one.close_here()
    loot = target.loot(waves[0].site)
    after = attack(loot, waves)
    print(told(before, after))
    assert max(score.hits for score in before.values()) > sum(before["key"].tried) / 2
    _by_chance(after)
    _nothing_left(loot, waves)


def test_of_eight_answers_no_strategy_finds_more_than_chance_after_closing(
    target: Target,
) -> None:
    _small_waves(target, 2, 6)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(10, 15))
def test_small_waves_again_and_again(target: Target, seed: int) -> None:
    _small_waves(target, seed, 24)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(20, 25))
def test_large_waves_again_and_again(target: Target, seed: int) -> None:
    wave = Field(target.site(seed), seed)
    wave.happen(200, 120)
    wave.close()
    loot = target.loot(wave.site)
    _by_chance(attack(loot, [wave]))
    _nothing_left(loot, [wave])
