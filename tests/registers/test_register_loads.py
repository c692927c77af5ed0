"""A look before a load, versions, a later day, whole lists, rights by department, and the news of it all."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from actions.due_work import do_due_work
from actions.load_registers import LoadOrder, load_contents
from actions.pools import freeze
from actions.register_edits import save_row, set_active
from actions.register_exports import export_register
from actions.register_loads import (
    accept_load,
    keeper_for,
    loads_for,
    look_at,
    order_of,
    propose_load,
    read_registers,
    withdraw_load,
)
from inspection.refusals import IllegalStep, NotYours, Unacceptable
from inspection.registration.report import LoadReport
from inspection.roles import Role
from inspection.states import RegisterLoadState
from storage import due
from storage import register_history as history
from storage.large_lists import LargeList, csv_rows, stage
from storage.register_files import csv_lines, workbook
from storage.register_rows import all_rows, find_row
from storage.spreadsheets import read_folder
from storage.staged_objects import add_new, repeated_ids
from storage.store import Records, Store
from storage.tables.messaging import DueWork, OutboxLine
from storage.tables.register_history import RegisterLoad, RegisterVersion
from storage.tables.registers import RegisteredObject, RegisterLabel, Scheme
from tests.builders import a_person, a_small_register, an_inspector, an_item
from tests.registers.folders import AT, GOOD_CODE, count_of, places, write_workbook

TITLES = (
    "对象编号",
    "对象类型",
    "名称",
    "统一社会信用代码",
    "行政区划",
    "信用风险等级",
    "监管部门",
    "联络员",
)
A_DAY = timedelta(days=1)


def _row(
    id: str, name: str = "示例商行", credit_class: str = "B", departments: str = "", contact: str = ""
) -> list[str]:
    return [id, "企业", name, GOOD_CODE if id == "F1" else "", "博乐市", credit_class, departments, contact]


def _csv(folder: Path, *rows: Sequence[str], name: str = "objects.csv") -> Path:
    path = folder / name
    path.write_text("".join(csv_lines(TITLES, rows)), encoding="utf-8")
    return path


def _load(records: Records, path: Path, **order: Any) -> LoadReport:
    wish = order_of(records, **{"at": AT, "by": None, **order})
    return load_contents(records, read_registers(path, wish), wish)


def _people(records: Records) -> None:
    records.add(
        a_person("FIR-LIA", department="fire", roles=(Role.LIAISON,)),
        a_person("TAX-OP", department="tax", roles=(Role.OPERATOR,)),
        a_person("MKT-OP", roles=(Role.OPERATOR,)),
        a_person("MKT-LIA", roles=(Role.LIAISON,)),
        a_person("FIR-1", department="fire", roles=(Role.OFFICER,), district="652701"),
    )
    records.add(an_inspector("FIR-1", department="fire"))


def test_a_look_changes_nothing_and_the_load_does_what_it_showed(store: Store, tmp_path: Path) -> None:
    """New, changed with before and after, deactivated by a whole list, taken up again; every version stands."""
    path = _csv(tmp_path, _row("F1"), _row("F2", departments="消防救援支队"), _row("F3"))
    with store.transaction() as records:
        _people(records)
        first = _load(records, path)
        assert first.versions == {"objects": 1}
    changed = _csv(tmp_path, _row("F1", "新名商行", "C"), _row("F2", departments="消防救援支队"), _row("F4"))
    with store.transaction() as records:
        order = order_of(records, at=AT + A_DAY, by=None, complete=True)

        def look(report: LoadReport) -> list[tuple[str, str, Any, Any]]:
            found = history.changes_of(records, "objects", report.versions["objects"])
            return [(one.key, one.kind.value, dict(one.before), dict(one.after)) for one in found]

        seen = look_at(records, read_registers(changed, order), order, look)
        assert seen == [
            (
                "F1",
                "changed",
                {"name": "示例商行", "credit_class": "B"},
                {"name": "新名商行", "credit_class": "C"},
            ),
            ("F4", "new", {}, {}),
            ("F3", "deactivated", {"is_active": True}, {"is_active": False}),
        ]
        assert history.newest_numbers(records) == {"objects": 1}
        assert records.get(RegisteredObject, "F1").name == "示例商行"
        report = load_contents(records, read_registers(changed, order), order)
        assert look(report) == seen
        assert (count_of(report, "objects").deactivated, count_of(report, "objects").changed) == (1, 2)
    with store.transaction() as records:
        assert records.get(RegisteredObject, "F3").is_active is False
        assert _load(records, changed, at=AT + A_DAY).versions == {}
        back = _csv(tmp_path, _row("F3"))
        assert count_of(_load(records, back, at=AT + 2 * A_DAY), "objects").reactivated == 1
        versions = [(one.number, one.new, one.changed, one.deactivated, one.reactivated, one.unchanged, one.loaded_by)
                    for one in history.versions(records, "objects")]  # fmt: skip
        assert versions == [(3, 0, 0, 0, 1, 0, None), (2, 1, 1, 1, 0, 1, None), (1, 3, 0, 0, 0, 0, None)]
        # as a version had left it, and on a day
        told = {row[0]: (row[2], row[-1]) for row in export_register(records, "objects", version=1).rows}
        assert told == {"F1": ("示例商行", "有效"), "F2": ("示例商行", "有效"), "F3": ("示例商行", "有效")}
        on_a_day = {
            row[0]: row[-1] for row in export_register(records, "objects", day=date(2026, 11, 25)).rows
        }
        assert on_a_day == {"F1": "有效", "F2": "有效", "F3": "失效", "F4": "有效"}
        assert list(export_register(records, "objects", day=date(2026, 11, 1)).rows) == []
        assert [row[0] for row in export_register(records, "objects", department="fire").rows] == ["F2"]
        with pytest.raises(Unacceptable):
            export_register(records, "objects", version=9)


def test_a_whole_list_with_a_broken_row_does_not_close_that_row(store: Store, tmp_path: Path) -> None:
    with store.transaction() as records:
        _load(records, _csv(tmp_path, _row("F1"), _row("F2"), _row("F3")))
        report = _load(
            records, _csv(tmp_path, _row("F1"), ["F2", "企业", "", "", "博乐市", "B", "", ""]), complete=True
        )
        assert {row["id"] for row in all_rows(records, "objects") if row["is_active"]} == {"F1", "F2"}
        assert count_of(report, "objects").rejected == 1


def test_each_keeps_the_rows_of_the_own_department_and_the_joint_office_all(
    store: Store, tmp_path: Path
) -> None:
    path = _csv(
        tmp_path, _row("F1"), _row("F2", departments="消防救援支队"), _row("F3", departments="消防救援支队")
    )
    with store.transaction() as records:
        _people(records)
        records.add(an_item("I-FIRE", department="fire"))
        _load(records, path)
        mine = _csv(
            tmp_path, _row("F1", "改名"), _row("F2", "改名", departments="消防救援支队"),
            _row("F3", departments="税务局"), _row("F9", departments="消防救援支队"), _row("F8"),
        )  # fmt: skip
        report = _load(records, mine, by="FIR-LIA")
        codes = [(one.code, one.row) for one in report.errors]
        assert codes == [("not_your_row", 2), ("supervision_not_yours", 4), ("not_your_row", 6)]
        assert (count_of(report, "objects").new, count_of(report, "objects").changed) == (1, 1)
        assert records.get(RegisteredObject, "F1").name == "示例商行"
        assert history.versions(records, "objects")[0].loaded_by == "FIR-LIA"
        assert not _load(records, mine, by="MKT-OP").errors
        # a form is the same as a row of a spreadsheet
        assert set(
            save_row(records, "items", {"joining": "税务局"}, by="FIR-LIA", at=AT, key=["I-FIRE"]).problems
        ) == {"id"}
        assert save_row(
            records, "items", {"title": "新事项"}, by="FIR-LIA", at=AT, key=["I-FIRE"]
        ).has_changed
        assert not set_active(records, "inspectors", ["FIR-1"], False, by="TAX-OP", at=AT).has_changed
        assert set_active(records, "inspectors", ["FIR-1"], False, by="FIR-LIA", at=AT).has_changed
        assert (find_row(records, "inspectors", ["FIR-1"]) or {})["is_active"] is False
        wrong = save_row(records, "objects", {"yearly_cap": "many"}, by="MKT-OP", at=AT, key=["F1"])
        assert [one.code for one in wrong.problems.values()] == ["not_a_number"]
        for nobody in ("FIR-1",):
            with pytest.raises(NotYours):
                keeper_for(records, nobody)
        with pytest.raises(NotYours):
            order_of(records, at=AT, by="FIR-LIA", complete=True, departments=["tax"])


def test_a_load_waits_for_its_day_and_can_be_withdrawn(store: Store, tmp_path: Path) -> None:
    files = [("objects.csv", _csv(tmp_path, _row("F1", departments="消防救援支队")).read_bytes())]
    later = date(2026, 12, 1)
    with store.transaction() as records:
        _people(records)
        one = propose_load(records, files, by="FIR-LIA", at=AT, effective_from=later)
        two = propose_load(records, files, by="FIR-LIA", at=AT, effective_from=later)
        stale = propose_load(records, files, by="MKT-OP", at=AT)
        bad = propose_load(
            records, [("objects.csv", b"x,y\n1,2\n")], by="FIR-LIA", at=AT, effective_from=later
        )
        assert len(loads_for(records, "MKT-OP")) == 4
        assert len(loads_for(records, "TAX-OP")) == 0
        with pytest.raises(NotYours):
            accept_load(records, one.id or 0, by="TAX-OP", at=AT)
        for load in (one, two, bad):
            accept_load(records, load.id or 0, by="FIR-LIA", at=AT)
        withdraw_load(records, two.id or 0, by="MKT-OP", at=AT)
        with pytest.raises(IllegalStep):
            accept_load(records, two.id or 0, by="FIR-LIA", at=AT)
        assert records.find(RegisteredObject, "F1") is None
    day = AT + timedelta(days=7)
    with store.transaction() as records:
        for work in due.claim(records, at=day, limit=9):
            do_due_work(records, work, at=day)
            due.finish(work, at=day)
    with store.transaction() as records:
        states = {id: records.get(RegisterLoad, id).state for id in (one.id, two.id, bad.id)}
        assert list(states.values()) == [
            RegisterLoadState.IN_FORCE, RegisterLoadState.WITHDRAWN, RegisterLoadState.FAILED,
        ]  # fmt: skip
        assert records.get(RegisteredObject, "F1").departments == ["fire"]
        assert history.versions(records, "objects")[0].effective_from == later
        with pytest.raises(Unacceptable):  # the registers have changed since it was looked at
            accept_load(records, stale.id or 0, by="MKT-OP", at=day)
    with store.reading() as records:
        told = sorted(line.kind for line in _lines(records, "FIR-LIA"))
        assert told == ["register_load_done", "register_load_failed"]


def _lines(records: Records, person: str) -> list[OutboxLine]:
    return list(records.session.exec(select(OutboxLine).where(OutboxLine.person_id == person)))


def test_a_liaison_hears_once_of_all_that_others_changed(store: Store, tmp_path: Path) -> None:
    """Not of the first version, which changes nothing, and not of what the own department did."""
    with store.transaction() as records:
        _people(records)
        _load(records, _csv(tmp_path, *(_row(f"F{at}", departments="消防救援支队") for at in range(5))))
        assert list(records.session.exec(select(DueWork))) == []
        _load(
            records,
            _csv(tmp_path, *(_row(f"F{at}", "甲", departments="消防救援支队") for at in range(3))),
            by="MKT-OP",
        )
        save_row(records, "objects", {"name": "乙"}, by="MKT-OP", at=AT, key=["F1"])
        save_row(records, "objects", {"name": "丙"}, by="FIR-LIA", at=AT, key=["F4"])
        works = due.claim(records, at=AT + A_DAY, limit=9)
        assert [one.subject.partition(":")[0] for one in works] == ["fire"]
        for work in works:
            do_due_work(records, work, at=AT + A_DAY)
    with store.reading() as records:
        (line,) = _lines(records, "FIR-LIA")
        assert "更新4条" in str(line.body)
        assert [one.key for one in history.changes_for(records, "fire", newest_first=True, limit=2)] == [
            "F4",
            "F1",
        ]
        assert history.changes_for(records, "fire", since=AT + A_DAY) == []
        assert history.changes_for(records, "tax") == []


def test_every_register_is_exported_and_loads_back_unchanged(store: Store, tmp_path: Path) -> None:
    """As .csv and as .xlsx; what looks like a formula is text, and comes back as it was."""
    dangerous = ["=1+1", "+86 1", "-x", "@cmd", "'=quoted", "'plain"]
    things = [["对象编号", "对象类型", "名称", "行政区划", "型号", "批次", "生产单位"],
              ["P1", "产品", "示例水", "博乐市", "550ml", "0012", "示例厂"],
              ["P2", "产品", "缺项水", "博乐市", "", "1", "示例厂"]]  # fmt: skip
    labels = [["名录库", "编号", "层级", "行政区划", "标注"], ["检查对象", "F1", "县市级", "博乐市", "重点关注"],
              ["执法检查人员", "FIR-1", "州级", "博州本级", "骨干"],
              ["检查对象", "NONE", "州级", "博州本级", "x"]]  # fmt: skip
    with store.transaction() as records:
        _people(records)
        records.add(an_item("I1"))
        _load(records, _csv(tmp_path, *(_row(f"F{at}", name) for at, name in enumerate(dangerous))))
        found = _load(
            records, write_workbook(tmp_path / "more.xlsx", {"检查对象名录库": things, "标注": labels})
        )
        assert [one for one in places(found) if one[0] != "column_unused"] == [
            ("unknown_reference", 4, "B"), ("kind_needs", 3, "E"),
        ]  # fmt: skip
        names = {row["id"]: row["name"] for row in all_rows(records, "objects")}
        assert (names["F0"], names["F4"]) == ("=1+1", "'=quoted")
        for register in ("objects", "labels", "items", "inspectors"):
            for ending in ("csv", "xlsx"):
                made = export_register(records, register)
                path = tmp_path / f"{made.stem}.{ending}"
                if ending == "csv":
                    text = "".join(csv_lines(made.titles, made.rows))
                    assert ",=1+1" not in text
                    path.write_text(text, encoding="utf-8")
                else:
                    path.write_bytes(workbook(made.name, made.titles, made.rows))
                report = _load(records, path)
                count = count_of(report, register)
                assert (len(report.errors), count.new, count.changed) == (0, 0, 0)
                assert count.unchanged > 0
                path.unlink()


def test_a_stratum_chooses_by_label_and_the_pool_says_so(store: Store) -> None:
    with store.transaction() as records:
        scheme = a_small_register(records, objects=4)
        before = freeze(records, scheme).pools
        assert not any("labels" in one.more for one in before.objects)
        records.add(
            *(RegisterLabel(subject_kind="object", subject_id=id, level="county", district="652701", label="重点关注")
              for id in ("B1", "B3"))
        )  # fmt: skip
        assert freeze(records, scheme).pools == before
        row = {"name": "all", "where": {"labels": ["县市级:重点关注"]}, "count": 1}
        records.get(Scheme, "S1").strata = [row]
        pools = freeze(records, records.get(Scheme, "S1")).pools
        assert [one.id for one in pools.objects] == ["B1", "B3"]
        assert pools.objects[0].more["labels"] == ("县市级:重点关注", "重点关注")


LARGE = [
    _row("F1", contact="示例甲"),
    _row("F2", " 带空格 ", departments="消防救援支队、市场监管局"),
    ["F3", "个体工商户", "全角", "９２６５２７０１ＹＹ", "博乐市", "b", "", ""],
    ["F4", "企业", "", "", "博乐市", "B", "", ""],
    [],
    ["F5", "企业", "反斜杠\\与\t制表", "", "昌吉市", "B", "", ""],
    _row("F1", "重复"),
    ["F6", "项目", "示例水渠", GOOD_CODE, "精河县", "", "", ""],
    ["F7", "企业", "反斜杠\\与'引号", "91350100M000100Y43", "精河县", "D", "税务局", "-1"],
]


def test_a_list_too_large_to_hold_is_read_to_the_same_effect(store: Store, tmp_path: Path) -> None:
    """Row for row and word for word, the places of what is wrong included; then once more, changed, and whole."""
    path = _csv(tmp_path, *LARGE)
    with store.transaction() as records:
        strict = load_contents(records, read_folder(path, large_from=0), LoadOrder(at=AT, strict=True))
        assert (strict.is_loaded, list(all_rows(records, "objects"))) == (False, [])
        order = LoadOrder(at=AT)

        def rows(report: LoadReport) -> Any:
            held = [dict(row) for row in all_rows(records, "objects")]
            feed = sorted((one.key, one.department, one.kind) for one in _feed(records, report))
            return (
                held,
                feed,
                report.counts,
                [(one.code, one.row, one.column, dict(one.facts)) for one in report.problems],
            )

        held = look_at(records, read_folder(path), order, rows)
        contents = read_folder(path, large_from=0)
        assert isinstance(contents.large, LargeList)
        assert look_at(records, contents, order, rows) == held
        assert {row["id"] for row in held[0]} == {"F1", "F2", "F3", "F6", "F7"}
        assert load_contents(records, contents, order).versions == {"objects": 1}
    changed = _csv(
        tmp_path, _row("F1", "新名"), _row("F2", "带空格", departments="消防救援支队、市场监管局"), _row("F9")
    )
    with store.transaction() as records:
        order = order_of(records, at=AT + A_DAY, by=None, complete=True)
        small = look_at(
            records, read_folder(changed), order, lambda report: (report.counts, _kinds(records, report))
        )
        large = look_at(
            records,
            read_folder(changed, large_from=0),
            order,
            lambda report: (report.counts, _kinds(records, report)),
        )
        assert large == small
        assert large[1] == {
            "F1": "changed",
            "F9": "new",
            "F3": "deactivated",
            "F6": "deactivated",
            "F7": "deactivated",
        }
        _csv(tmp_path, *LARGE)
        strict = load_contents(records, read_folder(path, large_from=0), LoadOrder(at=AT, strict=True))
        assert (strict.is_loaded, strict.versions) == (False, {})


def test_a_first_list_of_many_stretches_is_taken_as_one(store: Store, tmp_path: Path) -> None:
    """PostgreSQL takes a stretch while the next is read; of a repeated object the first, wherever the other lies."""
    rows = [
        _row("F1", departments="消防救援支队、市场监管局"),
        _row("F2"),
        _row("F1", "重复"),
        _row("F2"),
        _row("F3"),
    ]
    large = read_folder(_csv(tmp_path, *rows), large_from=0).large
    assert large is not None
    version = RegisterVersion(
        register_id="objects", number=1, effective_from=AT.date(), loaded_at=AT, digest=""
    )
    with store.transaction() as records:
        staged = stage(records, large, version, stretch=2)
        assert (staged.rows, staged.taken) == (5, None if store.is_sqlite else 3)
        assert sorted(repeated_ids(records)) == [("F1", 2, 4), ("F2", 3, 5)]
        if staged.taken is None:
            assert add_new(records, version, was_empty=True) == 3
        held = {row["id"]: row["name"] for row in all_rows(records, "objects")}
        assert held == {"F1": "示例商行", "F2": "示例商行", "F3": "示例商行"}
        assert sorted(one.key for one in history.changes_of(records, "objects", 1)) == ["F1", "F2", "F3"]
        departments = history.departments_of(records, "objects", 1)
        assert {one: len(history.changes_for(records, one)) for one in departments} == {
            "fire": 1,
            "market": 3,
        }


def _feed(records: Records, report: LoadReport) -> list[history.SeenChange]:
    departments = history.departments_of(records, "objects", report.versions["objects"])
    return [one for department in departments for one in history.changes_for(records, department)]


def _kinds(records: Records, report: LoadReport) -> dict[str, str]:
    return {
        one.key: one.kind.value for one in history.changes_of(records, "objects", report.versions["objects"])
    }


def test_a_large_list_may_come_from_an_older_spreadsheet_program(tmp_path: Path) -> None:
    path = tmp_path / "objects.csv"
    path.write_bytes("对象编号,名称\nF1,示例䶮商行\n".encode("gb18030"))
    with csv_rows(path) as (rows, _done):
        assert list(rows)[1] == ["F1", "示例䶮商行"]
