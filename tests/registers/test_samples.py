"""The samples: the same files every time, nothing wrong with them, and schemes that can really be drawn."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from time import perf_counter
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, select

from actions.draws import announce_draw
from actions.pools import frozen_pools
from draw.double_random import (
    Announcement,
    Cause,
    Pools,
    PublicInput,
    VacatedSeat,
    run_redraw,
    run_round_zero,
    shortage_of,
    situation_of,
)
from inspection.departments import DEPARTMENTS, DISTRICTS
from inspection.forms.filling import Filling
from inspection.forms.form import Form
from inspection.forms.reading import read_checklist
from inspection.registration.credit_code import credit_code_flaw
from inspection.registration.words import KINDS_WITH_A_CREDIT_CODE
from inspection.roles import Role
from samples.make_samples import FOLDER, sample_files
from storage.form_files import read_form_file
from storage.store import Store
from storage.tables.inspections import DrawRecord
from storage.tables.registers import (
    Checklist,
    DeclaredInterest,
    Expert,
    InspectionItem,
    Inspector,
    Person,
    Plan,
    RegisteredObject,
    Scheme,
)
from tests.registers.folders import AT, load
from tests.stores import an_empty_store

Row = TypeVar("Row", bound=SQLModel)

A_FEW_SECONDS = 20.0  # about one on a quiet machine
OPERATORS = {"S2601": "MKT-OP", "S2602": "COM-OP", "S2603": "LAB-OP", "S2604": "MKT-OP"}
SECRET = bytes(range(32))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store into which the samples were loaded, strictly."""
    with an_empty_store("sqlite", tmp_path_factory.mktemp("samples")) as store:
        assert load(store, FOLDER, strict=True).is_loaded
        yield store


def _rows(store: Store, table: type[Row]) -> list[Row]:
    with store.reading() as records:
        return list(records.session.exec(select(table)))


def _members(data: bytes) -> dict[str, bytes]:
    """The content: how it is packed is the compressor's own affair and may change with it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_script_makes_the_files_that_are_kept_and_makes_them_again() -> None:
    made = sample_files()
    assert made == sample_files()
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.xlsx")} == set(made)
    for name, data in made.items():
        assert _members(data) == _members((FOLDER / name).read_bytes()), name


def test_the_samples_load_without_a_word_and_a_second_time_without_effect(store: Store) -> None:
    begun = perf_counter()
    first = load(store, FOLDER, strict=True)
    assert perf_counter() - begun < A_FEW_SECONDS
    second = load(store, FOLDER, strict=True)
    assert first.problems == second.problems == ()
    assert first.has_changed_anything
    assert not second.has_changed_anything
    assert {count.register: count.unchanged for count in second.counts} == {
        count.register: count.new for count in first.counts
    }


def test_objects_are_many_and_of_every_kind_and_district(loaded: Store) -> None:
    objects = _rows(loaded, RegisteredObject)
    assert len(objects) >= 3000
    assert {one.district for one in objects} == set(DISTRICTS)
    assert {one.status for one in objects} == {"open", "closed", "revoked", "moved"}
    assert {"特种设备使用", "餐饮", "加油站", "公众聚集场所", "劳务派遣"} <= {
        name for one in objects for name in one.special_lists
    }
    assert len({one.name for one in objects}) == len(objects)
    assert {one.kind for one in objects} == {
        "enterprise", "cooperative", "individual", "office", "product", "project", "conduct",
    }  # fmt: skip


def test_the_classes_have_the_published_shares(loaded: Store) -> None:
    objects = _rows(loaded, RegisteredObject)
    shares = {
        letter: number / len(objects) for letter, number in Counter(o.credit_class for o in objects).items()
    }
    assert shares == {
        "A": pytest.approx(0.486, abs=0.003),
        "B": pytest.approx(0.415, abs=0.003),
        "C": pytest.approx(0.064, abs=0.003),
        "D": pytest.approx(0.035, abs=0.003),
    }


def test_credit_codes_are_right_invented_and_each_once(loaded: Store) -> None:
    coded = [one for one in _rows(loaded, RegisteredObject) if one.kind in KINDS_WITH_A_CREDIT_CODE]
    assert all(credit_code_flaw(one.credit_code) is None for one in coded)
    assert all(one.credit_code[2:8] == one.district and one.credit_code[8:10] == "YY" for one in coded)
    assert len({one.credit_code for one in coded}) == len(coded)


def test_every_firm_is_plainly_invented_and_one_tries_the_escaping(loaded: Store) -> None:
    names = [one.name for one in _rows(loaded, RegisteredObject)]
    assert all("示例" in name for name in names)
    assert [name for name in names if "<b>" in name and "*_[" in name and "䶮" in name] != []


def test_every_department_has_an_item_its_staff_and_inspectors(loaded: Store) -> None:
    items = _rows(loaded, InspectionItem)
    assert len(items) >= 30
    assert {one.department for one in items} == set(DEPARTMENTS)
    people = _rows(loaded, Person)
    for role in (Role.OPERATOR, Role.HEAD, Role.REVIEWER, Role.LIAISON):
        assert Counter(one.department for one in people if role in one.roles) == dict.fromkeys(DEPARTMENTS, 1)
    assert [one.id for one in people if Role.ADMIN in one.roles] == ["ADMIN"]
    assert len({one.name for one in people}) == len(people)


def test_the_pools_are_honest_and_some_are_tight(loaded: Store) -> None:
    inspectors = _rows(loaded, Inspector)
    assert len(inspectors) >= 400
    pools = Counter(one.department for one in inspectors)
    assert set(pools) == set(DEPARTMENTS)
    assert pools["market"] >= 90
    assert min(pools["fire"], pools["health"]) >= 60
    assert 1 in Counter((one.department, one.district) for one in inspectors).values()
    assert any(one.certificate_expires < AT.date() for one in inspectors)
    assert any(not one.is_active for one in inspectors)
    assert {one.may_lead for one in inspectors} == {True, False}
    assert len(_rows(loaded, DeclaredInterest)) >= 10
    assert len(_rows(loaded, Expert)) >= 20


def test_five_checklists_open_with_the_same_four_questions_of_the_lead(loaded: Store) -> None:
    checklists = {one.id: one for one in _rows(loaded, Checklist) if one.id != "CL-COLD"}
    assert len(checklists) == 5
    assert all("示例" in one.title for one in checklists.values())
    forms = {id: Form.parse(one.xform) for id, one in checklists.items()}
    asked = {
        id: [one for one in form.questions if one.number and not one.companion_of]
        for id, form in forms.items()
    }
    opening = {
        id: [(Filling(form).label(one.id, "zh"), bool(one.photo)) for one in asked[id][:4]]
        for id, form in forms.items()
    }
    assert len({tuple(four) for four in opening.values()}) == 1
    for scheme in _rows(loaded, Scheme):
        own = asked.get(scheme.checklist_id)
        if own is None:
            continue  # the cold chain's begins otherwise
        assert {one.department for one in own[:4]} == {scheme.departments[0]}
        assert {one.department for one in own} == set(scheme.departments)
        assert any(one.is_important for one in own)
        assert any(one.photo for one in own)
    assert all(one.basis for own in asked.values() for one in own)


def test_each_sample_form_speaks_two_languages_and_has_nothing_wrong_with_it() -> None:
    for path in sorted((FOLDER / "checklists").iterdir()):
        reading = read_checklist(read_form_file(path))
        assert reading.problems == ()
        assert reading.form is not None
        assert (reading.form.id, reading.form.languages) == (path.stem, ("中文 (zh)", "English (en)"))
        for question in reading.form.questions:
            assert question.text("en") != question.text("zh")
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in question.text("en"))


def test_the_questions_of_the_samples_are_answered_by_yes_or_no_with_words_for_a_no() -> None:
    for path in sorted((FOLDER / "checklists").iterdir()):
        form = read_checklist(read_form_file(path)).form
        assert form is not None
        if form.id != "CL-COLD":
            assert all(one.is_compliance and one.wants_note and one.is_required for one in form.questions)


def test_one_sample_shows_what_a_form_can_do_beside_yes_and_no() -> None:
    form = read_checklist(read_form_file(FOLDER / "checklists" / "CL-COLD.xlsx")).form
    assert form is not None
    kinds = {one.kind for one in form.questions}
    assert kinds >= {"geopoint", "select_multiple", "decimal", "integer", "date", "text", "note"}
    assert "<repeat " in form.xform
    assert "calculate=" in form.xform


def test_one_plan_of_several_lines_holds_all_schemes_but_the_one_beside_it(loaded: Store) -> None:
    plans = {one.id: one for one in _rows(loaded, Plan)}
    schemes = _rows(loaded, Scheme)
    assert len(plans) >= 5
    assert {one.year for one in plans.values()} == {2026}
    assert {one.id for one in schemes} == set(OPERATORS)
    for scheme in schemes:
        if scheme.plan_id is None:  # a task beside the plan
            assert scheme.id == "S2604"
            continue
        plan = plans[scheme.plan_id]
        assert [plan.lead_department, *plan.joining] == scheme.departments
        assert AT.date() < scheme.first_day < scheme.last_day <= plan.last_day


@pytest.mark.parametrize("scheme", OPERATORS)
@pytest.mark.parametrize("value", ["1", "20261124", "见证"])
def test_a_scheme_can_be_drawn_and_redrawn_many_times(loaded: Store, scheme: str, value: str) -> None:
    announcement, pools = _announced(loaded, scheme)
    transcript = run_round_zero(
        announcement, pools, SECRET, [PublicInput(one.name, value) for one in announcement.sources]
    )
    assert shortage_of(transcript) is None
    drawn = len(transcript.rounds[0].objects)
    assert (60 <= drawn <= 66) if scheme == "S2601" else (10 <= drawn <= 30)
    redraws = 30 if scheme == "S2601" else 6
    for number in range(redraws):
        holders = sorted(situation_of(transcript).holders.items())
        seat, inspector = holders[number * 7 % len(holders)]
        transcript = run_redraw(
            transcript, pools, SECRET, vacated=[VacatedSeat(seat, inspector, Cause.RECUSED)]
        )
        assert shortage_of(transcript) is None


def _announced(store: Store, scheme_id: str) -> tuple[Announcement, Pools]:
    """Announces and takes it back, so that each test finds the scheme as it was loaded."""
    with store.transaction() as records, records.session.begin_nested() as undone:
        by = records.get(Person, OPERATORS[scheme_id])
        announcement = announce_draw(records, scheme_id, secret=SECRET, by=by, at=AT)
        pools = frozen_pools(records.get(DrawRecord, announcement.draw))
        undone.rollback()
        records.journalled.clear()
    return announcement, pools
