"""`make demo`: the samples in an embedded store, everybody of the story in the web chat, and three things to try."""

import asyncio
from pathlib import Path

import typer

from actions.enrolment import open_web_chats
from actions.load_registers import load_folder
from bot.clock import DemoClock
from bot.play.run import play_scheme, scheme_to_play
from bot.play.year.run import PLAY, FolderTaken, play_year
from bot.service import open_store, serve
from bot.settings import Settings
from notifications.command_line import said
from notifications.load_report import report_lines
from storage import schemes

SAMPLES = Path(__file__).parent.parent / "samples"

_WELCOME = {
    "zh": """
双随机、一公开演示已启动：{url}

  聊天页面   {url}/chat
  公示页面   {url}/results

可以先试三件事：
  1. 以发起部门经办人的身份打开聊天页面，发送 /schemes，准备并公告一个方案；
     换成被邀请的见证人给出数字，再换回来抽取。
  2. 在左侧名单里换成任意一名被抽中的执法人员，接受任务，或申请回避，看看补抽。
  3. 以组长身份确认检查组，逐题填写检查表、拍照、提交；再换成审核员通过并公示。

按 Ctrl-C 停止；再次 make demo 会从停下的地方继续；make clean-demo 从头开始。
""",
    "en": """
The demo runs: {url}

  chat           {url}/chat
  public pages   {url}/results

Three things to try:
  1. As the operator, open the chat, send /schemes, prepare and announce a scheme; become the invited witness and give
     a number; become the operator again and draw.
  2. In the side list become any officer who was drawn; accept, or recuse and watch the redraw.
  3. As a team lead confirm the team, fill in the checklist, send photos, submit; then, as the reviewer, approve.

Ctrl-C stops; make demo goes on where it stopped; make clean-demo starts afresh.
""",
}


def run_demo(settings: Settings, *, play: str | None) -> int:
    """Prepares the store once, then serves; with `play` a robot plays the story over HTTP, or a whole year in a store
    of its own. Gives the exit code."""
    if play == PLAY:
        return _play_year(settings)
    settings = settings.model_copy(update={"demo": True})
    known = prepare(settings)
    if play is not None and scheme_to_play(play) not in known:
        typer.echo(said("no_scheme", settings.language, id=play), err=True)
        return 1
    if play is not None:
        return play_scheme(settings, play)
    welcome = _WELCOME[settings.language]
    asyncio.run(serve(settings, lambda url: typer.echo(welcome.format(url=url))))
    return 0


def _play_year(settings: Settings) -> int:
    try:
        return play_year(settings)
    except FolderTaken as taken:
        typer.echo(said("year_folder_taken", settings.language, folder=str(taken)), err=True)
        return 1


def prepare(settings: Settings) -> set[str]:
    """Loads the samples into an empty store; in one that is in use nothing is touched. Gives the ids of its schemes."""
    store = open_store(settings)
    with store.transaction("cli") as records:
        if not schemes.all_schemes(records):
            at = DemoClock(store)()
            report = load_folder(records, SAMPLES, strict=True, at=at)
            for line in report_lines(report, settings.language):
                typer.echo(line)
            open_web_chats(records, at=at)
        known = {scheme.id for scheme in schemes.all_schemes(records)}
    store.close()
    return known
