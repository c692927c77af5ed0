"""抽查事项清单: at least one item for each department of the notice, and for fire and rescue. Samples, not law."""

from datetime import date

from inspection.departments import DEPARTMENTS
from samples.invented import DEPARTMENT_LETTERS
from samples.workbooks import Table, Value

TITLES = (
    "事项编码", "抽查领域", "抽查事项", "事项类别", "发起部门", "配合部门", "检查对象类型", "检查依据", "检查内容及要求", "检查方式",
    "检查比例", "检查频次", "检查人员资格要求", "实施层级", "版本", "生效日期", "状态",
)  # fmt: skip

# department, field, title, kind, joining, objects, basis, ratio, qualification
_ITEMS = (
    ("market", "餐饮服务", "餐饮服务食品安全检查", "重点", "fire health", "餐饮服务提供者", "食品安全法", "8%", ""),
    ("market", "登记注册", "登记事项检查", "一般", "tax", "企业、个体工商户", "市场主体登记管理条例", "3%", ""),
    ("market", "公示信息", "企业年度报告公示信息检查", "一般", "tax statistics", "企业", "企业信息公示暂行条例", "3%", ""),
    ("market", "特种设备", "特种设备使用单位检查", "重点", "emergency", "特种设备使用单位", "特种设备安全法", "10%", "特种设备安全监察"),
    ("market", "计量", "加油机强制检定与计量检查", "重点", "commerce", "加油站", "计量法", "20%", ""),
    ("market", "产品质量", "车用汽柴油质量抽查", "重点", "commerce ecology", "加油站", "产品质量法", "20%", ""),
    ("market", "价格", "明码标价检查", "一般", "", "经营者", "价格法", "2%", ""),
    ("market", "劳务派遣", "劳务派遣单位登记事项检查", "一般", "labour", "劳务派遣单位", "市场主体登记管理条例", "20%", ""),
    ("reform", "粮食流通", "政策性粮食承储检查", "重点", "market", "粮食企业", "粮食流通管理条例", "10%", ""),
    ("reform", "节能", "固定资产投资项目节能检查", "一般", "industry", "项目", "节约能源法", "5%", ""),
    ("education", "校外培训", "校外培训机构办学行为检查", "重点", "market civil fire", "培训机构", "民办教育促进法", "10%", ""),
    ("industry", "民用爆炸物品", "民爆生产企业检查", "重点", "police emergency", "民爆企业", "民用爆炸物品安全管理条例", "20%", ""),
    ("civil", "养老服务", "养老机构服务质量与安全检查", "重点", "market fire health", "养老机构", "养老机构管理办法", "20%", ""),
    ("police", "特种行业", "旅馆业治安管理检查", "一般", "market fire", "旅馆", "旅馆业治安管理办法", "5%", ""),
    ("police", "散装汽油", "散装汽油销售实名登记检查", "重点", "commerce", "加油站", "反恐怖主义法", "20%", ""),
    ("labour", "劳务派遣", "劳务派遣经营与用工检查", "重点", "market tax", "劳务派遣单位", "劳动合同法", "20%", ""),
    ("labour", "劳动保障", "用人单位遵守劳动保障法律检查", "一般", "", "用人单位", "劳动保障监察条例", "3%", ""),
    ("ecology", "大气污染", "加油站油气回收检查", "重点", "commerce", "加油站", "大气污染防治法", "20%", ""),
    ("ecology", "排污许可", "排污单位检查", "重点", "", "排污单位", "排污许可管理条例", "10%", ""),
    ("housing", "房地产市场", "房地产开发企业检查", "一般", "market tax", "房地产企业", "城市房地产管理法", "5%", ""),
    ("housing", "燃气", "燃气经营企业检查", "重点", "market emergency", "燃气企业", "城镇燃气管理条例", "20%", ""),
    ("transport", "工程建设", "公路工程质量与安全检查", "一般", "emergency", "项目", "公路法", "10%", ""),
    ("agriculture", "农资", "农药经营检查", "一般", "market", "农药经营者", "农药管理条例", "5%", ""),
    ("agriculture", "种子", "种子生产经营检查", "一般", "market", "种子企业", "种子法", "5%", ""),
    ("commerce", "成品油", "成品油零售经营检查", "重点", "market emergency", "加油站", "成品油流通管理办法", "20%", ""),
    ("culture", "文化娱乐", "娱乐场所检查", "一般", "police fire", "娱乐场所", "娱乐场所管理条例", "5%", ""),
    ("culture", "旅游", "旅行社检查", "一般", "market", "旅行社", "旅行社条例", "5%", ""),
    ("health", "公共场所", "餐饮从业人员健康与餐饮具集中消毒检查", "一般", "market", "餐饮服务提供者", "传染病防治法", "5%", ""),
    ("health", "医疗机构", "医疗机构依法执业检查", "重点", "", "医疗机构", "医疗机构管理条例", "10%", ""),
    ("emergency", "危险化学品", "危险化学品经营检查", "重点", "fire", "危险化学品经营单位", "危险化学品安全管理条例", "20%", "危险化学品监管"),
    ("emergency", "矿山", "非煤矿山安全检查", "重点", "land", "矿山企业", "矿山安全法", "20%", "矿山安全监察"),
    ("land", "矿产资源", "矿业权人勘查开采信息检查", "一般", "", "矿业权人", "矿产资源法", "5%", ""),
    ("water", "水资源", "取用水管理检查", "一般", "", "取水单位", "水法", "5%", ""),
    ("forestry", "林木种苗", "林草种苗经营检查", "一般", "agriculture", "种苗企业", "种子法", "5%", ""),
    ("livestock", "屠宰", "生猪等畜禽定点屠宰检查", "重点", "market", "屠宰企业", "生猪屠宰管理条例", "20%", "官方兽医"),
    ("livestock", "兽药饲料", "兽药与饲料经营检查", "一般", "market", "兽药饲料经营者", "兽药管理条例", "5%", ""),
    ("statistics", "统计", "统计数据质量检查", "一般", "", "调查对象", "统计法", "2%", ""),
    ("customs", "进出口", "进出口食品生产企业检查", "一般", "market", "进出口企业", "海关法", "5%", ""),
    ("tax", "纳税", "纳税申报与发票使用检查", "一般", "", "纳税人", "税收征收管理法", "2%", ""),
    ("road", "道路运输", "道路旅客与货物运输经营检查", "一般", "police", "道路运输企业", "道路运输条例", "5%", ""),
    ("tobacco", "烟草专卖", "烟草制品零售检查", "一般", "market", "烟草零售户", "烟草专卖法", "2%", ""),
    ("post", "快递", "快递企业经营与安全检查", "一般", "police", "快递企业", "快递暂行条例", "10%", ""),
    ("fire", "公众聚集场所", "公众聚集场所消防安全检查", "重点", "police culture", "公众聚集场所", "消防法", "10%", ""),
    ("fire", "餐饮场所", "餐饮场所消防与用气安全检查", "重点", "market", "餐饮服务提供者", "消防法", "8%", ""),
)  # fmt: skip


def item_ids() -> list[str]:
    """One id for each item, such as `MKT-01`, in the order of the list."""
    counted: dict[str, int] = {}
    ids = []
    for department, *_ in _ITEMS:
        counted[department] = counted.get(department, 0) + 1
        ids.append(f"{DEPARTMENT_LETTERS[department]}-{counted[department]:02d}")
    return ids


def items() -> Table:
    """The list as the lead department keeps it."""
    return TITLES, [_row(id, item) for id, item in zip(item_ids(), _ITEMS, strict=True)]


def _row(id: str, item: tuple[str, ...]) -> tuple[Value, ...]:
    department, field, title, kind, joining, objects, basis, ratio, qualification = item
    names = "、".join(DEPARTMENTS[one].name for one in joining.split())
    content = f"按本部门{title}要求，核对许可与登记、现场状况、制度与记录。（示例）"
    return (
        id, field, title, kind, DEPARTMENTS[department].name, names, objects, f"《{basis}》（示例，使用前须核对条款）",
        content, "实地检查、书面检查", ratio, "每年不超过2次" if kind == "重点" else "每年1次", qualification, "州、县（市）", 1,
        date(2026, 1, 1), "有效",
    )  # fmt: skip
