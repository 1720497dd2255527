"""The logic rules of the register, each a named rule with its source.

A rule sees stored tables only, so it cannot speak of a name or a number.
"""

from hanbin_lib.ingest.rules.bureau import BUREAU_RULES
from hanbin_lib.ingest.rules.households import AFTER_RULES, CAUSE_RULES, INCOME_RULES, TIME_RULES
from hanbin_lib.ingest.rules.model import Context, Rule, apply_rules, household_sums
from hanbin_lib.ingest.rules.persons import PERSON_RULES, WORK_RULES

RULES: tuple[Rule, ...] = (
    *TIME_RULES,
    *CAUSE_RULES,
    *AFTER_RULES,
    *INCOME_RULES,
    *PERSON_RULES,
    *WORK_RULES,
    *BUREAU_RULES,
)

__all__ = ["RULES", "Context", "Rule", "apply_rules", "household_sums"]
