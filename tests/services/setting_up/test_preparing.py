"""A wave from nothing to its end, over the services that the command line uses too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from corus.domain.wave import GroupPlan
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services import closing, editing, waves
from corus.services.accounts import people
from corus.services.setting_up import ending, preparing
from corus.services.setting_up.preparing import Wanted
from corus.store import accounts, queries
from corus.store.engine import Store
from tests import factories as make

WANTED = Wanted("Votre regard", "social_utility", ("fr",), "ana@panier.example")


def by(session) -> int:
    return people.add(session, "ana@panier.example", make.DAY)[0].id


def test_a_wave_is_named_by_its_organization_and_year_and_the_next_by_a_number(
    store: Store,
) -> None:
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier des Hauts")
        who = by(session)
        codes = [preparing.prepare(session, place, WANTED, make.DAY, who).code for _ in range(3)]
        later = replace(WANTED, opens_on=date(2027, 1, 4))
        codes.append(preparing.prepare(session, place, later, make.DAY, who).code)
        long = waves.create_organization(session, "Une très longue dénomination " * 5)
        codes.append(preparing.prepare(session, long, WANTED, make.DAY, who).code)
    assert codes == [
        "le-panier-des-hauts-2026", "le-panier-des-hauts-2026-2", "le-panier-des-hauts-2026-3",
        "le-panier-des-hauts-2027", "une-tres-longue-denomination-une-tres-2026",
    ]  # fmt: skip


def test_the_shipped_instrument_is_published_at_first_use_and_once(store: Store) -> None:
    with store.writing() as session:
        place = waves.create_organization(session, "Le Panier des Hauts")
        made = [preparing.prepare(session, place, WANTED, make.DAY, by(session)) for _ in range(2)]
        assert made[0].digest == made[1].digest
        assert waves.plan_of(made[0]).notice.contact == "ana@panier.example"
        with pytest.raises(NotFoundError):
            preparing.prepare(
                session, place, replace(WANTED, instrument="nothing"), make.DAY, by(session)
            )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "x" * 201}, "SET-004"),
        ({"title": " "}, "WAV-047"),
        ({"languages": ("de",)}, "WAV-033"),
        ({"languages": ()}, "WAV-033"),
        ({"closes_on": make.DAY - timedelta(1)}, "WAV-046"),
        ({"opens_on": date(2026, 5, 1), "closes_on": date(2026, 4, 1)}, "WAV-009"),
    ],
)
def test_what_cannot_be_makes_no_wave(
    sqlite_store: Store, changes: dict[str, object], code: str
) -> None:
    with sqlite_store.writing() as session:
        place = waves.create_organization(session, "Le Panier des Hauts")
        wanted = replace(WANTED, **changes)  # type: ignore[arg-type]
        with pytest.raises((InputError, RefusedError)) as caught:
            preparing.prepare(session, place, wanted, make.DAY, by(session))
        assert caught.value.code == code
        assert queries.waves(session) == []


def test_groups_are_kept_in_the_order_of_the_instrument_and_nobody_is_no_group(
    store: Store,
) -> None:
    with store.writing() as session:
        place, who = waves.create_organization(session, "Le Panier des Hauts"), by(session)
        code = preparing.prepare(session, place, WANTED, make.DAY, who).code
        asked = {"funders": GroupPlan(open_link=False), "employees": GroupPlan(population=41)}
        preparing.ask(session, code, asked, make.DAY, who)
        plan = waves.plan_of(queries.wave_by_code(session, code))
        assert list(plan.groups) == ["employees", "funders"]
        with pytest.raises(InputError, match="SET-005"):
            preparing.ask(session, code, {}, make.DAY, who)


def test_a_group_unknown_to_the_instrument_is_never_asked(sqlite_store: Store) -> None:
    with sqlite_store.writing() as session:
        place, who = waves.create_organization(session, "Le Panier des Hauts"), by(session)
        code = preparing.prepare(session, place, WANTED, make.DAY, who).code
        asked = {"employees": GroupPlan(), "martians": GroupPlan()}
        preparing.ask(session, code, asked, make.DAY, who)
        assert waves.groups_of(queries.wave_by_code(session, code)) == ("employees",)


def test_the_log_says_who_opened_closed_published_and_put_away(
    store: Store, tmp_path: Path
) -> None:
    keeping = closing.Keeping(tmp_path / "backups")
    with store.writing() as session:
        place, who = waves.create_organization(session, "Le Panier des Hauts"), by(session)
        code = preparing.prepare(session, place, WANTED, make.DAY, who).code
        with pytest.raises(InputError, match="WAV-020"):
            preparing.open_it(session, code, make.DAY, who)
        plan = editing.declared(queries.wave_by_code(session, code))
        settled = plan.model_copy(update={"checklist": make.SETTLED})
        preparing.change(session, code, settled, make.DAY, who)
        preparing.open_it(session, code, make.DAY, who)
        with pytest.raises(RefusedError, match="REL-001"):
            ending.publish(session, code, make.DAY, who)
        assert ending.ahead(session, code).state == "open"
    ending.close(store, code, make.DAY, keeping, who, drop_paper=False)
    with store.writing() as session:
        assert ending.publish(session, code, make.DAY, who) == 1
        assert ending.publish(session, code, make.DAY, who) == 1
        found = ending.ahead(session, code)
        assert (found.releases, found.under_way, found.waiting) == (1, False, 0)
        ending.put_away(session, code, make.DAY, who)
        acts = [row.action for row in accounts.audit(session, None, 20)]
    assert acts[0] == "wave_archived"
    assert {"wave_created", "wave_changed", "wave_opened", "wave_closed", "wave_released"} <= {
        *acts
    }


def test_a_closing_that_was_refused_is_not_in_the_log(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.writing() as session:
        place, who = waves.create_organization(session, "Le Panier des Hauts"), by(session)
        code = preparing.prepare(session, place, WANTED, make.DAY, who).code
    with pytest.raises(RefusedError, match="WAV-005"):
        ending.close(sqlite_store, code, make.DAY, closing.Keeping(tmp_path), who, drop_paper=False)
    with sqlite_store.reading() as session:
        assert "wave_closed" not in str(accounts.audit(session, None, 20))
