"""The code on a notice, and the key that everything public is signed with."""

import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from actions.check_codes import check_path, check_url
from actions.draws import announce_draw
from actions.signatures import fault_of
from bot.publicity_checks import Checked, check_pages
from bot.signing import Signer, sign_all
from bot.signing_key import KeyUnusable, rotate, signing_key
from inspection.refusals import Unacceptable
from inspection.signatures import pem_of
from inspection.states import InspectionStep, SchemeState
from storage.store import Store
from storage.tables.registers import RegisteredObject, Scheme
from tests.actions.story import Story, a_drawn_story, a_story, changing
from tests.publicity.published import keep_code_key
from tests.stores import an_empty_store
from tests.web.houses import a_client, a_house


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with an_empty_store("sqlite", tmp_path) as opened:
        yield opened


def test_the_holder_of_a_code_learns_what_the_visit_is_and_nobody_else_learns_of_it(
    store: Store, tmp_path: Path
) -> None:
    story = a_drawn_story(store)
    (inspection,) = story.inspections()
    keep_code_key(store, story.at)
    with store.reading() as records:
        path = check_path(records, inspection)
        assert check_url(records, inspection, public_url="https://x.example") == f"https://x.example{path}"
        others = {check_path(records, f"S1.B{number}") for number in range(50)}
    assert len({one.rpartition("/")[2] for one in others}) == 50
    house = a_house(store, tmp_path)
    house.clock.now = story.at
    house.web = replace(house.web, complaint_path="12345（示例）")
    with a_client(house) as door:
        page = door.get(path).text
        for told in (
            "属实，尚未开始", "市场监管局 2 人；消防救援支队 2 人", "市场监管局检查事项T-market",
            "有权申请其回避", "12345（示例）", "必须出示有效的行政执法证件",
        ):  # fmt: skip
            assert told in page
        assert "人员" not in page.replace("检查人员", "").replace("人员W1", "")
        assert door.get(path.lower().replace("s1.b", "S1.B")).status_code == 200
        typed = door.get("/check", params={"number": inspection, "code": path[-13:]}, follow_redirects=True)
        assert "属实，尚未开始" in typed.text
        firm = story.row(RegisteredObject, inspection.partition(".")[2]).credit_code
        assert "今年还没有检查记录" in door.get(f"/firms/{firm}").text
        for wrong in range(30):
            answer = door.get(f"/check/{inspection}/WRONG{wrong:08d}")
            assert answer.status_code == 404
            assert "没有查到这次检查" in answer.text
        assert "没有查到这次检查" not in door.get("/check/S9.B9/AAAAAAAAAAAAA").text
        assert door.get(path).status_code == 429
        house.clock.move(timedelta(minutes=11))
        assert door.get(path).status_code == 200
        assert door.get("/check/%00/%FF").status_code == 404
        story.move_inspection(inspection, InspectionStep.CALL_OFF)
        assert "这次检查已取消" in door.get(path).text


def test_a_list_is_withheld_only_by_a_law_that_everybody_reads(store: Store, tmp_path: Path) -> None:
    story = a_story(store)
    with changing(store) as records:
        records.get(Scheme, "S1").is_list_public = False
    refusal = story.refuses(Unacceptable, announce_draw, "S1", secret=bytes(32), by="OP")
    assert refusal.sentence == "list_reason_needed"
    with changing(store) as records:
        records.get(Scheme, "S1").list_withheld_basis = "《示例条例》<第三条>"
    story.draw()
    key = signing_key(tmp_path / "key.pem")
    sign_all(store, key, lambda: story.at)
    name = story.row(Scheme, "S1").name
    with a_client(a_house(store, tmp_path)) as door:
        page = door.get("/schemes/S1").text
        assert "不公开的依据：《示例条例》&lt;第三条&gt;" in page
        (task,) = door.get("/open-data/tasks.json").json()["data"]
        assert (task["raninsTaskName"], task["drawnNumber"], task["objects"]) == (name, 1, [])
        assert task["listWithheldReason"] == "《示例条例》<第三条>"
        (draw,) = door.get("/open-data/draws.json").json()["data"]
        assert "transcript.json" not in [one["name"] for one in draw["files"]]
        assert draw["withheldTranscriptSha256"]
        _finish(story)
        assert sign_all(store, key, lambda: story.at) == 2
        assert sign_all(store, key, lambda: story.at) == 0
        (task,) = door.get("/open-data/tasks.json").json()["data"]
        assert (task["version"], len(task["objects"]), task["listWithheldReason"]) == (2, 1, "")
        told = Checked()
        assert list(check_pages(str(door.base_url), key=None, told=told)) == []


def _finish(story: Story) -> None:
    with changing(story.store) as records:
        records.get(Scheme, "S1").state = SchemeState.FINISHED


def test_the_key_is_made_once_for_one_pair_of_eyes_and_a_new_one_leaves_old_signatures_good(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "signing-key.pem"
    key = signing_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_key(file).public == key.public
    assert key.public not in repr(key)
    story = a_drawn_story(store)
    assert Signer(store, key, lambda: story.at, now=lambda: 0.0).turn()
    new, kept = rotate(file)
    assert signing_key(kept).id == key.id
    assert signing_key(file).id == new.id != key.id
    with changing(store) as records:
        records.get(Scheme, "S1").name = "改名"
    sign_all(store, new, lambda: story.at)
    with a_client(a_house(store, tmp_path)) as door:
        assert {one["id"] for one in door.get("/keys.json").json()["keys"]} == {key.id, new.id}
        assert list(check_pages(str(door.base_url), key=None, told=Checked())) == []
        assert door.get(f"/keys/{key.id}.pem").text == pem_of(key.public)
    file.chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        signing_key(file)
    for wrong in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        file.write_bytes(wrong)
        file.chmod(0o600)
        with pytest.raises(KeyUnusable):
            signing_key(file)
    with pytest.raises(KeyUnusable):
        signing_key(tmp_path / "nowhere" / "key.pem")


def test_openssl_alone_checks_a_signature(store: Store, tmp_path: Path) -> None:
    """The recipe of docs/publicity.md, with the files already here; without OpenSSL 3 the library is the judge."""
    story, key = a_drawn_story(store), signing_key(tmp_path / "key-file.pem")
    sign_all(store, key, lambda: story.at)
    with a_client(a_house(store, tmp_path)) as door:
        for name, address in (
            ("bundle.json", "/bundles/task/S1/1.json"),
            ("bundle.sig", "/bundles/task/S1/1.sig"),
            ("key.pem", f"/keys/{key.id}.pem"),
        ):
            (tmp_path / name).write_bytes(door.get(address).content)
    content, signature = (tmp_path / "bundle.json").read_bytes(), (tmp_path / "bundle.sig").read_bytes()
    assert fault_of(content, "", signature.hex(), key.public) == ""
    assert fault_of(content + b" ", "", signature.hex(), key.public) == "signature"
    recipe = (Path(__file__).parents[2] / "docs" / "publicity.md").read_text(encoding="utf-8")
    (command,) = [line for line in recipe.splitlines() if line.startswith("openssl ")]
    if shutil.which("openssl"):
        assert _says(command, tmp_path) == 0
        (tmp_path / "bundle.json").write_bytes(content.replace(b"S1", b"S2", 1))
        assert _says(command, tmp_path) != 0


def _says(command: str, folder: Path) -> int:
    return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode
