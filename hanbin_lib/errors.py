"""Errors that a user can act on: what happened, where, what to do next (in Chinese); and what is unavailable.

A message never carries the value of a personal field.
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command `hanbin`; a scheduler decides by these alone."""

    OK = 0
    USAGE = 2
    PARAMS_INVALID = 10
    INPUT_INVALID = 11
    GATE_FAILED = 20
    PERSONAL_DATA = 21
    TYPOGRAPHY = 22
    NOTEBOOK_FAILED = 30
    TIMEOUT = 31
    KERNEL_DIED = 32
    PARTLY_PUBLISHED = 40
    PUBLICATION_FAILED = 50
    OVERDUE = 60
    UNEXPECTED = 70
    LOCKED = 75
    CANCELLED = 130


class HanbinError(Exception):
    """An error with a stable code, a Chinese message and an exit code.

    Parameters
    ----------
    code
        Stable identifier such as ``HB-IMP-001``, explained in ``docs/errors.md``.
    message
        What happened and where, in Chinese; several lines where several faults were found.
    action
        What to do next, in Chinese.
    exit_code
        How the command ends.
    """

    def __init__(
        self, code: str, message: str, *, action: str = "", exit_code: ExitCode = ExitCode.USAGE
    ) -> None:
        self.code = code
        self.message = message
        self.action = action
        self.exit_code = exit_code
        super().__init__(f"{code} {message}" + (f" 处理办法：{action}" if action else ""))

    def _render_traceback_(self) -> list[str]:
        """What a notebook's cell shows (IPython asks for it): the message, not the lines of the program."""
        return [f"{self.code} {self.message}", *([f"处理办法：{self.action}"] if self.action else [])]

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes whole: a worker's error must reach its caller as it is."""
        return _restored, (self.code, self.message, self.action, self.exit_code)


def _restored(code: str, message: str, action: str, exit_code: ExitCode) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=exit_code)


def refused_input(code: str, message: str, action: str) -> HanbinError:
    """What a user gave cannot be taken as it is."""
    return HanbinError(code, message, action=action, exit_code=ExitCode.INPUT_INVALID)


def refused_params(code: str, message: str, action: str) -> HanbinError:
    """A parameter is wrong, or lacking."""
    return HanbinError(code, message, action=action, exit_code=ExitCode.PARAMS_INVALID)


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
