"""All the addresses of the house (web/README.md tells what each takes and gives)."""

import re
from collections.abc import Sequence
from os import PathLike, stat_result

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from inspection.refusals import NotFound
from notifications.catalogue import LANGUAGES
from storage.files import FileFault
from storage.store import StoreFault
from web import (
    accounts,
    archives,
    bulletins,
    chat,
    checks,
    clue_desk,
    corrections,
    demo,
    desk,
    diligence,
    documents,
    exchange,
    firms,
    follow_ups,
    icalendars,
    journal,
    news,
    object_names,
    open_data,
    papers,
    photos,
    pictures,
    plan_desk,
    plans,
    public,
    recusal,
    registers,
    scheme_desk,
    sign_in,
    statistics,
    stream,
    team_desk,
    verify,
    webhooks,
    what_if,
)
from web.api.app import make_api
from web.guard import Guard
from web.house import WebHouse, house_of
from web.pages import STATIC, refusal_page
from web.patience import Patience
from web.register_admin import RegisterAdmin
from web.request_ids import RequestIds
from web.sessions import Sessions
from web.visitors import DoorClosed, answer_closed_door
from web.watching import WATCH_ROUTES
from web.wording import wording


def make_app(house: WebHouse) -> Starlette:
    """The pages and doors as one ASGI app."""
    pages = (*_SCHEMES, *_PUBLIC, *_DOORS, *_CHAT, *(_DEMO if house.is_demo else ()))
    app = _app(house, [*pages, _api(house), _STATIC_FILES])
    for language in LANGUAGES:
        registers_in = RegisterAdmin(house, language)
        registers_in.mount_to(app)
        registers_in.app.state.house = house
    return app


def make_doors(house: WebHouse) -> Starlette:
    """Only the doors of messengers, and how we are."""
    return _app(house, _DOORS)


def _app(house: WebHouse, routes: Sequence[BaseRoute]) -> Starlette:
    app = Starlette(
        routes=list(routes),
        middleware=[
            Middleware(RequestIds, house=house),
            Middleware(Patience),
            Middleware(Guard),
            Middleware(Sessions, house=house),
        ],
        exception_handlers={
            DoorClosed: answer_closed_door,
            StoreFault: _answer_fault,
            FileFault: _answer_fault,
            NotFound: _answer_not_found,
            HTTPException: _answer_not_found,
            Exception: _answer_fault,
        },
    )
    app.state.house = house
    app.state.watch = house.watch
    return app


def _api(house: WebHouse) -> BaseRoute:
    """All below this address is the API's to answer, also where somebody sends a line feed in it, which no pattern of
    a mount matches by itself."""
    mount = Mount("/api/v1", make_api(house))
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


class _KeptFiles(StaticFiles):
    """An address that carries a digest of its content may be kept for ever; any other is asked for again."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        is_versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_versioned else "no-cache"
        )
        return response


_SCHEMES: Sequence[BaseRoute] = (
    Route("/clues", clue_desk.list_clues),
    Route("/clues/new", clue_desk.show_new_clue, methods=["GET"]),
    Route("/clues/new", clue_desk.save_new_clue, methods=["POST"]),
    Route("/clues/{id}", clue_desk.show_clue, methods=["GET"]),
    Route("/clues/{id}", clue_desk.change_clue, methods=["POST"]),
    Route("/special-fields", team_desk.list_special_fields),
    Route("/schemes/{id}/teams", team_desk.show_teams, methods=["GET"]),
    Route("/schemes/{id}/teams", team_desk.save_teams, methods=["POST"]),
    Route("/schemes/names", object_names.list_schemes),
    Route("/schemes/{id}/names", object_names.show_names, methods=["GET"]),
    Route("/schemes/{id}/names", object_names.open_one, methods=["POST"]),
    Route("/schemes/mine", scheme_desk.list_own_schemes),
    Route("/schemes/new", scheme_desk.show_new_scheme, methods=["GET"]),
    Route("/schemes/new", scheme_desk.save_scheme, methods=["POST"]),
    Route("/schemes/{id}/edit", scheme_desk.show_scheme_form, methods=["GET"]),
    Route("/schemes/{id}/edit", scheme_desk.save_scheme, methods=["POST"]),
)
"""Before the public ones, whose `/schemes/<id>` would take them."""
_PUBLIC: Sequence[BaseRoute] = (
    Route("/", public.show_front),
    Route("/results", public.list_results),
    Route("/results/{inspection}.json", public.give_bundle),
    Route("/results/{inspection}", public.show_result),
    Route("/plans", plans.list_plans),
    Route("/plans/template.xlsx", plans.give_template),
    Route("/plans/{year:int}", plans.show_plan),
    Route("/plans/{year:int}/plan.{kind}", plans.give_plan),
    Route("/schemes", public.list_schemes),
    Route("/schemes/{id}", public.show_scheme),
    Route("/draws/{id}", public.show_draw),
    Route("/draws/{id}/codes/{digits}", verify.give_codes),
    Route("/draws/{id}/{name}", public.give_draw_file),
    Route("/verify/{id}", verify.show_verify),
    Route("/items", bulletins.list_items),
    Route("/items/{id}", bulletins.show_item),
    Route("/plan/{id}", bulletins.show_plan),
    Route("/tasks", bulletins.to_schemes),
    Route("/tasks/{id}", bulletins.to_scheme),
    Route("/departments", bulletins.list_departments),
    Route("/departments/{id}", bulletins.show_department),
    Route("/departments/{id}/{tab}", bulletins.show_department),
    Route("/find", bulletins.find_by_letter),
    Route("/find/{district}/{letter}", bulletins.list_by_letter),
    Route("/firms/{code}", firms.show_firm),
    Route("/check", checks.ask_check),
    Route("/check/{inspection}/{code}", checks.show_check),
    Route("/open-data/", open_data.show_open_data),
    Route("/open-data/{name}.{form}", open_data.give_file),
    Route("/journal", journal.show_journal),
    Route("/keys.json", open_data.give_keys),
    Route("/keys/{id}.pem", open_data.give_key),
    Route("/bundles/{kind}/{subject}/{version:int}.{form}", open_data.give_signed),
    Route("/recusal", recusal.show_entrance, methods=["GET"]),
    Route("/recusal", recusal.enter, methods=["POST"]),
    Route("/recusal/{code}", recusal.show_application, methods=["GET"]),
    Route("/recusal/{code}", recusal.apply, methods=["POST"]),
    Route("/statistics/public", statistics.show_public_extract),
)
_DOORS: Sequence[BaseRoute] = (
    *WATCH_ROUTES,
    Route("/webhooks/{channel}", webhooks.take_update, methods=["GET", "POST"]),
)
_CHAT: Sequence[BaseRoute] = (
    Route("/sign-in", sign_in.show_sign_in, methods=["GET"]),
    Route("/sign-in", sign_in.sign_in, methods=["POST"]),
    Route("/sign-in/ask", sign_in.ask, methods=["POST"]),
    Route("/sign-in/wait", sign_in.wait),
    Route("/sign-out", sign_in.sign_out, methods=["POST"]),
    Route("/account", accounts.show_own, methods=["GET"]),
    Route("/account", accounts.change_own, methods=["POST"]),
    Route("/accounts", accounts.show_people, methods=["GET"]),
    Route("/accounts", accounts.change_person, methods=["POST"]),
    Route("/chat", chat.show_own_chat),
    Route("/chat/{chat}", chat.show_chat),
    Route("/chat/{chat}/messages", chat.list_messages),
    Route("/chat/{chat}/stream", stream.stream_messages),
    Route("/chat/{chat}/say", chat.say, methods=["POST"]),
    Route("/chat/{chat}/press", chat.press, methods=["POST"]),
    Route("/chat/{chat}/locate", chat.locate, methods=["POST"]),
    Route("/chat/{chat}/photo", chat.send_photo, methods=["POST"]),
    Route("/chat/{chat}/photos/{sha256}", photos.show_photo),
    Route("/chat/{chat}/documents/{sha256}", documents.give_document),
    Route("/chat/{chat}/my-data.json", documents.give_own_data),
    Route("/papers/{inspection}/{kind}.pdf", papers.show_paper),
    Route("/schemes/{id}/progress", pictures.show_progress),
    Route("/due", pictures.show_due),
    Route("/desk", desk.show_desk),
    Route("/exchange", exchange.show_exchange),
    Route("/exchange/resend", exchange.resend, methods=["POST"]),
    Route("/desk/corrections", corrections.list_corrections, methods=["GET"]),
    Route("/desk/corrections", corrections.add_objection, methods=["POST"]),
    Route("/desk/corrections/{inspection}/{number}", corrections.show_correction, methods=["GET"]),
    Route("/desk/corrections/{inspection}/{number}", corrections.decide_objection, methods=["POST"]),
    Route("/desk/withdrawals", corrections.withdraw, methods=["POST"]),
    Route("/follow-ups", follow_ups.list_follow_ups),
    Route("/follow-ups/matter", follow_ups.show_matter),
    Route("/follow-ups/order", follow_ups.order, methods=["POST"]),
    Route("/follow-ups/documents", follow_ups.take_document, methods=["POST"]),
    Route("/follow-ups/documents/{sha256}", follow_ups.give_document),
    Route("/follow-ups/letter.pdf", follow_ups.give_letter),
    Route("/statistics", statistics.show_statistics),
    Route("/statistics.xlsx", statistics.give_workbook),
    Route("/statistics/watch", statistics.show_watch),
    Route("/diligence", diligence.show_diligence),
    Route("/diligence.pdf", diligence.give_diligence),
    Route("/archive", archives.list_files),
    Route("/archive/{inspection}", archives.show_file),
    Route("/archive/{inspection}/package.zip", archives.give_package),
    Route("/archive/{inspection}/parts/{version:int}/{number:int}", archives.give_part),
    Route("/archive/{inspection}/make", archives.make_package, methods=["POST"]),
    Route("/archive/{inspection}/check", archives.check_file, methods=["POST"]),
    Route("/archive/{inspection}/reopen", archives.reopen_file, methods=["POST"]),
    Route("/plans/desk", plan_desk.show_desk, methods=["GET"]),
    Route("/plans/desk", plan_desk.change_desk, methods=["POST"]),
    Route("/plans/{year:int}/mine", plan_desk.show_mine, methods=["GET"]),
    Route("/plans/{year:int}/mine", plan_desk.change_mine, methods=["POST"]),
    Route("/plans/{year:int}/upload", plan_desk.upload_mine, methods=["POST"]),
    Route("/plans/{year:int}/line", plan_desk.show_line, methods=["GET"]),
    Route("/plans/{year:int}/line", plan_desk.change_line, methods=["POST"]),
    Route("/plans/{year:int}/line/{id}", plan_desk.show_line, methods=["GET"]),
    Route("/plans/{year:int}/line/{id}", plan_desk.change_line, methods=["POST"]),
    Route("/plans/{year:int}/merge", plan_desk.show_merge, methods=["GET"]),
    Route("/plans/{year:int}/merge", plan_desk.change_merge, methods=["POST"]),
    Route("/plans/{year:int}/amend", plan_desk.show_amend),
    Route("/plans/{year:int}/amend/{plan}", plan_desk.show_amended, methods=["GET"]),
    Route("/plans/{year:int}/amend/{plan}", plan_desk.change_amended, methods=["POST"]),
    Route("/plans/{year:int}/add", plan_desk.show_add, methods=["GET"]),
    Route("/plans/{year:int}/add", plan_desk.change_add, methods=["POST"]),
    Route("/what-if", what_if.list_what_ifs),
    Route("/schemes/{id}/what-if", what_if.show_what_if),
    Route("/ics/{inspection}.ics", icalendars.give_icalendar),
    Route("/registers", registers.show_registers),
    Route("/registers/load", registers.show_load, methods=["GET"]),
    Route("/registers/load", registers.take_load, methods=["POST"]),
    Route("/registers/loads/{number:int}", registers.show_differences, methods=["GET"]),
    Route("/registers/loads/{number:int}", registers.decide_load, methods=["POST"]),
    Route("/registers/changes", registers.show_changes),
    Route("/registers/export/{register}.{format:str}", registers.give_export),
)
_DEMO: Sequence[BaseRoute] = (
    Route("/demo/people", demo.list_people),
    Route("/demo/news", news.show_news),
    Route("/demo/cast", news.show_cast),
    Route("/demo/clock", demo.push_clock, methods=["POST"]),
)
_STATIC_FILES = Mount("/static", _KeptFiles(directory=STATIC))


async def _answer_not_found(request: Request, failure: Exception) -> Response:
    status = failure.status_code if isinstance(failure, HTTPException) else 404
    return _answer(request, "error_not_here" if status == 404 else "error_request", status)


async def _answer_fault(request: Request, _failure: Exception) -> Response:
    """Something of ours broke; nothing was acknowledged, and the page sends it again by itself."""
    return _answer(request, "error_ours", 503)


def _answer(request: Request, name: str, status: int) -> Response:
    house = house_of(request)
    sentence = wording(house.language)(name)
    if request.method == "POST" or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": sentence}, status_code=status)
    return refusal_page(sentence, house.language, status=status)
