"""A person may stand in two lists, as staff and as inspector; here the two become one person with all roles."""

from collections.abc import Iterable, Mapping

from inspection.registration.rows import Values
from inspection.roles import Role


def people_of(
    staff: Iterable[Values], inspectors: Iterable[Values], roles_before: Mapping[str, Iterable[str]]
) -> list[Values]:
    """Everybody in the two lists, once. `roles_before` are the roles of those who are already stored."""
    people = {row["id"]: _staff(row, roles_before.get(row["id"], ())) for row in staff}
    for row in inspectors:
        known = people.get(row["id"])
        if known is not None:
            known["roles"] = in_order([*known["roles"], Role.OFFICER])
            continue
        others = [role for role in roles_before.get(row["id"], ()) if role != Role.OFFICER]
        people[row["id"]] = _officer(row, others)
    return list(people.values())


def outsiders_of(rows: Iterable[Values], role: Role, department: str) -> list[Values]:
    """Experts or witnesses as people to talk to; they belong to no department."""
    return [
        {
            **{name: row[name] for name in ("id", "name", "title", "district", "is_active")},
            "department": department,
            "roles": [role.value],
        }
        for row in rows
    ]


def in_order(roles: Iterable[str]) -> list[str]:
    """Each role once, in the order in which roles are declared."""
    held = set(roles)
    return [role.value for role in Role if role in held]


def _staff(row: Values, before: Iterable[str]) -> Values:
    kept = [Role.OFFICER] if Role.OFFICER in before else []
    return {**row, "roles": in_order([*row["roles"], *kept])}


def _officer(row: Values, other_roles: list[str]) -> Values:
    person = {name: row[name] for name in ("id", "name", "department", "district")}
    is_active = row["is_active"] or bool(other_roles)  # whoever lost the certificate may still be the head
    return {**person, "roles": in_order([*other_roles, Role.OFFICER]), "is_active": is_active}
