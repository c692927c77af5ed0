"""Makes the sample registers: `python -m samples.make_samples` writes them next to this file.

One fixed seed, no clock: the same files every time. See samples/README.md.
"""

from pathlib import Path
from random import Random

from samples import checklists, firms, items, people, schemes
from samples.invented import Names
from samples.workbooks import Table, workbook_bytes

FOLDER = Path(__file__).parent
_SEED = 20261124


def samples() -> dict[str, dict[str, Table]]:
    """File name below this folder to sheets, in an order of making that the seed's effect depends on."""
    dice = Random(_SEED)
    names = Names(dice)
    objects, catering = firms.objects(dice, names)
    inspectors = people.inspectors(dice, names)
    return {
        "items.xlsx": {"抽查事项清单": items.items()},
        "objects.xlsx": {"检查对象名录库": objects},
        "labels.xlsx": {"标注": firms.labels(objects, inspectors)},
        "inspectors.xlsx": {
            "执法检查人员名录库": inspectors,
            "不可用时段": people.absences(dice, inspectors),
            "利益关系申报": people.interests(dice, inspectors, catering),
        },
        "staff.xlsx": {"工作人员": people.staff(names)},
        "experts.xlsx": {"专家库": people.experts(names)},
        "witnesses.xlsx": {"见证人名册": people.witnesses(names)},
        **{f"checklists/{name}": sheets for name, sheets in checklists.checklists().items()},
        "plan.xlsx": {"年度抽查计划": schemes.plans()},
        "schemes.xlsx": {"实施方案": schemes.schemes(), "分层抽取": schemes.strata()},
    }


def sample_files() -> dict[str, bytes]:
    """File name to the bytes of the workbook."""
    return {name: workbook_bytes(sheets) for name, sheets in samples().items()}


if __name__ == "__main__":
    (FOLDER / "checklists").mkdir(exist_ok=True)
    for name, data in sample_files().items():
        (FOLDER / name).write_bytes(data)
