"""What an installation is made of: the files in deploy/ say what the program really takes."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.roles import ALL_ROLES, read_roles
from scripts.serving_lock import serving_part
from tests.served import ROOT

_DEPLOY = ROOT / "deploy"
_LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def test_the_serving_part_of_the_lock_is_whole_and_leaves_development_out() -> None:
    serving = set(re.findall(r"(?m)^([a-z0-9._-]+)==", serving_part(_LOCK)))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = {re.split(r"[^A-Za-z0-9-]", one)[0].lower() for one in project["project"]["dependencies"]}
    develops = {re.split(r"[^A-Za-z0-9-]", one)[0].lower() for one in project["dependency-groups"]["dev"]}
    assert asked <= serving
    assert {"psycopg-binary", "pydantic-core"} <= serving, "what these take is there too"
    assert serving & develops == {"hatchling", "packaging"}


def test_each_package_of_the_serving_part_keeps_its_hashes() -> None:
    entries = re.split(r"(?m)^(?=[a-z0-9])", serving_part(_LOCK))
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())


@pytest.mark.parametrize("name", ["shuangsuiji.service", "shuangsuiji@.service"])
def test_a_unit_gives_the_process_time_to_finish_and_nothing_it_does_not_need(name: str) -> None:
    unit = (_DEPLOY / name).read_text("utf-8")
    assert "serve" in re.findall(r"(?m)^ExecStart=(.*)$", unit)[0]
    settings = dict(re.findall(r"(?m)^(\w+)=(.*)$", unit))
    assert settings["Restart"] == "always"
    assert int(settings["TimeoutStopSec"]) >= 30
    assert settings["NoNewPrivileges"] == "yes"


def test_the_roles_stand_in_the_name_of_a_unit() -> None:
    """Run by the shell as systemd would, with the name in place of its %i and one $ for two."""
    unit = (_DEPLOY / "shuangsuiji@.service").read_text("utf-8")
    line = re.findall(r"(?m)^ExecStart=(.*)$", unit)[0].replace("%i", "receive-work").replace("$$", "$")
    shell, flag, words = shlex.split(line)
    said = words.replace("exec /opt/shuangsuiji/current/bin/shuangsuiji serve --roles", "echo")
    heard = subprocess.run([shell, flag, said], capture_output=True, text=True, check=True).stdout
    assert {role.value for role in read_roles(heard.strip())} == {"receive", "work"}


def test_the_image_holds_everything_it_needs_when_it_runs() -> None:
    lines = (_DEPLOY / "Containerfile").read_text("utf-8")
    fetching = re.findall(r"(?m)^(?:ADD|ENTRYPOINT|CMD).*$", lines)
    assert not [line for line in fetching if "http" in line.split("HEALTHCHECK")[0]]
    assert "USER shuangsuiji" in lines
    assert "STOPSIGNAL SIGTERM" in lines
    assert "deploy/install" in lines


def test_the_installer_is_a_script_that_a_plain_shell_takes() -> None:
    subprocess.run(["sh", "-n", str(_DEPLOY / "install")], check=True)


def test_the_guide_names_every_role() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    assert not [role for role in ALL_ROLES if f"`{role.value}`" not in guide]


@pytest.mark.faults
def test_what_was_installed_serves_without_a_network(tmp_path: Path) -> None:
    """Installs for real, which takes a network, then runs in a namespace that has none but the machine's own."""
    subprocess.run(["sh", str(_DEPLOY / "install"), str(tmp_path / "opt")], check=True, cwd=ROOT)
    program = tmp_path / "opt" / "current" / "bin" / "shuangsuiji"
    script = f"""
    ip link set lo up
    {program} serve & serving=$!
    for i in $(seq 100); do
      {program.parent / "python"} -c '
import urllib.request as u
print(u.urlopen("http://127.0.0.1:8019/health").read())' 2>/dev/null && break
      sleep 0.5
    done
    kill $serving; wait $serving
    """
    told = subprocess.run(
        ["unshare", "-n", "sh", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "Operation not permitted" in told.stderr:
        pytest.skip("this machine lets us make no namespace: " + told.stderr)
    assert '"status":"ok"' in told.stdout, told.stderr
