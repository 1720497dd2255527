"""What a notice says: month, edition, gaps, code of the fault; nothing of any person."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from hanbin_lib.months import Month
from hanbin_lib.schedule.due import Result, State
from hanbin_lib.schedule.health import Health

_MOST_NAMED = 10


class Event(StrEnum):
    """Why somebody is told."""

    PUBLISHED = "published"
    FAILED = "failed"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Parameters
    ----------
    event, month
        What it is about.
    subject, text
        In Chinese.
    """

    event: Event
    month: str
    subject: str
    text: str

    def as_dict(self) -> dict[str, str]:
        """For a command that reads JSON."""
        return {name: str(value) for name, value in asdict(self).items()}


def of_result(result: Result, bulletin_name: str, record: str = "") -> list[Notice]:
    """What is told of a month that was made; nothing while its data are waited for.

    Parameters
    ----------
    record
        The head of the record of runs as `audit.told` tells it: who keeps the notices can hold the
        record against them.
    """
    title = f"{bulletin_name} {result.month.label}"
    if result.state is State.WAITING:
        return []
    if result.state is State.FAILED:
        text = f"错误代码 {result.error}（说明见 docs/errors.md）。已发布的内容没有改动，详情见运行记录。"
        return [Notice(Event.FAILED, str(result.month), f"{title} 未能发布", _with(text, record))]
    text = f"第{result.revision}版，共{result.documents}份。"
    if result.gaps:
        more = f"等{len(result.gaps)}份" if len(result.gaps) > _MOST_NAMED else ""
        text += f"暂缺：{'、'.join(result.gaps[:_MOST_NAMED])}{more}（{result.error}）。"
    return [Notice(Event.PUBLISHED, str(result.month), f"{title} {result.state}", _with(text, record))]


def _with(text: str, record: str) -> str:
    return f"{text}\n{record}。" if record else text


def of_health(health: Health, today: date, bulletin_name: str, record: str = "") -> list[Notice]:
    """What is told of months that are late, and of publications that are not as entered."""
    late = [
        Notice(
            Event.OVERDUE,
            str(month),
            f"{bulletin_name} {month.label} 逾期未发布",
            _with(_lateness(day, today), record),
        )
        for month, day in health.overdue
    ]
    return late + [_unlike(month, bulletin_name) for month in health.unlike_ledger]


def _lateness(day: date, today: date) -> str:
    days = (today - day).days
    return f"应于{day.month}月{day.day}日前发布，已逾期{days}天。运行 hanbin due 查看原因。"


def _unlike(month: Month, bulletin_name: str) -> Notice:
    text = f"发布目录与发布记录不符（缺失或被改动）。运行 hanbin bulletin {month} 恢复，并查明原因。"
    return Notice(Event.FAILED, str(month), f"{bulletin_name} {month.label} 发布目录有误", text)
