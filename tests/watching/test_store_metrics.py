"""What waits in the store, as Prometheus reads it: exact, by an index, and not too often."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import event

from bot.store_metrics import FRESH_SECONDS, StoreMetrics
from storage.figures import read_figures
from storage.store import Records, Store
from tests.builders import NOW
from tests.watching.waiting_store import WAITING, fill


def _alarms(_records: Records) -> Mapping[str, int]:
    return {"stuck": 3}


def _page(metrics: StoreMetrics) -> list[str]:
    registry = CollectorRegistry()
    registry.register(metrics)
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_everything_that_waits_is_counted_with_its_age(store: Store) -> None:
    fill(store)
    page = _page(StoreMetrics(store, lambda: NOW, _alarms))
    assert sorted(page) == sorted(WAITING.strip().splitlines())


def test_the_store_is_asked_once_in_a_few_seconds_and_its_silence_is_told(store: Store) -> None:
    now = [100.0]
    metrics = StoreMetrics(store, lambda: NOW, _alarms, lambda: now[0])
    assert "shuangsuiji_inbox_age_seconds 0.0" in _page(metrics)
    fill(store)
    now[0] += FRESH_SECONDS - 0.1
    assert "shuangsuiji_inbox_age_seconds 0.0" in _page(metrics)
    now[0] += 0.2
    assert "shuangsuiji_inbox_age_seconds 120.0" in _page(metrics)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox_update RENAME TO gone")
    now[0] += FRESH_SECONDS
    assert _page(metrics) == ["shuangsuiji_store_up 0.0"]


def test_no_figure_reads_a_whole_table_that_grows(store: Store) -> None:
    asked: list[tuple[str, Any]] = []
    fill(store)
    with store.reading() as records:
        connection = records.session.connection()

        def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
            asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        read_figures(records, at=NOW)
        event.remove(connection, "before_cursor_execute", note)
        if not store.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
        plans = [
            (statement, str(connection.exec_driver_sql(explain + statement, parameters).all()))
            for statement, parameters in asked
            if "exchange_target" not in statement  # a handful of platforms
        ]
    assert len(plans) == 11, "each of them, and of the platform two"
    scans = [
        (statement, plan)
        for statement, plan in plans
        if "Seq Scan" in plan or "SCAN " in plan.replace("'", "")
    ]
    assert scans == []
