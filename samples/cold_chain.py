"""A sample checklist that shows what a form can do beside yes and no: repeats, numbers, days, places, groups.

冷链食品专项检查表（示例）. Own words; the legal basis is to be checked again before real use.
"""

from samples.workbooks import Table, Value

ZH, EN = "中文 (zh)", "English (en)"
CHOICE_TITLES = ("list_name", "name", f"label::{ZH}", f"label::{EN}")
SETTING_TITLES = ("form_title", "form_id", "version", "default_language")
_TITLES = (
    "type", "name", f"label::{ZH}", f"label::{EN}", "department", "basis", "important", "relevant", "required",
    "constraint", f"constraint_message::{ZH}", f"constraint_message::{EN}", "calculation", f"hint::{ZH}",
    f"hint::{EN}",
)  # fmt: skip
_MARKET, _CUSTOMS = "市场监管局", "海关"
_DEGREES = ("温度应在 -60 到 30 之间，单位 ℃。", "A temperature from -60 to 30 ℃.")

_ROWS: tuple[dict[str, Value], ...] = (
    {"type": "today", "name": "day"},
    {"type": "note", "name": "opening", "zh": "先看冷库和冷柜，再看台账和货物。", "en": "First the cold rooms and fridges, then records and goods."},
    {"type": "begin_group", "name": "place", "zh": "场所", "en": "Premises", "department": _MARKET},
    {"type": "geopoint", "name": "where", "zh": "冷库所在位置", "en": "Where the cold room is", "hint_zh": "在冷库门口发送位置", "hint_en": "Send the place from its door"},
    {"type": "select_multiple kind", "name": "kinds", "zh": "经营哪些冷链食品", "en": "Which chilled or frozen food is handled", "basis": "食品安全法54", "required": "yes"},
    {"type": "select_one answer", "name": "imported", "zh": "是否经营进口冷链食品", "en": "Is any of it imported", "important": "yes", "required": "yes"},
    {"type": "text", "name": "imported_note", "zh": "说明", "en": "Remarks", "relevant": "${imported} = 'no' and selected(${kinds}, 'other')"},
    {"type": "end_group", "name": "place"},
    {"type": "begin_repeat", "name": "fridge", "zh": "冷库或冷柜", "en": "Cold room or fridge", "department": _MARKET},
    {"type": "text", "name": "label", "zh": "编号或位置", "en": "Its number or place", "required": "yes"},
    {"type": "decimal", "name": "shown", "zh": "温度显示（℃）", "en": "Temperature shown (℃)", "required": "yes", "constraint": ". >= -60 and . <= 30"},
    {"type": "decimal", "name": "measured", "zh": "实测温度（℃）", "en": "Temperature measured (℃)", "basis": "GB 31605", "required": "yes", "constraint": ". >= -60 and . <= 30"},
    {"type": "calculate", "name": "gap", "calculation": "abs(${measured} - ${shown})"},
    {"type": "select_one answer", "name": "calibrated", "zh": "显示与实测相差 ${gap} ℃，温度计是否校准过", "en": "Shown and measured differ by ${gap} ℃; has the thermometer been calibrated", "important": "yes", "relevant": "${gap} > 2", "required": "yes"},
    {"type": "text", "name": "calibrated_note", "zh": "发现了什么问题", "en": "What is wrong", "relevant": "${calibrated} = 'no'", "required": "yes"},
    {"type": "image", "name": "calibrated_photo", "zh": "温度计照片", "en": "Photo of the thermometer", "relevant": "${calibrated} != 'na'", "required": "yes"},
    {"type": "end_repeat", "name": "fridge"},
    {"type": "calculate", "name": "warm", "calculation": "count(${fridge}[./measured > -15])"},
    {"type": "note", "name": "warm_note", "zh": "共有 ${warm} 处高于 -15 ℃。", "en": "${warm} of them are warmer than -15 ℃.", "relevant": "${warm} > 0"},
    {"type": "begin_group", "name": "import", "zh": "进口冷链食品", "en": "Imported goods", "department": _CUSTOMS, "relevant": "${imported} = 'yes'"},
    {"type": "date", "name": "arrived", "zh": "最近一批到货日期", "en": "Day of the latest delivery", "required": "yes", "constraint": ". <= ${day}", "c_zh": "到货日期不能晚于今天。", "c_en": "A delivery can't lie in the future."},
    {"type": "integer", "name": "boxes", "zh": "这一批有多少件", "en": "Boxes of that delivery", "required": "yes", "constraint": ". > 0", "c_zh": "至少 1 件。", "c_en": "At least 1."},
    {"type": "select_one answer", "name": "papers", "zh": "入境货物检验检疫证明是否齐全、与货物相符", "en": "Are the entry certificates complete and do they fit the goods", "basis": "食品安全法92", "important": "yes", "required": "yes"},
    {"type": "text", "name": "papers_note", "zh": "缺少哪些证明", "en": "Which are missing", "relevant": "${papers} = 'no'", "required": "yes"},
    {"type": "image", "name": "papers_photo", "zh": "证明照片", "en": "Photo of the papers", "relevant": "${papers} != 'na'", "required": "yes"},
    {"type": "end_group", "name": "import"},
)  # fmt: skip

_CHOICES = (
    ("answer", "yes", "是", "Yes"),
    ("answer", "no", "否", "No"),
    ("answer", "na", "不适用", "Not applicable"),
    ("kind", "meat", "肉", "Meat"),
    ("kind", "fish", "水产", "Fish"),
    ("kind", "dairy", "乳制品", "Dairy"),
    ("kind", "other", "其他", "Other"),
)


def cold_chain() -> dict[str, Table]:
    """The three sheets of the form."""
    title = "冷链食品专项检查表（示例）"
    return {
        "survey": (_TITLES, [_row(row) for row in _ROWS]),
        "choices": (CHOICE_TITLES, _CHOICES),
        "settings": (SETTING_TITLES, [(title, "CL-COLD", "1", ZH)]),
    }


def _row(row: dict[str, Value]) -> tuple[Value, ...]:
    is_degree = row["name"] in ("shown", "measured")
    messages = _DEGREES if is_degree else (row.get("c_zh"), row.get("c_en"))
    basis = f"{row['basis']}（示例）" if "basis" in row else None
    before = (row["type"], row["name"], row.get("zh"), row.get("en"), row.get("department"), basis)
    rules = (row.get("important"), row.get("relevant"), row.get("required"), row.get("constraint"))
    return (*before, *rules, *messages, row.get("calculation"), row.get("hint_zh"), row.get("hint_en"))
