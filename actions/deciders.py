"""Who decides where a head is asked (行政处罚法 43; 市场监管程序规定 4): a head of the authority; where
there is none, or it is about the only one, of the level above, and then of the joint office's, for the heads together.
"""

from inspection.departments import JOINT_OFFICE, upwards
from inspection.roles import Role
from storage import people
from storage.store import Records
from storage.tables.registers import Person


def deciders(records: Records, department: str, district: str, *, about: str | None = None) -> list[Person]:
    """The heads who may decide for this department in a matter of this level, not the one whom it is `about`; none
    where the register names nobody."""
    for asked in dict.fromkeys((department, JOINT_OFFICE)):
        for level in upwards(district):
            heads = people.with_role(records, Role.HEAD, asked, level)
            found = [one for one in heads if one.id != about]
            if found:
                return found
    return []
