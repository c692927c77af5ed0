"""The registers to look through and to change row by row, by starlette-admin over our own rows and actions.

It brings lists, search, sorting, sifting and forms; who reads, who may change what, and every check of a cell are ours.
"""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.actions import row_action
from starlette_admin.auth import AdminUser, BaseAuthProvider
from starlette_admin.base import BaseAdmin
from starlette_admin.exceptions import ActionFailed, FormValidationError
from starlette_admin.fields import BaseField, EnumField, StringField, TextAreaField
from starlette_admin.filters import FilterGroup, FilterRule
from starlette_admin.flash import get_flashed_messages
from starlette_admin.routing import route
from starlette_admin.views import BaseModelView, CustomView, Link

from actions.register_edits import Edited, save_row, set_active
from inspection.refusals import Refusal
from inspection.registration.cells import LONG_LIMIT
from inspection.registration.registers import REGISTERS, Column
from inspection.registration.rights import Keeper, denial, keeper_of, shown_to
from inspection.registration.rows import Values
from inspection.registration.written import cell_text, words_for
from notifications.catalogue import label, refusal_sentence
from notifications.load_report import what_is_wrong, what_would_be_right
from storage.register_rows import AllOf, Condition, count_rows, find_row, keepers_of_subjects, some_rows
from storage.store import Records
from storage.tables.registers import Person
from web.house import WebHouse
from web.register_looks import OWN_TEMPLATES, NonceLoader, filters_in, policy_for, translation
from web.visitors import reader_of
from web.wording import wording

SHOWN = ("items", "objects", "inspectors", "experts", "labels")
"""The registers that are changed here, in the order of the menu."""
_BETWEEN_KEYS = "~"
_LONG_FIELDS = frozenset({"basis", "content"})
_LISTS = frozenset({"joining", "departments"})
_FREE = frozenset({"industry", "visits_by_department"})
"""Known words, and others too."""
_SHOWN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "items": ("id", "title", "field", "kind", "department", "joining", "is_active"),
    "objects": (
        "id",
        "name",
        "kind",
        "district",
        "industry",
        "credit_class",
        "status",
        "departments",
        "is_active",
    ),
    "inspectors": (
        "id",
        "name",
        "department",
        "district",
        "qualifications",
        "certificate_expires",
        "is_active",
    ),
    "experts": ("id", "name", "field", "organisation", "district", "department", "is_active"),
    "labels": ("subject_kind", "subject_id", "level", "district", "label", "is_active"),
}
_SHUT = frozenset({"action", "file", "import", "inline-edit", "inline-edit-row", "relation-lookup"})
READER_COOKIE = "shuangsuiji_registers"
"""In a demo, where nobody signs in: who reads these pages."""


class RegisterView(BaseModelView):
    """One register. Rows are shown and edited as the texts of their cells, in the words that the spreadsheets use."""

    pk_attr = "pk"
    page_size = 25
    column_visibility = False
    row_click_navigate = False
    list_template = "registers_list.html"

    def __init__(self, house: WebHouse, register: str, language: str) -> None:
        self.house, self.about, self.language = house, REGISTERS[register], language
        self.page_size_options = [25, 50, 100]
        self.exporters, self.importers, self.actions = [], [], []
        self.row_actions = ["view", "edit", "deactivate", "reactivate"]
        self.additional_js_links = ["/static/registers.js"]
        self.additional_css_links = ["/static/register_admin.css"]
        self.key, self.display_name = register, label(f"register_{register}", language)
        self.menu_label = self.name = self.display_name
        self.words = wording(language)
        filters = filters_in(language)
        pk = StringField(
            "pk", label=self.words("registers_key"), exclude_from_list=True, exclude_from_detail=True
        )
        self.fields = [pk, *(self._field(column, filters) for column in self.about.columns)]
        plain = [one.name for one in self.fields if one.name not in {*_LISTS, "methods", "pk"}]
        self.sortable_fields = [one for one in plain if one in _SHOWN_COLUMNS[register]]
        self.fields_default_sort = [self.about.key[0]]
        self.searchable_fields = [column.field for column in self.about.columns]
        super().__init__()

    def _field(self, column: Column, filters: Mapping[str, Any]) -> BaseField:
        choices = list(dict.fromkeys(words_for(self.about, column.field).values()))
        is_key = column.field in self.about.key
        more: dict[str, Any] = {
            "label": f"{column.title} *" if column.is_required else column.title,
            "exclude_from_list": column.field not in _SHOWN_COLUMNS[self.about.id],
            "exclude_from_edit": is_key,
            "help_text": self._help(column, choices),
            "null_template": "registers_nothing.html",
        }
        if choices and column.field not in {*_LISTS, *_FREE}:
            more["filters"] = [filters["in"]]
            return EnumField(column.field, choices=[(one, one) for one in choices], select2=False, **more)
        more["filters"] = (
            [filters["holds"]] if column.field in _LISTS else [filters["contains"], filters["equals"]]
        )
        kind = TextAreaField if column.field in _LONG_FIELDS else StringField
        return kind(column.field, maxlength=LONG_LIMIT, **more)

    def _help(self, column: Column, choices: Sequence[str]) -> str | None:
        if column.field in _LISTS:
            return self.words("registers_help_list", choices="、".join(choices))
        if column.field in {"qualifications", "special_lists", "methods"}:
            return self.words("registers_help_words")
        return None

    # --- What is shown ---

    async def find_all(
        self,
        request: Request,
        skip: int = 0,
        limit: int = 100,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: FilterGroup | None = None,
    ) -> Sequence[Any]:
        def read(records: Records) -> list[Values]:
            order = [(name, way) for name, way in sorts or () if name != "pk"]
            sift = self._sift(filters)
            return some_rows(
                records, self.about.id, words=q or "", sift=sift, order=order, skip=skip, limit=limit
            )

        keeper = keeper_of_request(request)
        return [self._row(values, keeper) for values in await self._read(read)]

    async def count(self, request: Request, q: str | None = None, filters: FilterGroup | None = None) -> int:
        def read(records: Records) -> int:
            return count_rows(records, self.about.id, words=q or "", sift=self._sift(filters))

        return int(await self._read(read))

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        values = await self._read(lambda records: find_row(records, self.about.id, self._key(str(pk))))
        return None if values is None else self._row(values, keeper_of_request(request))

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        found = [await self.find_by_pk(request, pk) for pk in pks]
        return [one for one in found if one is not None]

    async def repr(self, obj: Any, request: Request) -> str:
        texts = obj.texts
        return " ".join(
            filter(None, (" ".join(self._key(obj.pk)), texts.get("name") or texts.get("title") or ""))
        )

    def _row(self, values: Values, keeper: Keeper | None) -> SimpleNamespace:
        seen = shown_to(keeper, self.about.id, values) if keeper else values
        texts = {one.field: cell_text(self.about, one.field, seen[one.field]) for one in self.about.columns}
        pk = _BETWEEN_KEYS.join(str(values[name]) for name in self.about.key)
        shown = {name: text or None for name, text in texts.items()}
        return SimpleNamespace(**shown, pk=pk, texts=texts, values_=values)

    def _key(self, pk: str) -> list[str]:
        parts = pk.split(_BETWEEN_KEYS, len(self.about.key) - 1)
        return parts if len(parts) == len(self.about.key) else [pk] * len(self.about.key)

    def _sift(self, group: FilterGroup | None) -> AllOf | None:
        if group is None:
            return None
        parts = [
            self._sift(one) if isinstance(one, FilterGroup) else self._condition(one) for one in group.rules
        ]
        return AllOf([one for one in parts if one is not None], is_any=group.logic == "or")

    def _condition(self, rule: FilterRule) -> Condition | AllOf:
        values = {word: value for value, word in words_for(self.about, rule.field).items()}
        if not values:
            return Condition(rule.field, rule.filter, str(rule.value))
        sign = "holds" if rule.field in _LISTS else "eq"
        wanted = rule.value if isinstance(rule.value, list) else [rule.value]
        return AllOf([Condition(rule.field, sign, values.get(one, one)) for one in wanted], is_any=True)

    # --- Who may ---

    def is_accessible(self, request: Request) -> bool:
        return keeper_of_request(request) is not None

    def can_delete(self, request: Request) -> bool:
        """Never: a row is deactivated."""
        return False

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        raise ActionFailed(self.words("registers_not_deleted"))

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        if name == "view":
            return True
        is_active = obj.values_["is_active"]
        if name in {"deactivate", "reactivate"} and is_active is not (name == "deactivate"):
            return False
        keeper = keeper_of_request(request)
        return keeper is not None and await self._read(
            lambda records: self._may(records, keeper, obj.values_)
        )

    def _may(self, records: Records, keeper: Keeper, values: Values) -> bool:
        if keeper.is_joint_office:
            return True
        subjects = {}
        if self.about.id == "labels":
            subjects = keepers_of_subjects(records, {f"{values['subject_kind']}:{values['subject_id']}"})
        return denial(keeper, self.about.id, values, values, subjects) is None

    async def get_row_actions_for_obj(self, request: Request, obj: Any) -> list[dict[str, Any]]:
        found = await super().get_row_actions_for_obj(request, obj)
        return [translated(self.language, one) for one in found]

    # --- What is changed ---

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        texts = _texts(data)
        await self._save(request, texts, None)
        words = [
            {word: value for value, word in words_for(self.about, name).items()} for name in self.about.key
        ]
        key = [
            known.get(texts.get(name, ""), texts.get(name, ""))
            for known, name in zip(words, self.about.key, strict=True)
        ]
        return await self.find_by_pk(request, _BETWEEN_KEYS.join(key)) or SimpleNamespace(pk="", texts=texts)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        await self._save(request, _texts(data), self._key(str(pk)))
        return await self.find_by_pk(request, pk)

    async def _save(self, request: Request, texts: dict[str, str], key: list[str] | None) -> None:
        def write(records: Records, by: str) -> Edited:
            return save_row(records, self.about.id, texts, by=by, at=self.house.clock(), key=key)

        try:
            edited = await self._write(request, write)
        except Refusal as refusal:
            raise FormValidationError(
                {self.about.key[0]: refusal_sentence(refusal, self.language)}
            ) from refusal
        if edited.problems:
            raise FormValidationError(self._sentences(edited, is_new=key is None))

    def _sentences(self, edited: Edited, *, is_new: bool) -> dict[str | int, Any]:
        """Each problem beside its field; what is wrong with the key of a row that stands is said at the first field
        that can be seen."""
        first = next(one.field for one in self.about.columns if one.field not in self.about.key)
        said: dict[str | int, Any] = {}
        for name, problem in edited.problems.items():
            shown = name if is_new or name not in self.about.key else first
            right = what_would_be_right(problem, self.language)
            said[shown] = self.words(
                "registers_wrong", what=what_is_wrong(problem, self.language), right=right
            )
        return said

    @row_action(name="deactivate", text="Deactivate", confirmation="Deactivate this row?",
                icon_class="fa-solid fa-circle-pause", submit_btn_text="Yes, deactivate")  # fmt: skip
    async def row_action_4_deactivate(self, request: Request, pk: Any) -> None:
        await self._set_active(request, str(pk), False)

    @row_action(name="reactivate", text="Take up again", confirmation="Take this row up again?",
                icon_class="fa-solid fa-circle-play", submit_btn_text="Yes, take it up again")  # fmt: skip
    async def row_action_5_reactivate(self, request: Request, pk: Any) -> None:
        await self._set_active(request, str(pk), True)

    async def _set_active(self, request: Request, pk: str, is_active: bool) -> None:
        def write(records: Records, by: str) -> Edited:
            at = self.house.clock()
            return set_active(records, self.about.id, self._key(pk), is_active, by=by, at=at)

        try:
            edited = await self._write(request, write)
        except Refusal as refusal:
            raise ActionFailed(refusal_sentence(refusal, self.language)) from refusal
        for problem in edited.problems.values():
            raise ActionFailed(what_is_wrong(problem, self.language))

    # --- The store ---

    async def _read(self, read: Callable[[Records], Any]) -> Any:
        def whole() -> Any:
            with self.house.store.reading() as records:
                return read(records)

        return await run_in_threadpool(whole)

    async def _write(self, request: Request, write: Callable[[Records, str], Edited]) -> Edited:
        reader: Person = request.state.reader

        def whole() -> Edited:
            with self.house.store.transaction("web") as records, records.attempt():
                return write(records, reader.id)

        edited = await run_in_threadpool(whole)
        self.house.wake()
        return edited


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in data.items() if name != "pk"}


def keeper_of_request(request: Request) -> Keeper | None:
    reader: Person | None = getattr(request.state, "reader", None)
    return keeper_of(reader.department, reader.roles, reader.district) if reader is not None else None


def translated(language: str, action: Mapping[str, Any]) -> dict[str, Any]:
    """An action's words are the library's, made once in English."""
    say = translation(language)
    spoken = {"text", "confirmation", "submit_btn_text", "header"}
    return {
        name: say(one) if name in spoken and isinstance(one, str) else one for name, one in action.items()
    }


class _OurSignIn(BaseAuthProvider):
    """Who has signed in at our own door; in a demo whoever the address or its cookie names."""

    def __init__(self, house: WebHouse) -> None:
        super().__init__()
        self._house = house

    async def authenticate(self, request: Request) -> AdminUser | None:
        reader = await run_in_threadpool(self._reader, request)
        request.state.reader = reader
        return None if reader is None else AdminUser(username=reader.name)

    def _reader(self, request: Request) -> Person | None:
        with self._house.store.reading() as records:
            if not self._house.is_demo or request.query_params.get("chat"):
                return reader_of(request, records)
            person = records.find(Person, request.cookies.get(READER_COOKIE, ""))
            return person if person and person.is_active else None

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        return [
            Route("/login", lambda request: RedirectResponse("/sign-in", status_code=303), name="login"),
            Route(
                "/logout",
                lambda request: RedirectResponse("/sign-out", status_code=307),
                name="logout",
                methods=["POST"],
            ),
        ]


class _Front(CustomView):
    """The first page is the first register."""

    @route("")
    async def index(self, request: Request) -> Response:
        if keeper_of_request(request) is None:
            raise HTTPException(403)
        return RedirectResponse(f"{request.url.path.rstrip('/')}/{SHOWN[1]}/list", status_code=303)


class RegisterAdmin(BaseAdmin):
    """The registers in one language."""

    def __init__(self, house: WebHouse, language: str) -> None:
        self.language, self._say = language, translation(language)
        words = wording(language)
        super().__init__(
            title=words("registers"),
            base_url=f"/registers/{language}",
            route_name=f"registers_{language}",
            favicon_url="/static/mark.svg",
            secret_key=house.new_token(),
            auth_provider=_OurSignIn(house),
            index_view=_Front(menu_label=words("registers"), path="/", route_name="index", add_to_menu=False),
            templates_dir=str(OWN_TEMPLATES),
            additional_loaders=[NonceLoader()],
            timezone_config=None,
        )
        self.house = house
        environment = self.templates.env
        environment.install_gettext_callables(self._say, self._say.counted, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(get_locale=lambda: "zh-CN" if language == "zh" else "en", words=words)
        for register in SHOWN:
            self.add_view(RegisterView(house, register, language))
        for word, address in (("registers_load", "/registers/load"), ("registers_changes", "/registers/changes"),
                              ("desk", "/desk")):  # fmt: skip
            self.add_link(Link(menu_label=words(word), url=address))

    def mount_to(self, app: Starlette) -> None:
        """The library's doors that no page of ours opens stay shut."""
        super().mount_to(app)
        for one in self.app.routes:
            if isinstance(one, Route) and one.name in _SHUT:
                one.app = Response(status_code=404)

    def _init_csrf(self) -> None:
        """Posts from other sites are refused by `web.guard.Guard`, for every page of the house."""

    def _template_response(
        self, request: Request, name: str, context: dict[str, Any] | None = None, status_code: int = 200
    ) -> Response:
        nonce = self.house.new_token()
        flashed = [
            {**one, "message": self._say("Saved.") if one["category"] == "success" else one["message"]}
            for one in get_flashed_messages(request)
        ]
        values = {**(context or {}), "nonce": nonce, "flashed_messages": flashed}
        response = super()._template_response(request, name, values, status_code)
        response.headers["Content-Security-Policy"] = policy_for(nonce)
        response.headers["Cache-Control"] = "no-store"
        return response
