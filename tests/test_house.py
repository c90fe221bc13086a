"""The house itself: floors, sizes, words in both languages, documentation that tells the truth."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corus.cli import main
from corus.cli.common import COMMANDS
from corus.language import catalogue

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "corus").rglob("*.py"))


def test_imports_run_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", ["corus", "corus.analysis", "corus.domain", "corus.questions"])
def test_the_lower_floors_load_without_the_web_or_the_database(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"flask", "sqlalchemy", "plotly", "openpyxl"}


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = [m for m in MODULES if len(m.read_text().splitlines()) > 400]
    assert long == []


def test_functions_stay_short() -> None:
    lengths = []
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.FunctionDef):
                lengths.append((node.end_lineno or 0) - node.lineno + 1)
    lengths.sort()
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_every_module_says_its_purpose_in_a_sentence() -> None:
    silent = [m for m in MODULES if not ast.get_docstring(ast.parse(m.read_text()))]
    assert silent == []


TEMPLATES = ROOT / "corus/web/templates"
STAFF = ("access", "accounts", "instruments", "setting_up", "fieldwork", "giving_back", "api")
"""Folders of services and views whose errors people read in the browser."""
ERRORS = {
    "InputError", "NotFoundError", "ConflictError", "RefusedError", "UnavailableError",
    "NotSignedIn",
}  # fmt: skip


def _said() -> dict[str, str]:
    """Sentences that pages of the workspace say: ``t("…")``, ``t.many("…", "…")``."""
    quoted = r"""(?:"((?:[^"\\\\]|\\\\.)+)"|'((?:[^'\\\\]|\\\\.)+)')"""
    found = {}
    for page in TEMPLATES.rglob("*.html"):
        text = page.read_text()
        for call in re.findall(rf"\bt\(\s*{quoted}\s*[,)]", text):
            found["".join(call)] = str(page)
        for call in re.findall(rf"\bt\.many\(\s*{quoted},\s*{quoted}", text):
            found["".join(call[:2])] = found["".join(call[2:])] = str(page)
    return found


def _constants(node: ast.Call, names: tuple[int | str, ...]) -> list[str]:
    given = [*enumerate(node.args), *((k.arg, k.value) for k in node.keywords)]
    values = [value for name, value in given if name in names]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]


def _told() -> dict[str, str]:
    """Sentences in code that people read in the browser: errors, and what the next page says."""
    found = {}
    for module in MODULES:
        staff = any(part in module.parts for part in STAFF) and "cli" not in module.parts
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            said: list[str] = []
            if staff and name in ERRORS:
                said = _constants(node, (0, "hint"))
            elif name == "tell" and "web" in module.parts:
                said = _constants(node, (1,))
            found |= dict.fromkeys(said, str(module))
    return found


def test_every_sentence_of_the_pages_has_its_french() -> None:
    assert {s: p for s, p in _said().items() if s not in catalogue("fr")} == {}


def test_every_error_and_every_word_of_what_was_done_has_its_french() -> None:
    from corus.services.accounts.audit import SAID
    from corus.services.accounts.said import MAY, ROLES
    from corus.web.frame import ORGANIZATION, WAVE

    ways = {said: "frame" for said, _, _ in (*ORGANIZATION, *WAVE)}
    words = dict.fromkeys((*SAID.values(), *MAY.values(), *ROLES.values()), "accounts")
    told = _told() | ways | words
    assert len(told) > 100
    assert {s: p for s, p in told.items() if s and s not in catalogue("fr")} == {}


def test_every_error_page_has_its_french() -> None:
    from corus.web.home import STATES
    from corus.web.problems import SAID

    assert [s for s in (*SAID.values(), *STATES.values()) if s not in catalogue("fr")] == []


def test_every_command_answers_help() -> None:
    runner = CliRunner()
    for name in COMMANDS:
        done = runner.invoke(main, [name, "--help"])
        assert done.exit_code == 0, (name, done.output)


def test_the_readme_names_only_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"(?:`|^)corus ([a-z]+)", readme, re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_the_two_commands_of_the_readme_are_in_the_makefile_and_ci_runs_the_second() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "\ndemo:" in makefile
    assert "\ntest:" in makefile
    assert "make test" in (ROOT / ".ci/run").read_text()


def test_nothing_in_the_package_is_loaded_from_another_host() -> None:
    sources = [*(ROOT / "corus").rglob("*.html"), *(ROOT / "corus").rglob("*.css"),
               *(ROOT / "corus/web/static").glob("*.js")]  # fmt: skip
    elsewhere = re.compile(r"""(src=|url\(|@import|<link[^>]*href=)\s*["']?(https?:)?//""")
    assert [source for source in sources if elsewhere.search(source.read_text())] == []


def test_without_python_venv_make_prints_the_one_line_that_installs_it(tmp_path: Path) -> None:
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) exit 0;; esac\n')
    fake.chmod(0o755)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    asked = ["make", f"PYTHON={fake}", "demo"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "sudo apt-get install python3-venv" in done.stdout
