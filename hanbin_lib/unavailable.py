"""What cannot be computed says why: one shape for everything that a model or an estimate may lack."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Stands where a result would stand.

    A missing table, a parameter that the bureau has not entered, a record that is too short: none of them
    stops a month. What is printed in its place is one sentence, made of these two.

    Parameters
    ----------
    name
        What is not there, as a reader calls it.
    reason
        Why, in Chinese, without a full stop.
    """

    name: str
    reason: str
