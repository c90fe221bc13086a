"""Loading and checking files: what is returned, what is raised, and never anything else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.authoring import CODES, check_file, check_text, load_instrument
from corus.authoring.builder import build
from corus.authoring.reader import parse_document, read_document
from corus.domain.instrument import InstrumentVersion
from corus.errors import Fault, InputError
from tests.authoring.factories import SOUND, found, instrument, spoilt

SURVEYS = sorted((Path(__file__).parents[2] / "surveys").glob("*.yaml"))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "trial.yaml"
    path.write_text(SOUND, "utf-8")
    return path


def test_sound_file_loads_as_the_instrument_it_describes(sound: Path) -> None:
    loaded = load_instrument(sound)
    assert [item.code for item in loaded.items] == ["trust_1", "trust_2", "topics", "why"]
    assert check_file(sound) == []
    assert check_file(str(sound)) == []


def test_loaded_instrument_freezes_and_comes_back_equal(sound: Path) -> None:
    version = InstrumentVersion.freeze(load_instrument(sound))
    assert InstrumentVersion.load(version.document).digest == version.digest


def test_loading_a_faulty_file_raises_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(spoilt(("scale: accord5", "scale: agree5"), ("[art_2]", "[art_3]")), "utf-8")
    with pytest.raises(InputError) as raised:
        load_instrument(path)
    assert raised.value.code == "INS-000"
    assert list(raised.value.faults) == check_file(path)
    assert [fault.code for fault in raised.value.faults] == ["INS-050", "INS-012"]
    assert str(raised.value.faults[0]).startswith(f"{path}:26: ")
    assert "2 faults" in str(raised.value)


@pytest.mark.parametrize("name", ["absent.yaml", ".", "nul\0.yaml", "x" * 300])
def test_file_that_cannot_be_opened_is_a_fault(tmp_path: Path, name: str) -> None:
    assert [fault.code for fault in check_file(f"{tmp_path}/{name}")] == ["INS-001"]


def test_text_is_checked_under_the_name_it_is_given() -> None:
    assert check_text(b"", "sent.yaml") == [
        Fault("sent.yaml", 1, "INS-004", "the file is empty.",
              "Start from one of the instruments in surveys/.")
    ]  # fmt: skip


def test_repeated_values_may_be_written_once() -> None:
    text = spoilt(
        ("{code: a, label: {fr: A, en: A}}", "{code: a, label: &same {fr: A, en: A}}"),
        ("{code: b, label: {fr: B, en: B}}", "{code: b, label: *same}"),
    )
    assert found(text) == []


def test_value_of_a_guessed_key_is_not_held_against_the_author() -> None:
    """Where the guess does not fit the value, only the unknown key is told."""
    assert found(spoilt(("anchor: true", "marker: true"))) == ["34 INS-010"]


def test_two_hundred_misshapen_values_are_told_without_more() -> None:
    text = "".join(f"key_{i}: 1\n" for i in range(300))
    assert len(found(text)) == 306


def test_shipped_instruments_have_no_fault() -> None:
    assert SURVEYS
    assert [str(fault) for path in SURVEYS for fault in check_file(path)] == []


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_every_key_and_value_of_a_shipped_instrument_has_the_line_where_it_stands(
    path: Path,
) -> None:
    document = read_document(path)
    lines = path.read_text("utf-8").splitlines()
    for where, line in document.lines.items():
        if where and isinstance(where[-1], str):
            assert where[-1] in lines[line - 1]


REFUSED = {
    "another type": (
        [("    type: text\n", "    type: number\n")],
        ["50 INS-090"],
    ),
    "another direction": ([("            direction: reversed\n", "")], ["36 INS-091"]),
    "fewer points": (
        [("      - {value: 2, label: {fr: Oui, en: \"Yes\"}}\n    opt_outs",
          "      - {value: 2, label: {fr: Oui, en: \"Yes\"}}\n"
          "      - {value: 3, label: {fr: Oui, en: \"Yes\"}}\n    opt_outs")],
        ["33 INS-092", "37 INS-092"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_published_code_never_becomes_another_question(
    edits: list[tuple[str, str]], expected: list[str]
) -> None:
    text = spoilt(*edits)
    assert found(text) == []
    assert found(text, previous=instrument()) == expected
    assert {f.split()[1] for f in expected} <= CODES.keys()


def test_new_version_of_a_file_loads_against_the_last_one(sound: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.yaml"
    newer.write_text(spoilt(("type: text", "type: number")), "utf-8")
    with pytest.raises(InputError) as raised:
        load_instrument(newer, previous=load_instrument(sound))
    assert "replaces: why" in str(raised.value.faults[0])


# Mutations: whatever happens to a file, its author gets faults with codes, never a crash.

LINES = SOUND.splitlines(keepends=True)
SCRAPS = st.sampled_from(
    ["null", "[]", "{}", "5", "-1", "''", "x", "[1, 2]", "{a: b}", "&a", "*a", "- ", ": ", "\t",
     "'", '"', "{", "]", "#", "---\n", "...", "!!set", "<<: *a", "? ", "|\n", ">-", ".nan",
     "2026-01-01", "1e999", "0x", "99999999999999999999", "true", "fr", "trust_1", "needs", "level",
     "number",
     "\x00", "\ud7ff", "é", "  ", "\n", "%", "@", "`", "${trust_1}", "accord5", "easy2"]
)  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """The sound file with a few lines lost, repeated, moved, or a scrap put in or over a word."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "repeat", "move", "insert", "value", "indent"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "repeat":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "insert":
                column = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + draw(SCRAPS) + lines[at][column:]
            case "value":
                lines[at] = f"{lines[at].split(':')[0]}: {draw(SCRAPS)}\n"
            case "indent":
                lines[at] = " " * draw(st.integers(0, 4)) + lines[at]
    return "".join(lines).encode("utf-8", "surrogatepass")


def _check(content: bytes) -> None:
    built, faults = build(parse_document(content, "x.yaml"), PREVIOUS)
    assert (built is None) == bool(faults)
    assert faults == sorted(faults)
    assert all(f.file == "x.yaml" and f.code and f.message for f in faults)
    assert all(0 <= f.line <= content.count(b"\n") + 2 for f in faults)
    if built is not None:
        InstrumentVersion.load(InstrumentVersion.freeze(built).document)


PREVIOUS = instrument()


@settings(deadline=None, max_examples=300)
@given(mutations())
def test_mutated_file_gives_an_instrument_or_faults_and_nothing_else(content: bytes) -> None:
    _check(content)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_file_gives_faults_and_nothing_else(content: bytes) -> None:
    _check(content)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, len(SOUND.encode()) - 1), st.binary(max_size=3)),
                min_size=1, max_size=4))  # fmt: skip
def test_file_with_damaged_bytes_gives_faults_and_nothing_else(
    damage: list[tuple[int, bytes]],
) -> None:
    content = bytearray(SOUND.encode())
    for at, scrap in damage:
        content[at : at + len(scrap)] = scrap
    _check(bytes(content))
