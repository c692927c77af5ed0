"""The sample checklists (示例) as XLSForms: own words; the legal basis is to be checked again before real use."""

from collections.abc import Iterable, Iterator

from inspection.departments import DEPARTMENTS
from samples.cold_chain import CHOICE_TITLES, EN, SETTING_TITLES, ZH, cold_chain
from samples.workbooks import Table, Value

SURVEY_TITLES = (
    "type", "name", f"label::{ZH}", f"label::{EN}", "department", "basis", "important", "relevant", "required",
)  # fmt: skip
_ANSWERS = (("yes", "是", "Yes"), ("no", "否", "No"), ("na", "不适用", "Not applicable"))

# The lead department owns these in every list. ★ important, ◎ with a photo.
_OPENING = (
    "◎已出示执法证件并说明来意、已送达检查通知书、已告知回避权|行政处罚法|Inspectors have shown their certificates, said why they came, handed over the notice and told of the right to ask for recusal",
    "营业执照在有效期内且亮照经营|市场主体登记管理条例|The business licence is valid and displayed",
    "登记住所与实际经营地一致、可以联系|市场主体登记管理条例|The registered address is the real one, and the firm can be reached there",
    "年报及应公示信息已公示|企业信息公示暂行条例|Yearly reports and other due information have been published",
)

_CATERING = (
    "market★◎是否取得食品经营许可或备案，并在有效期内、在醒目处公示，项目与实际一致|食品安全法35；食品经营许可和备案管理办法|The food licence or filing is valid, displayed, and covers what is really done",
    "market★◎食品、原料是否在保质期内，无腐败变质、无来源不明、无“三无”|食品安全法34、53、67|Food and ingredients are within their dates, none spoiled, of unknown origin or without “name, maker and date”",
    "market★是否查验供货者资质并留存进货凭证，可追溯到最近一批|食品安全法53、55|Suppliers' papers are checked and receipts kept; the latest delivery can be traced",
    "health从业人员是否持有效健康证明，患禁忌疾病者未接触直接入口食品|食品安全法45|Staff hold valid health certificates; nobody with a barred illness touches food eaten directly",
    "market★◎食品添加剂是否专人专柜保管、使用有记录、无超范围超限量|食品安全法34；GB 2760|Additives are kept apart by one person, their use is recorded, none is forbidden or over the limit",
    "market◎加工区是否生熟分开，工具容器有区分标识，防交叉污染|食品安全法33；GB 31654|Raw and cooked are apart in the kitchen, tools are marked, nothing can cross over",
    "health餐饮具是否按规定清洗消毒保洁，或使用合格集中消毒餐具并有凭证|食品安全法56、58|Tableware is washed, disinfected and kept clean, or comes disinfected with papers",
    "market冷藏冷冻设备温度是否符合要求，食品离地离墙分类存放|食品安全法54；GB 31654|Cold storage keeps its temperature; food stands off floor and walls, by kind",
    "market◎学校、养老机构、集体用餐单位是否按要求留样（每品种不少于125克、48小时）|GB 31654；学校食品安全与营养健康管理规定|Schools, care homes and caterers for groups keep samples (125 g or more of each dish, 48 hours)",
    "market是否落实食品安全员/总监制度，日管控、周排查、月调度记录真实|市场监管总局令第60号|A food safety officer or director is at work; daily, weekly and monthly records are true",
    "health防蝇、防鼠、防虫设施是否完好，垃圾分类密闭|食品安全法33；GB 31654|Flies, mice and insects are kept out; waste is sorted and closed",
    "market是否提示防止食品浪费、未设最低消费|反食品浪费法7|Guests are told not to waste food; there is no minimum charge",
    "fire★◎疏散通道、安全出口是否畅通，燃气使用场所是否装有可燃气体报警装置|消防法28；安全生产法36|Exits and escape routes are clear; where gas is used there are gas alarms",
)
_EQUIPMENT = (
    "market★◎在用设备是否全部办理使用登记，登记标志在显著位置|特种设备安全法33|All equipment in use is registered, with the mark in plain sight",
    "market★◎是否在检验有效期内，无超期未检或检验不合格仍使用|特种设备安全法40|All of it is within its inspection date; nothing overdue or failed is in use",
    "market★无已报废、国家明令淘汰或未经许可生产的设备在用|特种设备安全法32、48|No equipment in use is scrapped, phased out by the state or made without a licence",
    "market作业人员、安全管理人员是否持证并在有效期内，作业项目相符|特种设备安全法13、14|Operators and safety managers hold valid certificates for what they do",
    "market是否配备安全总监/安全员，执行日管控、周排查、月调度并有记录|市场监管总局令第74号|A safety director or officer is at work; daily, weekly and monthly checks are recorded",
    "market是否建立“一机一档”安全技术档案（设计、合格、安装、检验、维保、故障）|特种设备安全法35|There is a file for each machine (design, approval, installation, inspection, upkeep, faults)",
    "market是否定期自行检查、维护保养并有记录（每月至少一次自查）|特种设备安全法39|Own checks and upkeep are done and recorded (at least monthly)",
    "market★◎安全阀、压力表、限速器等安全附件与保护装置是否在校验期内|特种设备安全法39|Safety valves, gauges, governors and other protection are within their calibration date",
    "housing电梯维保单位是否有资质，是否按十五日周期维保并留记录|特种设备安全法45；TSG T5002|The lift upkeep firm is qualified, comes every fifteen days and records it",
    "market◎电梯轿厢内是否张贴使用标志、应急电话、安全须知，应急对讲有效|特种设备安全法43|Lift cars show the mark, emergency number and rules; the intercom works",
    "emergency叉车等场车是否有车牌、限速与警示装置，司机系安全带|TSG 08；特种设备安全法|Forklifts and the like have plates, speed limits and warnings; drivers wear belts",
    "emergency是否制定应急预案并每年演练，有救援记录|特种设备安全法34、69|An emergency plan is there and drilled yearly, rescues are recorded",
)
_FIRE = (
    "fire★投入使用、营业前是否通过消防安全检查或作出告知承诺并经核查|消防法15|The fire safety check was passed, or promised and verified, before opening",
    "fire★◎安全出口、疏散通道是否畅通，无上锁、封堵、堆物|消防法28|Exits and escape routes are clear, not locked, blocked or stacked up",
    "fire★◎自动消防设施（报警、喷淋、消火栓、防排烟）是否完好有效，无擅自停用|消防法16、28|Alarms, sprinklers, hydrants and smoke control work; none is switched off without leave",
    "fire建筑消防设施是否每年至少一次全面检测并有记录|消防法16|Fire equipment is tested as a whole at least yearly, with records",
    "fire◎灭火器、应急照明、疏散指示是否配置到位、在有效期内|消防法16；GB 50140/51309|Extinguishers, emergency lights and exit signs are in place and within date",
    "fire消防控制室是否双人持证值班、熟悉处置程序，值班记录完整|消防法21；GB 25506|The control room has two certified people on duty who know what to do; the log is complete",
    "culture营业期间是否至少每两小时防火巡查一次并有记录|公安部令第61号25|Fire rounds are made at least every two hours of opening, and recorded",
    "fire★◎室内装修、装饰是否用不燃或难燃材料，无违规彩钢板、易燃隔音材料|消防法26|Fittings are of material that does not or hardly burn; no illegal foam panels or sound insulation",
    "fire◎外窗是否设有影响逃生和救援的障碍物（防盗网、广告牌）|消防法28|Outer windows are free of what hinders escape and rescue (bars, billboards)",
    "fire用火用电用气是否规范，动火作业有审批和监护|消防法21|Fire, power and gas are used by the rules; hot work is approved and watched",
    "culture员工是否经消防培训（公众聚集场所每半年一次）并会组织疏散，有演练记录|公安部令第61号36、40|Staff are trained (twice a year in public places) and can lead people out; drills are recorded",
    "police◎无住宿与经营混设、无违规储存易燃易爆物品、电动自行车未在楼内停放充电|消防法19；高层民用建筑消防安全管理规定|Nobody sleeps where business is done; no illegal storage of what burns or explodes; no e-bikes charged inside",
    "fire是否明确消防安全责任人、管理人，重点单位建有消防档案|消防法16、17|Who answers for fire safety is named; key units keep a fire file",
)
_FUEL = (
    "commerce★成品油零售经营资格是否有效，登记事项相符|成品油流通管理办法|The fuel retail licence is valid and agrees with what is registered",
    "emergency★危险化学品经营许可证是否在有效期内|危险化学品安全管理条例33|The permit for dangerous chemicals is valid",
    "emergency★主要负责人、安全管理人员是否经考核合格，员工培训有记录|安全生产法27、28|Managers are examined and fit; staff training is recorded",
    "market★◎加油机是否在强制检定有效期内，检定标志和铅封完好、无作弊装置|计量法9；加油站计量监督管理办法|Pumps are within their verification date, marks and seals whole, nothing to cheat with",
    "market★◎汽、柴油质量抽样是否符合国六标准，索取检验报告（封存样品编号）|产品质量法32、39；GB 17930/GB 19147|Petrol and diesel samples meet the State VI standard; ask for the report (number of the sealed sample)",
    "market油品进销存台账、进货凭证齐全，可溯源|产品质量法33；成品油流通管理办法|Fuel ledgers and receipts are complete and can be traced",
    "market是否明码标价，实际售价与公示一致|价格法13|Prices are displayed and are those charged",
    "market储罐、压力管道等特种设备是否登记、检验有效（加气站）|特种设备安全法33、40|Tanks and pressure pipes are registered and inspected (gas stations)",
    "emergency★◎防雷防静电、可燃气体报警、紧急切断、灭火器材是否完好|GB 50156；安全生产法36；消防法16|Lightning and static protection, gas alarms, emergency shut-off and extinguishers work",
    "emergency◎作业区无明火、手机等危险行为，警示标志齐全，卸油有专人监护|安全生产法35；GB 50156|No open fire, phones or other danger in the working area; signs are complete; unloading is watched",
    "ecology油气回收装置是否安装并正常运行，有监测记录|大气污染防治法47；GB 20952|Vapour recovery is fitted and running, with measurements",
    "tax加油机税控装置是否正常，数据与申报相符|税收征收管理法23|The tax device of the pumps works; its data agree with the returns",
    "police散装汽油是否实名登记、购买用途有记录|反恐怖主义法等|Loose petrol is sold by name only, with its use recorded",
    "emergency应急预案是否备案并演练|安全生产法81|The emergency plan is filed and drilled",
)
_LABOUR = (
    "labour★劳务派遣经营许可证是否有效，登记事项与实际一致（注册资本不少于200万元）|劳动合同法57|The labour dispatch licence is valid and agrees with the facts (capital of 2 million yuan or more)",
    "labour★是否与被派遣劳动者订立二年以上固定期限劳动合同，无工作期间按最低工资按月支付|劳动合同法58|Dispatched workers have contracts of two years or more, and the minimum wage each month without work",
    "labour★是否按月足额支付工资，无克扣拖欠，有工资清单与银行凭证|劳动合同法60、30；保障农民工工资支付条例|Wages are paid in full and monthly, without deductions; there are pay slips and bank records",
    "tax★是否依法为被派遣劳动者参保缴费|社会保险法58、60|Dispatched workers are insured by law",
    "labour派遣协议是否约定岗位、人数、期限、报酬、社保|劳动合同法59|The agreement names post, numbers, term, pay and insurance",
    "labour未向劳动者收取费用或扣押证件|劳动合同法60、84|No fees are taken from workers, no papers kept",
    "labour用工单位派遣用工是否不超过用工总量的10%|劳务派遣暂行规定4|The user keeps dispatched workers within 10% of all",
    "labour岗位是否属临时性、辅助性、替代性，辅助性岗位经民主程序并公示|劳动合同法66；暂行规定3|Posts are temporary, auxiliary or substitute; auxiliary ones were agreed and published",
    "labour是否同工同酬、提供福利与劳动保护|劳动合同法62、63|Equal work has equal pay, with benefits and protection",
    "market★未自设单位向本单位或所属单位派遣|劳动合同法67|No dispatch to itself or to units of its own",
    "labour每年3月31日前是否提交上一年度经营情况报告|劳务派遣行政许可实施办法22|The report on last year's business was handed in by 31 March",
    "labour未使用童工，女职工、未成年工特殊保护落实|禁止使用童工规定；劳动法|No child labour; women and minors have their special protection",
    "labour工作时间、加班费、休息休假是否合规，考勤真实|劳动法36、41、44|Hours, overtime pay and rest days follow the law; attendance is true",
)

_LISTS = (
    ("CL-CATERING", "餐饮服务联合检查表（示例）", "market", _CATERING),
    ("CL-EQUIPMENT", "特种设备使用单位联合检查表（示例）", "market", _EQUIPMENT),
    ("CL-FIRE", "公众聚集场所消防联合检查表（示例）", "fire", _FIRE),
    ("CL-FUEL", "加油站联合检查表（示例）", "commerce", _FUEL),
    ("CL-LABOUR", "劳务派遣与用工联合检查表（示例）", "labour", _LABOUR),
)


def checklists() -> dict[str, dict[str, Table]]:
    """File name to the three sheets of a form."""
    forms = {f"{id}.xlsx": _form(id, title, lead, own) for id, title, lead, own in _LISTS}
    return {**forms, "CL-COLD.xlsx": cold_chain()}


def _form(id: str, title: str, lead: str, own: Iterable[str]) -> dict[str, Table]:
    questions = (*(lead + question for question in _OPENING), *own)
    rows = [row for number, written in enumerate(questions, start=1) for row in _rows(f"q{number}", written)]
    choices = [("answer", *choice) for choice in _ANSWERS]
    return {
        "survey": (SURVEY_TITLES, rows),
        "choices": (CHOICE_TITLES, choices),
        "settings": (SETTING_TITLES, [(title, id, "1", ZH)]),
    }


def _rows(name: str, written: str) -> Iterator[tuple[Value, ...]]:
    """The question, the words that a no wants, and the photo where one is wanted."""
    department = next(one for one in DEPARTMENTS if written.startswith(one))
    marked, basis, english = written.removeprefix(department).split("|")
    text = marked.lstrip("★◎")
    marks = marked[: len(marked) - len(text)]
    important = "yes" if "★" in marks else None
    own = (DEPARTMENTS[department].name, f"{basis}（示例）", important)
    yield "select_one answer", name, text, english, *own, None, "yes"
    words = ("发现了什么问题", "What is wrong")
    yield (
        "text",
        f"{name}_note",
        *words,
        DEPARTMENTS[department].name,
        None,
        None,
        f"${{{name}}} = 'no'",
        "yes",
    )
    if "◎" in marks:
        words = ("现场照片", "Photo")
        yield "image", f"{name}_photo", *words, own[0], None, None, f"${{{name}}} != 'na'", "yes"
