"""How often the tests look for garbage: seldom, since a quarter of their time went into walking over what stays."""

import gc


def collect_seldom() -> None:
    gc.set_threshold(50_000, 20, 50)


def leave_what_stands() -> None:
    """Modules, tables and the tests themselves live to the end: later collections pass them by."""
    gc.collect()
    gc.freeze()
