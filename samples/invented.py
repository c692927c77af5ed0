"""Invented names and codes. Whoever bears such a name in life is not meant."""

from collections.abc import Callable
from random import Random

from inspection.registration.credit_code import check_character

DEPARTMENT_LETTERS = {
    "market": "MKT", "reform": "REF", "education": "EDU", "industry": "IND", "civil": "CIV", "police": "POL",
    "labour": "LAB", "ecology": "ECO", "housing": "HOU", "transport": "TRA", "agriculture": "AGR",
    "commerce": "COM", "culture": "CUL", "health": "HEA", "emergency": "EME", "land": "LAN", "water": "WAT",
    "forestry": "FOR", "livestock": "LIV", "statistics": "STA", "customs": "CUS", "tax": "TAX", "road": "ROA",
    "tobacco": "TOB", "post": "POS", "fire": "FIR",
}  # fmt: skip
DISTRICT_LETTERS = {"652700": "BZ", "652701": "BL", "652702": "AL", "652722": "JH", "652723": "WQ"}

_SURNAMES = "云木水石林江田叶梅丘柏松竺桑苗麦雷风羊兰"
_GIVEN = "砚岫芷澍珩筠砺莳旎翊洇霁槿荞楹漪琚钰曈菂䶮"
_UYGHUR = ("阿依木兰", "吐尔洪江", "古丽夏提", "艾尔潘", "迪丽曼", "玉山江", "热依拉", "帕尔哈提江")
_UYGHUR_FATHERS = ("卡德尔江", "吾甫尔别", "赛买提汗", "依明尼牙", "托合提木")
_KAZAKH = ("叶尔波兰", "阿依波塔", "巴合提努尔", "沙吾列木", "达吾列特江", "古丽江")
_KAZAKH_FATHERS = ("别克苏坦", "哈布都力", "努尔太汗", "木合塔尔别克")
_MONGOLIAN = ("巴图那生", "其其格玛", "乌兰托娅", "孟克达来", "萨仁高娃", "道尔吉苏荣")

_FIRM_WORDS = (
    "云雀", "青禾", "赛湖", "白桦", "红柳", "雪莲", "沙枣", "银杏", "晨露", "星河", "玉泉", "金穗", "麦田", "远山", "晴川",
    "飞鸿", "杏花", "绿洲", "胡杨", "梭梭", "枸杞", "蓝天", "朝霞", "松涛", "鹿鸣", "鸣沙", "月牙", "和风", "春晖", "秋实",
    "百灵", "天鹅", "骏马", "驼铃", "冰川", "甘泉", "向阳", "常青", "同心", "丰年",
)  # fmt: skip
_SECOND_WORDS = (
    "",
    "东",
    "西",
    "南",
    "北",
    "新",
    "老",
    "大",
    "小",
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
)
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Names:
    """Gives out names, each firm's and each person's once."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._taken: set[str] = set()

    def person(self) -> str:
        """Mostly Chinese names, some Uyghur, Kazakh and Mongolian ones in Chinese writing."""
        return self._fresh(self._person)

    def firm(self, place: str, ending: str) -> str:
        """Such as 博乐市云雀示例餐馆: 示例 (sample) stands in each, so that no real firm can bear it."""
        return self._fresh(
            lambda: f"{place}{self._dice.choice(_FIRM_WORDS)}{self._dice.choice(_SECOND_WORDS)}示例{ending}"
        )

    def _fresh(self, make: Callable[[], str]) -> str:
        while True:
            name = make()
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _person(self) -> str:
        dice = self._dice
        kind = dice.random()
        if kind < 0.72:
            return dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2))
        if kind < 0.84:
            return f"{dice.choice(_UYGHUR)}·{dice.choice(_UYGHUR_FATHERS)}"
        if kind < 0.93:
            return f"{dice.choice(_KAZAKH)}·{dice.choice(_KAZAKH_FATHERS)}"
        return f"{dice.choice(_MONGOLIAN)}·{dice.choice(_GIVEN)}"


def credit_code(dice: Random, category: str, district: str) -> str:
    """A code with right check characters whose organisation part begins with YY, which no register gives out."""
    body = "YY" + "".join(dice.choice(_CODE_SIGNS) for _ in range(6))
    seventeen = f"9{category}{district}{body}{_organisation_check(body)}"
    return seventeen + check_character(seventeen)


def _organisation_check(body: str) -> str:
    """The ninth character of an organisation code (GB 11714)."""
    values = [int(sign, 36) for sign in body]
    rest = 11 - sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
