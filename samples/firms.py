"""检查对象名录库: some 3,200 invented objects in the prefecture and its four counties.

Shares of the credit classes as published for Xinjiang at the end of 2022: A 48.6, B 41.5, C 6.4, D 3.5 per cent.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from inspection.departments import DISTRICTS
from samples.invented import DISTRICT_LETTERS, Names, credit_code
from samples.workbooks import Table, Value

TITLES = (
    "对象编号", "对象类型", "名称", "统一社会信用代码", "登记状态", "行政区划", "住所", "纬度", "经度", "联络员", "行业", "许可证",
    "专项库", "信用风险等级", "上次检查日期", "本年度已检次数", "频次上限", "状态", "监管部门", "型号", "批次", "生产单位",
    "项目编号", "建设单位", "行为类别", "实施主体",
)  # fmt: skip
_SUPERVISORS = {
    "餐饮": "市场监管局、卫健委、消防救援支队", "住宿": "公安局、文化体育广电和旅游局、消防救援支队", "娱乐": "文化体育广电和旅游局、公安局、消防救援支队",
    "加油站": "市场监管局、商务局、应急管理局、消防救援支队", "劳务派遣": "人社局", "医疗": "卫健委", "美容美发": "卫健委", "教育培训": "教育局",
    "建筑": "住建局", "物业": "住建局、市场监管局", "道路运输": "交通运输局、道路运输管理局", "物流快递": "邮政管理局", "农资": "农业农村局",
    "种植养殖": "农业农村局", "屠宰": "畜牧兽医局", "危险化学品": "应急管理局", "旅游": "文化体育广电和旅游局", "养老": "民政局", "进出口": "海关",
    "矿产": "自然资源局", "林草": "林业和草原局", "房地产": "住建局",
}  # fmt: skip
"""By trade; without a line it is market regulation."""

_DISTRICT_SHARES = {"652700": 4, "652701": 46, "652702": 12, "652722": 23, "652723": 15}
_PLACES = {
    "652700": "博州",
    "652701": "博乐市",
    "652702": "阿拉山口市",
    "652722": "精河县",
    "652723": "温泉县",
}
_CENTRES = {
    "652700": (44.90, 82.07),
    "652701": (44.85, 82.05),
    "652702": (45.17, 82.57),
    "652722": (44.60, 82.89),
    "652723": (44.97, 81.03),
}
_ROADS = ("示例一路", "示例二路", "样例大街", "样例巷", "演示路", "演示北街")
_KIND_CATEGORY = {"企业": "1", "个体工商户": "2", "农民专业合作社": "3", "外企代表机构": "1"}


@dataclass(frozen=True)
class Trade:
    """One industry: how many objects, how their names end, which kinds they are, their licence and special lists."""

    industry: str
    number: int
    endings: tuple[str, ...]
    kinds: tuple[str, ...]
    licence: str = ""
    special: tuple[str, ...] = ()


_FIRM, _SHOP, _COOP = "企业", "个体工商户", "农民专业合作社"
_TRADES = (
    Trade("餐饮", 780, ("餐馆", "拌面馆", "抓饭店", "火锅店", "小吃店", "茶餐厅", "烤肉店", "奶茶店"), (_SHOP, _SHOP, _FIRM),
          "食品经营许可证", ("餐饮",)),
    Trade("零售", 520, ("便利店", "百货商行", "服装店", "五金店", "文具店"), (_SHOP, _SHOP, _FIRM)),
    Trade("食品销售", 260, ("食品商行", "超市", "果蔬店"), (_SHOP, _FIRM), "食品经营许可证"),
    Trade("食品生产", 90, ("食品有限公司", "糕点厂"), (_FIRM,), "食品生产许可证"),
    Trade("住宿", 150, ("宾馆", "酒店", "民宿"), (_FIRM, _SHOP), "特种行业许可证", ("公众聚集场所",)),
    Trade("娱乐", 70, ("歌舞厅", "网吧", "影院"), (_FIRM,), "娱乐经营许可证", ("公众聚集场所",)),
    Trade("加油站", 72, ("加油站",), (_FIRM,), "成品油零售经营批准证书", ("加油站", "特种设备使用", "危险化学品")),
    Trade("劳务派遣", 96, ("劳务派遣有限公司", "人力资源有限公司"), (_FIRM,), "劳务派遣经营许可证", ("劳务派遣",)),
    Trade("药品零售", 90, ("大药房",), (_FIRM, _SHOP), "药品经营许可证"),
    Trade("医疗", 60, ("诊所", "门诊部"), (_FIRM, _SHOP), "医疗机构执业许可证"),
    Trade("美容美发", 110, ("理发店", "美容院"), (_SHOP,), "公共场所卫生许可证"),
    Trade("教育培训", 60, ("培训学校", "艺术培训中心"), (_FIRM,), "办学许可证"),
    Trade("制造", 120, ("建材有限公司", "机械厂", "塑料制品有限公司"), (_FIRM,), "", ("特种设备使用",)),
    Trade("建筑", 90, ("建筑工程有限公司",), (_FIRM,), "建筑业企业资质"),
    Trade("物业", 60, ("物业服务有限公司",), (_FIRM,), "", ("特种设备使用",)),
    Trade("道路运输", 90, ("运输有限公司", "货运部"), (_FIRM, _SHOP), "道路运输经营许可证"),
    Trade("物流快递", 60, ("快递服务部", "物流有限公司"), (_FIRM,), "快递业务经营许可证"),
    Trade("农资", 80, ("农资店", "种子有限公司"), (_SHOP, _FIRM), "农药经营许可证"),
    Trade("种植养殖", 130, ("种植农民专业合作社", "养殖农民专业合作社"), (_COOP,)),
    Trade("屠宰", 12, ("屠宰场",), (_FIRM,), "定点屠宰证"),
    Trade("危险化学品", 24, ("化工商贸有限公司",), (_FIRM,), "危险化学品经营许可证", ("危险化学品",)),
    Trade("旅游", 30, ("旅行社",), (_FIRM,), "旅行社业务经营许可证"),
    Trade("养老", 14, ("养老院",), (_FIRM,), "养老机构备案", ("公众聚集场所",)),
    Trade("进出口", 60, ("国际贸易有限公司",), (_FIRM,), "报关单位备案"),
    Trade("矿产", 16, ("矿业有限公司",), (_FIRM,), "采矿许可证"),
    Trade("林草", 20, ("苗木有限公司",), (_FIRM,), "林草种子生产经营许可证"),
    Trade("房地产", 30, ("房地产开发有限公司",), (_FIRM,), "房地产开发资质"),
    Trade("其他", 12, ("驻博州代表处",), ("外企代表机构",)),
)  # fmt: skip
_OTHER_THINGS = (
    ("产品", "示例牌车用尿素水溶液", "农资"),
    ("产品", "示例牌矿泉水", "食品生产"),
    ("项目", "博乐市示例公路改造项目", "建筑"),
    ("项目", "精河县示例水渠项目", "建筑"),
    ("行为", "温泉县示例夜市摊点经营行为", "餐饮"),
)
_OF_THEIR_KIND: dict[str, tuple[str, ...]] = {
    "示例牌车用尿素水溶液": ("AUS-32 10L", "20260815A", "博州示例化工商贸有限公司", "", "", "", ""),
    "示例牌矿泉水": ("550ml", "20260901", "温泉县示例食品有限公司", "", "", "", ""),
    "博乐市示例公路改造项目": ("", "", "", "示例BL-2026-GL-01", "博乐市示例交通建设有限公司", "", ""),
    "精河县示例水渠项目": ("", "", "", "示例JH-2026-SL-02", "精河县示例水利建设有限公司", "", ""),
    "温泉县示例夜市摊点经营行为": ("", "", "", "", "", "占道经营", "温泉县示例夜市管理服务部"),
}
"""型号, 批次, 生产单位, 项目编号, 建设单位, 行为类别, 实施主体."""
_NO_KIND = ("",) * 7
LABEL_TITLES = ("名录库", "编号", "层级", "行政区划", "标注", "状态")

MARKUP_FIRM = "博乐市<b>云雀</b>*_[䶮]示例餐馆"


def objects(dice: Random, names: Names) -> tuple[Table, list[str]]:
    """The register, and the ids of the catering objects that may be drawn, for interests to be declared in."""
    rows: list[tuple[Value, ...]] = []
    counted: dict[str, int] = {}
    for trade in _TRADES:
        classes = _classes(dice, trade.number)
        districts = _districts(dice, trade.number)
        rows += [_row(dice, names, counted, trade, *pair) for pair in zip(classes, districts, strict=True)]
    rows += [_thing(dice, counted, *thing) for thing in _OTHER_THINGS]
    first_open = next(at for at, row in enumerate(rows) if row[4] == "存续" and row[5] == "博乐市")
    rows[first_open] = (*rows[first_open][:2], MARKUP_FIRM, *rows[first_open][3:])
    rows.sort(key=lambda row: str(row[0]))
    catering = [str(row[0]) for row in rows if row[10] == "餐饮" and row[4] == "存续" and row[1] != "行为"]
    return (TITLES, [(*row, *_supervision_and_kind(row)) for row in rows]), catering


def labels(objects: Table, inspectors: Table) -> Table:
    """标注: what the prefecture and the counties say about some; every so manieth, so that no dice are thrown."""
    found: list[tuple[Value, ...]] = []
    for at, row in enumerate(objects[1]):
        if at % 97 == 0:
            found.append(("检查对象", row[0], "县市级", row[5], "重点关注", "有效"))
        if "公众聚集场所" in str(row[12]) and at % 5 == 0:
            found.append(("检查对象", row[0], "州级", DISTRICTS["652700"].name, "人员密集", "有效"))
    for at, row in enumerate(inspectors[1]):
        if at % 41 == 0:
            found.append(("执法检查人员", row[0], "州级", DISTRICTS["652700"].name, "州级业务骨干", "有效"))
    return LABEL_TITLES, found


def _supervision_and_kind(row: tuple[Value, ...]) -> tuple[Value, ...]:
    return (_SUPERVISORS.get(str(row[10]), ""), *_OF_THEIR_KIND.get(str(row[2]), _NO_KIND))


def _classes(dice: Random, number: int) -> list[str]:
    """The published shares in each trade, so that every stratum is as large as it would be."""
    low, risky, bad = round(number * 0.486), round(number * 0.064), round(number * 0.035)
    classes = [*"A" * low, *"C" * risky, *"D" * bad]
    classes += ["B"] * (number - len(classes))
    dice.shuffle(classes)
    return classes


def _districts(dice: Random, number: int) -> list[str]:
    total = sum(_DISTRICT_SHARES.values())
    codes = [code for code, share in _DISTRICT_SHARES.items() for _ in range(number * share // total)]
    codes += ["652701"] * (number - len(codes))
    dice.shuffle(codes)
    return codes


def _row(
    dice: Random, names: Names, counted: dict[str, int], trade: Trade, credit_class: str, district: str
) -> tuple[Value, ...]:
    kind = dice.choice(trade.kinds)
    status = dice.choices(("存续", "注销", "吊销", "迁出"), (964, 20, 8, 8))[0]
    ending = dice.choice(trade.endings)
    name = names.firm(_PLACES[district], ending)
    visits = dice.choices((0, 1, 2), (80, 17, 3))[0]
    latitude, longitude = _CENTRES[district]
    special = [one for one in trade.special if one != "特种设备使用" or dice.random() < 0.7]
    return (
        _id(counted, district), kind, name, credit_code(dice, _KIND_CATEGORY[kind], district), status,
        DISTRICTS[district].name, f"{_PLACES[district]}{dice.choice(_ROADS)}{dice.randint(1, 299)}号",
        round(latitude + dice.uniform(-0.04, 0.04), 5), round(longitude + dice.uniform(-0.05, 0.05), 5), names.person(),
        trade.industry, trade.licence, "、".join(special), credit_class, _last_visit(dice, visits), visits,
        1 if credit_class == "A" and visits < 1 else 4, "有效",
    )  # fmt: skip


def _last_visit(dice: Random, visits: int) -> date | None:
    """A visit of this year lies before September; without one some were visited last year."""
    if visits:
        return date(2026, 1, 15) + timedelta(days=dice.randint(0, 210))
    return date(2025, 1, 15) + timedelta(days=dice.randint(0, 300)) if dice.random() < 0.3 else None


def _thing(dice: Random, counted: dict[str, int], kind: str, name: str, industry: str) -> tuple[Value, ...]:
    """A product, a project or a conduct: it has no credit code."""
    return (
        _id(counted, "652700"), kind, name, "", "存续", DISTRICTS["652700"].name, f"博州{dice.choice(_ROADS)}", None, None, "",
        industry, "", "", "B", None, 0, 2, "有效",
    )  # fmt: skip


def _id(counted: dict[str, int], district: str) -> str:
    counted[district] = counted.get(district, 0) + 1
    return f"{DISTRICT_LETTERS[district]}{counted[district]:05d}"
