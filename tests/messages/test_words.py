"""What holds for all words at once: both languages say the same, buttons fit, Chinese has its own punctuation."""

import re
import tomllib
from enum import StrEnum
from pathlib import Path

import pytest

from actions.audit import FlawKind
from actions.menus import menu_of
from handlers.dispatch import COMMANDS
from handlers.talk import TalkState
from inspection.deadlines.rules import Party, RuleName
from inspection.exchange import DeliveryKind
from inspection.frequency import GONE
from inspection.leave import GROUND_RULES, Ground, LeaveKind, Verdict, grounds_of
from inspection.refusals import Refusal
from inspection.results import Method
from inspection.roles import Role
from inspection.states import AssignmentState, DeliveryState, InspectionState, SchemeState, TeamState
from notifications.catalogue import LABEL_LIMIT, LANGUAGES, TEXTS, label, refusal_sentence
from notifications.messages.channels import NAMED_CHANNELS, Ailment
from tests.messages.examples_refused import FACTS

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;!?()]|[,:;!?()][\u4e00-\u9fff]")
"""An ASCII comma, colon, … that touches a Chinese character."""
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")

LABELLED: dict[str, type[StrEnum]] = {
    "ground": Ground,
    "kind": LeaveKind,
    "verdict": Verdict,
    "default": Verdict,
    "role": Role,
    "state_assignment": AssignmentState,
    "state_team": TeamState,
    "state_inspection": InspectionState,
    "state_scheme": SchemeState,
    "now": TalkState,
    "method": Method,
    "ailment": Ailment,
    "ailment_step": Ailment,
    "flaw": FlawKind,
    "deadline": RuleName,
    "overdue": Party,
    "delivery": DeliveryKind,
    "state_delivery": DeliveryState,
}
ROOT = TEXTS.parents[1]
SPOKEN = (*(TEXTS / "zh").rglob("*.*"), ROOT / "bot" / "demo.py", *(ROOT / "bot" / "play").glob("*.py"))
SPOKEN_SAMPLES = (*(ROOT / "samples").glob("*.py"), *(ROOT / "tests" / "messages").glob("examples_*.py"))
ROOMS = ("actions", "handlers", "inspection", "notifications", "storage")


def _keys(language: str, name: str) -> set[str]:
    return set(tomllib.loads((TEXTS / language / f"{name}.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["labels", "refusals"])
def test_both_languages_have_the_same_words(name: str) -> None:
    assert _keys("zh", name) == _keys("en", name)


def test_every_member_of_a_closed_list_has_its_words() -> None:
    wanted = {f"{prefix}_{one.value}" for prefix, list_ in LABELLED.items() for one in list_}
    wanted |= {f"cause_{cause}" for cause in GONE}
    wanted |= {f"channel_{channel}" for channel in NAMED_CHANNELS}
    wanted = {"now_note" if one == "now_note_words" else one for one in wanted}
    assert wanted <= _keys("zh", "labels")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("roles", [(), *((role,) for role in Role), tuple(Role)])
def test_a_menu_has_a_few_commands_that_exist_each_with_its_words(
    roles: tuple[Role, ...], language: str
) -> None:
    menu = menu_of(roles, language)
    assert 3 <= len(menu) <= 10
    assert {key.data for key in menu} <= set(COMMANDS)
    assert len({key.data for key in menu}) == len(menu)
    assert all(0 < len(key.label) <= 256 for key in menu)


def test_every_place_says_what_is_next() -> None:
    keys = _keys("zh", "labels")
    assert {key.replace("now_", "then_", 1) for key in keys if key.startswith("now_")} <= keys


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ground", list(Ground))
def test_a_ground_fits_a_button(ground: Ground, language: str) -> None:
    assert len(label(f"ground_{ground}", language)) <= LABEL_LIMIT


def test_the_first_seven_grounds_of_recusal_hold_at_once_as_the_text_says() -> None:
    recusal = grounds_of(LeaveKind.RECUSAL)
    assert [ground for ground in recusal if GROUND_RULES[ground].holds_at_once] == recusal[:7]


def _is_for_programmers(line: str) -> bool:
    return line.lstrip().startswith(("#", '"""')) or "re.compile" in line


def test_every_refusal_sentence_is_said_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    assert [name for name in _keys("zh", "refusals") if f'"{name}"' not in code] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_one_paragraph_that_ends(language: str) -> None:
    """What a draw says about itself comes in its own words."""
    for name in _keys(language, "refusals") - {"draw_refused"}:
        sentence = refusal_sentence(Refusal(name, **FACTS.get(name, {})), language)
        assert "\n" not in sentence, name
        assert sentence.endswith(("。", ".")), sentence


@pytest.mark.parametrize("path", sorted((TEXTS / "zh").rglob("*.*")), ids=lambda path: path.name)
def test_one_thing_has_one_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"牵头部门|审核人|北京时间\{\{", text)


@pytest.mark.parametrize("path", sorted((TEXTS / "en").rglob("*.*")), ids=lambda path: path.name)
def test_english_has_real_plurals(path: Path) -> None:
    assert "(s)" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((*SPOKEN, *SPOKEN_SAMPLES)), ids=lambda path: path.name)
def test_chinese_stands_with_chinese_punctuation(path: Path) -> None:
    lines = [one for one in path.read_text(encoding="utf-8").splitlines() if not _is_for_programmers(one)]
    assert [line for line in lines if HALF_WIDTH.search(line) or HALF_WIDTH.search(TAG.sub("", line))] == []


def test_the_command_line_says_the_same_in_both_languages() -> None:
    zh, en = (
        tomllib.loads((TEXTS / language / "command_line.toml").read_text(encoding="utf-8"))
        for language in ("zh", "en")
    )
    assert {part: set(words) for part, words in zh.items()} == {
        part: set(words) for part, words in en.items()
    }
    assert [
        name
        for part in zh
        for name in zh[part]
        if set(re.findall(r"\{\w+\}", zh[part][name])) != set(re.findall(r"\{\w+\}", en[part][name]))
    ] == []
