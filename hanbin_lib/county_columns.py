"""A county's own headings, labels, codes and place names (``params/columns.yaml``), and those of a period."""

from typing import Annotated

from pydantic import Field

from hanbin_lib.parameter_files import Params
from hanbin_lib.policy import Policy, merged
from hanbin_lib.state import MonthText


class CodeForm(Params):
    """Form of a code: how many digits, and how many of them are those of the county's own code."""

    digits: Annotated[int, Field(ge=1, le=30)]
    area_digits: Annotated[int, Field(ge=0, le=6)] = 0


class CountyColumns(Params):
    """A county's own headings, labels and codes (``params/columns.yaml``), all by official heading.

    Parameters
    ----------
    aliases
        Table -> column -> headings that the county's files have for it.
    extra
        Table -> headings of columns that the county knows of and that are not used.
    labels
        Column -> the county's spelling of a label -> the label of the data dictionary; one that is no
        label there is a label of the county's own.
    values
        Column -> labels that it has besides those of the data dictionary.
    codes
        Column -> form of its codes.
    places
        Written name of a town (``镇``) or of a village (``镇/村``) -> its name in the register.
    area_codes
        Table -> month whose codes of places its files have.
    """

    aliases: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    extra: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: dict[str, dict[str, str]] = Field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    codes: dict[str, CodeForm] = Field(default_factory=dict)
    places: dict[str, str] = Field(default_factory=dict)
    area_codes: dict[str, MonthText] = Field(default_factory=dict)

    def under(self, policy: Policy) -> "CountyColumns":
        """With the headings and labels of a period; where both say something the county's own counts."""
        period = policy.columns
        aliases = {
            table: merged(period.aliases.get(table, {}), self.aliases.get(table, {}))
            for table in {**period.aliases, **self.aliases}
        }
        labels = {
            heading: {**period.labels.get(heading, {}), **self.labels.get(heading, {})}
            for heading in {**period.labels, **self.labels}
        }
        values = merged(policy.values, self.values)
        return self.model_copy(update={"aliases": aliases, "labels": labels, "values": values})
