"""Buttons of findings and of the joint result."""

from dataclasses import dataclass
from enum import StrEnum

from inspection.results import Category, FollowUp, Method
from notifications.buttons.data import ButtonData


@dataclass(frozen=True)
class FindingsButton(ButtonData, prefix="fi"):
    """Goes on with the findings of the presser's department."""

    inspection: str


@dataclass(frozen=True)
class FindingButton(ButtonData, prefix="fa"):
    """Asks for the category of one item anew."""

    inspection: str
    item: str


@dataclass(frozen=True)
class CategoryButton(ButtonData, prefix="fc"):
    category: Category
    inspection: str
    item: str


@dataclass(frozen=True)
class FollowUpButton(ButtonData, prefix="ff"):
    follow_up: FollowUp
    inspection: str
    item: str


@dataclass(frozen=True)
class ReceiverButton(ButtonData, prefix="fr"):
    department: str
    inspection: str
    item: str


@dataclass(frozen=True)
class MethodsButton(ButtonData, prefix="fs"):
    """Shows by which methods an item was checked."""

    inspection: str
    item: str


class MethodStep(StrEnum):
    """Said in the button, so that the second press of the same button doesn't undo the first."""

    ADD = "a"
    DROP = "d"


@dataclass(frozen=True)
class MethodButton(ButtonData, prefix="fm"):
    step: MethodStep
    method: Method
    inspection: str
    item: str


class ResultAct(StrEnum):
    VIEW = "v"
    SUBMIT = "s"
    APPROVE = "a"
    RETURN = "r"


@dataclass(frozen=True)
class ResultButton(ButtonData, prefix="rs"):
    act: ResultAct
    inspection: str


class DepartmentReviewAct(StrEnum):
    VIEW = "v"
    AGREE = "a"
    RETURN = "r"


@dataclass(frozen=True)
class DepartmentReviewButton(ButtonData, prefix="rd"):
    """What one department found: seen, agreed to, or returned to that department alone."""

    act: DepartmentReviewAct
    inspection: str
    department: str
