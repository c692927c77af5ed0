"""The functions of ODK XForms expressions: one table from their names, made of the tables of their kinds.

Source: the ODK XForms specification (getodk.github.io/xforms-spec), section XPath functions.
"""

from inspection.forms.functions_dates import DATES
from inspection.forms.functions_nodes import NODES
from inspection.forms.functions_numbers import NUMBERS
from inspection.forms.functions_texts import TEXTS
from inspection.forms.rules import Rule, Table

FUNCTIONS: Table = {**TEXTS, **NUMBERS, **DATES, **NODES}

__all__ = ["FUNCTIONS", "Rule"]
