"""改进事项 (mission C4, D3, E6): what is proposed out of complaints, who decides, who does it, and who judges whether it helped.

An item is proposed, accepted with an owner and a due date or declined with a reason, done with the measure that was taken, and judged by
somebody else than who did it. Who may do what stands in one table (`GRANTS`). Days of the bank's zone. Texts hold no personal data: numbers
that look like a person's are masked before they are kept.
"""

from shouwen.core.improvement.item import (
    DIMENSIONS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Act,
    Field,
    Finding,
    ImprovementRule,
    Item,
    Kind,
    Measured,
    Origin,
    State,
    is_overdue,
)

__all__ = [
    "DIMENSIONS",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Act",
    "Field",
    "Finding",
    "ImprovementRule",
    "Item",
    "Kind",
    "Measured",
    "Origin",
    "State",
    "is_overdue",
]
