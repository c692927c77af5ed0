"""The one table of the API: its routes and its description (OpenAPI) are both made from it."""

from actions.api_tokens import Scope
from web.api import foreign, reading, writing
from web.api import models as m
from web.api.operation import Operation, Words

_READ = Scope.READ
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "show_token", "GET", "/token", Words("本令牌的部门、权限和有效期", "Whose token this is"),
        _READ, reading.show_token, {200: m.TokenOut},
    ),
    Operation(
        "list_items", "GET", "/items", Words("抽查事项清单", "The item list"),
        _READ, reading.list_items, {200: m.ItemPage}, m.ChangedQuery,
    ),
    Operation(
        "show_item", "GET", "/items/{id}", Words("一个抽查事项", "One item"),
        _READ, reading.show_item, {200: m.ItemOut},
    ),
    Operation(
        "list_objects", "GET", "/objects",
        Words("检查对象：本部门监管的；联席会议办公室为全部", "Objects that one supervises; for the joint office all"),
        _READ, reading.list_objects, {200: m.ObjectPage}, m.ObjectsQuery,
    ),
    Operation(
        "show_object", "GET", "/objects/{id}", Words("一个检查对象", "One object"),
        _READ, reading.show_object, {200: m.ObjectOut},
    ),
    Operation(
        "list_plans", "GET", "/plans", Words("已公布的年度抽查计划", "Published yearly plans, line by line"),
        _READ, reading.list_plans, {200: m.PlanPage}, m.PlansQuery,
    ),
    Operation(
        "show_plan", "GET", "/plans/{id}", Words("一项抽查计划", "One line of a plan"),
        _READ, reading.show_plan, {200: m.PlanOut},
    ),
    Operation(
        "list_schemes", "GET", "/schemes",
        Words("实施方案：本部门的，和其他部门已公告的", "Schemes: one's own, and of others what is announced"),
        _READ, reading.list_schemes, {200: m.SchemePage}, m.ChangedQuery,
    ),
    Operation(
        "show_scheme", "GET", "/schemes/{id}", Words("一个实施方案", "One scheme"),
        _READ, reading.show_scheme, {200: m.SchemeOut},
    ),
    Operation(
        "list_draws", "GET", "/draws", Words("抽取，附公开文件", "Draws with their public files"),
        _READ, reading.list_draws, {200: m.DrawPage}, m.OfSchemeQuery,
    ),
    Operation(
        "show_draw", "GET", "/draws/{id}", Words("一次抽取", "One draw"),
        _READ, reading.show_draw, {200: m.DrawOut},
    ),
    Operation(
        "list_inspections", "GET", "/inspections",
        Words("本部门参加的检查：状态和席位", "Inspections of one's own schemes: state and seats"),
        _READ, reading.list_inspections, {200: m.InspectionPage}, m.OfSchemeQuery,
    ),
    Operation(
        "show_inspection", "GET", "/inspections/{id}", Words("一次检查", "One inspection"),
        _READ, reading.show_inspection, {200: m.InspectionOut},
    ),
    Operation(
        "list_results", "GET", "/results",
        Words("已公示的结果，含各版本，按公示时间排列", "Published results in all versions, the oldest first"),
        _READ, reading.list_results, {200: m.ResultPage}, m.ChangedQuery,
    ),
    Operation(
        "show_result", "GET", "/results/{inspection}", Words("一次检查结果的各版本", "All versions of one result"),
        _READ, reading.show_result, {200: m.ResultPage},
    ),
    Operation(
        "show_version", "GET", "/results/{inspection}/versions/{version}", Words("一个版本", "One version"),
        _READ, reading.show_version, {200: m.ResultOut},
    ),
    Operation(
        "list_transfers", "GET", "/transfers",
        Words("本部门移出和收到的移送", "Transfers that one's department sent or gets"),
        _READ, reading.list_transfers, {200: m.TransferPage}, m.ChangedQuery,
    ),
    Operation(
        "show_transfer", "GET", "/transfers/{inspection}/{item}", Words("一件移送", "One transfer"),
        _READ, reading.show_transfer, {200: m.TransferOut},
    ),
    Operation(
        "give_receipt", "POST", "/transfers/{inspection}/{item}/receipt",
        Words("移送回执：签收、立案与否、退回", "A transfer is signed for, closed or sent back"),
        Scope.TRANSFER, writing.give_receipt, {200: m.TransferOut}, body=m.ReceiptIn, may_conflict=True,
    ),
    Operation(
        "list_deliveries", "GET", "/deliveries",
        Words("本平台尚未接收的交换内容", "What the token's platform has not taken over yet"),
        Scope.EXCHANGE, reading.list_deliveries, {200: m.DeliveryPage}, m.PageQuery,
    ),
    Operation(
        "acknowledge", "POST", "/deliveries/acknowledgements",
        Words("确认已接收", "Says that deliveries were taken over"),
        Scope.EXCHANGE, writing.acknowledge, {200: m.AcknowledgementOut}, body=m.AcknowledgementIn,
        may_conflict=True,
    ),
    Operation(
        "bring_in_draw", "POST", "/foreign-draws",
        Words("录入在其他平台进行的抽取", "Brings in a draw that was held on another platform"),
        Scope.DRAW, foreign.bring_in, {200: foreign.ForeignDrawOut, 201: foreign.ForeignDrawOut},
        body=foreign.ForeignDrawIn, may_conflict=True,
    ),
)  # fmt: skip
