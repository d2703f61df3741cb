"""What is held of a person: said at the search, shown in a window, saved and erased.

Public: `PersonLine`, and `PersonWindow` in `person_window`, which the first use loads.
"""

from kvitto.ui.person.person_line import PersonLine

__all__ = ("PersonLine",)
