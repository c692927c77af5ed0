"""The known answers, from both ends, and what happens to them when a single byte is not as it was."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from draw.double_random import (
    read_announcement,
    read_pools,
    read_transcript,
    run_round_zero,
    shortage_of,
    situation_of,
)
from draw.verify import main, verify
from tests.draw.plain_seats import PlainFilling
from tests.vectors.make_vectors import HERE, vectors

_NAMES = ["augmenting", "infeasible", "medium", "redraw", "small"]
_POOLS = ["exclusions.jsonl", "inspectors.jsonl", "objects.jsonl"]


def _read(name: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((HERE / name).iterdir())}


def test_the_vectors_come_out_again_byte_for_byte() -> None:
    assert {name: _read(name) for name in _NAMES} == vectors()


@pytest.mark.parametrize("name", _NAMES)
def test_both_implementations_give_the_same_bytes(name: str) -> None:
    files = _read(name)
    recorded = read_transcript(files["transcript.json"])
    pools = read_pools({file: files[file] for file in _POOLS})
    announcement = read_announcement(files["announcement.json"])
    drawn = run_round_zero(announcement, pools, bytes.fromhex(files["secret.hex"].decode()), recorded.inputs)
    assert drawn.rounds[0] == recorded.rounds[0]
    assert recorded.to_bytes() == files["transcript.json"]
    assert verify(files["transcript.json"], files, recorded.digest) is None


@pytest.mark.parametrize("name", _NAMES)
def test_round_zero_is_the_page_word_for_word(name: str) -> None:
    files = _read(name)
    recorded = read_transcript(files["transcript.json"])
    pools = read_pools({file: files[file] for file in _POOLS})
    rule, held = recorded.announcement.team_rule, recorded.rounds[0]
    districts = {one.id: one.district for one in pools.objects}
    plain = PlainFilling(held.key, pools.inspectors, rule, districts, held={}, exclusions=pools.exclusions)
    seats = [
        f"{one.id}/{row.department}/{n + 1}" for one in held.objects for row in rule for n in range(row.seats)
    ]
    reached = plain.fill(seats)
    if held.infeasible is None:
        assert plain.filled == {filled.seat: filled.inspector for filled in held.seats}
    else:
        assert reached == list(held.infeasible)
    if name == "augmenting":
        assert max(plain.steps) >= 3, "the vector is to show a long way of shifts"


def test_the_vectors_show_what_they_are_for() -> None:
    transcripts = {name: read_transcript(_read(name)["transcript.json"]) for name in _NAMES}
    assert [name for name, one in transcripts.items() if shortage_of(one) is not None] == ["infeasible"]
    redraw = transcripts["redraw"]
    assert [len(held.objects) for held in redraw.rounds] == [7, 0, 1, 2]
    assert [len(held.excluded) for held in redraw.rounds] == [0, 0, 2, 0]
    assert not situation_of(redraw).open_seats


def _changes(data: bytes) -> Iterator[bytes]:
    """Every single-byte change: each byte replaced by each other one, left out, or another one put before it."""
    for place in range(len(data)):
        for byte in range(256):
            if byte != data[place]:
                yield data[:place] + bytes([byte]) + data[place + 1 :]
        yield data[:place] + data[place + 1 :]
        yield data[:place] + b"0" + data[place:]
    yield data + b"\n"


def _fewer_changes(data: bytes) -> Iterator[bytes]:
    """At every place each bit turned, the byte left out, another put before it; and every line doubled or left out."""
    for place in range(len(data)):
        for bit in range(8):
            yield data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
        yield data[:place] + data[place + 1 :]
        yield data[:place] + b"0" + data[place:]
    lines = data.splitlines(keepends=True)
    for number in range(len(lines)):
        yield b"".join([*lines[: number + 1], *lines[number:]])
        yield b"".join([*lines[:number], *lines[number + 1 :]])
    yield data + b"\n"
    yield data + data


@pytest.mark.parametrize(
    ("changes", "at_least"),
    [(_fewer_changes, 10_000), pytest.param(_changes, 300_000, marks=pytest.mark.faults)],
)
def test_every_changed_byte_of_the_transcript_is_found(
    changes: Callable[[bytes], Iterator[bytes]], at_least: int
) -> None:
    files = _read("small")
    tried = 0
    for changed in changes(files["transcript.json"]):
        tried += 1
        found = verify(changed, files)
        assert found, changed
        assert "\n" not in found
    assert tried > at_least


@pytest.mark.parametrize("file", [*_POOLS, "announcement.json"])
def test_every_changed_byte_of_the_other_files_is_found(file: str) -> None:
    files = _read("small")
    says = "is not the announcement in the transcript" if file == "announcement.json" else "its digest is "
    tried = 0
    for changed in _fewer_changes(files[file]):
        tried += 1
        found = verify(files["transcript.json"], {**files, file: changed})
        assert found is not None, changed
        assert found.startswith(f"{file}: {says}")
        assert "\n" not in found
    assert tried > 10 * len(files[file])


@pytest.mark.parametrize("file", _POOLS)
def test_a_pool_that_was_changed_together_with_its_digest_is_found(file: str) -> None:
    """Whoever forges the announcement in the transcript too has another key, or else a line that cannot stand."""
    files = _read("small")
    digest = sha256(files[file]).hexdigest().encode()
    assert files["transcript.json"].count(digest) == 1
    for changed in _fewer_changes(files[file]):
        forged = files["transcript.json"].replace(digest, sha256(changed).hexdigest().encode())
        pools = {pool: files[pool] for pool in _POOLS}
        assert verify(forged, {**pools, file: changed}) is not None, changed


def test_a_changed_byte_in_what_is_only_stated_is_found_by_the_digest_beside_it() -> None:
    files = _read("redraw")
    noted = files["transcript.json.sha256"].decode().split()[0]
    changed = files["transcript.json"].replace(b"all visited", b"all Visited")
    assert changed != files["transcript.json"]
    assert verify(changed, files) is None, "nothing that is drawn follows from the reason of the closing"
    found = verify(changed, files, noted)
    assert found is not None
    assert noted in found


def _laid_out(folder: Path, files: dict[str, bytes]) -> list[str]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [str(folder / "transcript.json"), "--pools", str(folder)]


def test_the_command_says_one_line_and_answers_by_its_exit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _read("medium")
    command = _laid_out(tmp_path, files)
    assert main(command) == 0
    told = capsys.readouterr().out
    assert told.startswith("VERIFIED: draw medium, ")
    assert read_transcript(files["transcript.json"]).digest in told
    assert main([*command, "--digest", "0" * 64]) == 1
    (tmp_path / "announcement.json").write_bytes(_read("small")["announcement.json"])
    assert main(command) == 1
    (tmp_path / "transcript.json.sha256").write_bytes(b"0" * 64 + b"  transcript.json\n")
    assert main(command) == 1
    (tmp_path / "objects.jsonl").unlink()
    assert main(command) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("NOT VERIFIED: ") for line in lines)
