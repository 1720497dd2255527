"""Telling people: mail, a group robot of WeCom or DingTalk, or a command (``params/notify.yaml``).

A notice says month, revision, gaps and code of the fault; nothing of any person.
Passwords and addresses of robots are in environment variables; the file holds their names.
That somebody could not be told never changes what a run came to: whatever a server answers or does
not answer is at most one line of HB-NTF-001, and all of it together takes `DEADLINE_SECONDS`.
"""

import base64
import hashlib
import hmac
import json
import os
import signal
import smtplib
import ssl
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from email.message import EmailMessage
from enum import StrEnum
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.release.publication import Published
from hanbin_lib.schedule.due import Health, Result, State
from hanbin_lib.workspace import Workspace

DEADLINE_SECONDS = 30.0
_STEP_SECONDS = 10.0  # one step of a conversation; the deadline ends the whole
_MOST_BYTES = 65536  # of an answer; a robot says {"errcode":0,"errmsg":"ok"}
Text = Annotated[str, Field(min_length=1)]
Variables = Mapping[str, str]
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
    title = f"{bulletin_name} {result.label}"
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
    """What is told of months that are late, and of publications that are not as entered or lack something.

    However many months are late, it is one notice: who is away for years is not sent one a month, each day.
    """
    return [
        *([_behind(health.ahead, today, bulletin_name)] if health.ahead else []),
        *([_late(health.overdue, today, bulletin_name, record)] if health.overdue else []),
        *(_unlike(month, bulletin_name) for month in health.unlike_ledger),
        *(_incomplete(published, bulletin_name) for published in health.incomplete),
    ]


def behind(ahead: Month, today: date) -> str:
    """That the clock is behind what was published, and what follows from it."""
    day = f"{today.year}年{today.month}月{today.day}日"
    return f"今天按{day}算，可是{ahead.label}已经发布：逾期查不出来，也不会补发。先校正系统时间。"


def _behind(ahead: Month, today: date, bulletin_name: str) -> Notice:
    return Notice(Event.OVERDUE, str(ahead), f"{bulletin_name} 本机日期不对", behind(ahead, today))


def _late(overdue: tuple[tuple[Month, date], ...], today: date, bulletin_name: str, record: str) -> Notice:
    months, (month, day) = [month for month, _ in overdue], overdue[0]
    several = f"等{len(months)}个月" if months[1:] else ""
    subject = f"{bulletin_name} {month.label}{several} 逾期未发布"
    text = f"{'、'.join(_spans(months))}逾期。其中{month.label}" if several else ""
    text += f"{_lateness(month, day, today)}运行 hanbin due 查看原因。"
    return Notice(Event.OVERDUE, str(month), subject, _with(text, record))


def _spans(months: list[Month]) -> list[str]:
    """Months in order, those that follow one another together."""
    ends = [month for month in months if month.shift(1) not in months]
    starts = [month for month in months if month.shift(-1) not in months]
    pairs = zip(starts, ends, strict=True)
    return [first.label_until(last) for first, last in pairs]


def _lateness(month: Month, day: date, today: date) -> str:
    """How late it is; the day of another year than the month's is told with its year."""
    year = "" if day.year == month.year else f"{day.year}年"
    return f"应于{year}{day.month}月{day.day}日前发布，已逾期{(today - day).days}天。"


def _incomplete(published: Published, bulletin_name: str) -> Notice:
    """What is missing in a month that is published."""
    month, missing = published.month, published.missing
    parts = [f"{name}（{'、'.join(gaps) or '整份'}）" for name, gaps in missing.items()]
    more = f"等{len(parts)}份" if len(parts) > _MOST_NAMED else ""
    text = f"{'、'.join(parts[:_MOST_NAMED])}{more}。查明后重做的办法见运行手册“失败了怎么办”。"
    return Notice(Event.FAILED, str(month), f"{bulletin_name} {month.label} 已发布，有暂缺", text)


def _unlike(month: Month, bulletin_name: str) -> Notice:
    text = f"发布目录与发布记录不符（缺失或被改动）。运行 hanbin bulletin {month} 恢复，并查明原因。"
    return Notice(Event.FAILED, str(month), f"{bulletin_name} {month.label} 发布目录有误", text)


class Mail(Params):
    """Mail by SMTP; `user_variable` and `password_variable` name environment variables."""

    host: Text
    port: Annotated[int, Field(ge=1, le=65535)]
    security: Literal["tls", "starttls", "none"]
    sender: Text
    recipients: Annotated[tuple[Text, ...], Field(min_length=1)]
    user_variable: str = ""
    password_variable: str = ""


class Webhook(Params):
    """A group robot; its address (and DingTalk's signing secret) are in environment variables."""

    kind: Literal["wecom", "dingtalk"]
    address_variable: Text
    secret_variable: str = ""


class Notify(Params):
    """Who is told of what (``params/notify.yaml``); nobody where there is no file."""

    events: tuple[Literal["published", "failed", "overdue"], ...] = ("published", "failed", "overdue")
    mail: Mail | None = None
    webhooks: tuple[Webhook, ...] = ()
    command: tuple[Text, ...] = ()


def load_notify(workspace: Workspace) -> Notify:
    """Read ``params/notify.yaml``; raise ``HB-PAR-002`` naming every fault of it."""
    path = workspace.params / "notify.yaml"
    return read_params(path, Notify) if path.is_file() else Notify()


def send(
    notify: Notify,
    notice: Notice,
    variables: Variables,
    now: float | None = None,
    deadline: float = DEADLINE_SECONDS,
) -> list[str]:
    """Tell everybody who is to be told of this event, all at the same time.

    Parameters
    ----------
    variables
        Environment variables.
    now
        Seconds since 1970, which DingTalk wants signed; the clock if not given.
    deadline
        Seconds after which nobody is waited for any more.

    Returns
    -------
    list of str
        What could not be told, in Chinese; empty where all went well.
    """
    if Event(notice.event) not in notify.events:
        return []
    seconds = time.time() if now is None else now
    end = time.monotonic() + deadline
    attempts = [
        _Attempt(name, tell) for name, tell in _channels(notify, notice, variables, seconds, deadline)
    ]
    for attempt in attempts:
        attempt.join(max(0.0, end - time.monotonic()))
    return [attempt.fault for attempt in attempts if attempt.fault]


def _channels(
    notify: Notify, notice: Notice, variables: Variables, now: float, deadline: float
) -> list[tuple[str, Callable[[], None]]]:
    channels: list[tuple[str, Callable[[], None]]] = []
    if notify.mail:
        channels.append((f"邮件（{notify.mail.host}）", partial(_mail, notify.mail, notice, variables)))
    channels += [
        (f"群机器人（{hook.kind}）", partial(_post, hook, notice, variables, now)) for hook in notify.webhooks
    ]
    if notify.command:
        command = partial(_call, notify.command, notice, deadline)
        channels.append((f"命令（{notify.command[0]}）", command))
    return channels


class _Attempt(threading.Thread):
    """One channel in a thread that nobody has to wait for: a server that drips keeps no run."""

    def __init__(self, name: str, tell: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._channel, self._tell = name, tell
        self.fault = f"HB-NTF-001 {name}没有送达：限时内没有答复"
        self.start()

    def run(self) -> None:
        try:
            self._tell()
            self.fault = ""
        except KeyError as error:
            self.fault = f"HB-NTF-001 {self._channel}没有送达：没有设置环境变量 {error.args[0]}"
        except Exception as error:  # noqa: BLE001 -- no answer may change what a run came to
            # Of a foreign error only the kind: its text may hold an address or a password.
            self.fault = f"HB-NTF-001 {self._channel}没有送达：{type(error).__name__}"


def _mail(mail: Mail, notice: Notice, variables: Variables) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        notice.subject,
        mail.sender,
        ", ".join(mail.recipients),
    )
    message.set_content(notice.text, cte="base64")  # every relay carries it
    with _server(mail) as server:
        if mail.user_variable:
            server.login(variables[mail.user_variable], variables[mail.password_variable])
        server.send_message(message)


def _server(mail: Mail) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=_STEP_SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=_STEP_SECONDS)
    if mail.security == "starttls":
        server.starttls(context=context)
    return server


def _post(hook: Webhook, notice: Notice, variables: Variables, now: float) -> None:
    """Both robots take the same text message and answer with ``errcode``; no answer leads elsewhere."""
    import httpx  # noqa: PLC0415 -- most offices have no robot, and each look at what is due comes by here

    address = variables[hook.address_variable]
    if not address.startswith(("https://", "http://")):
        raise ValueError(hook.address_variable)
    if hook.kind == "dingtalk" and hook.secret_variable:
        address += "&" + urllib.parse.urlencode(_signed(variables[hook.secret_variable], now))
    body = {"msgtype": "text", "text": {"content": f"{notice.subject}\n{notice.text}"}}
    with httpx.stream("POST", address, json=body, timeout=_STEP_SECONDS) as answer:
        answer.raise_for_status()
        content = b""
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > _MOST_BYTES:
                raise ValueError(hook.kind)
    said = json.loads(content)
    if not isinstance(said, dict) or said.get("errcode") != 0:
        raise ValueError(hook.kind)


def _signed(secret: str, now: float) -> dict[str, str]:
    """DingTalk's signature: HMAC-SHA256 over time and secret (open.dingtalk.com, custom robots)."""
    timestamp = str(round(now * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def _call(command: tuple[str, ...], notice: Notice, seconds: float) -> None:
    """Run a command without a shell; the notice comes to it as JSON on standard input.

    What it says is not read: nothing that it leaves running can hold on to a pipe of ours.
    """
    body = json.dumps(notice.as_dict(), ensure_ascii=False).encode()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, **quiet) as process:  # type: ignore[call-overload]
        try:
            process.communicate(body, timeout=0.9 * seconds)
        except subprocess.TimeoutExpired:
            with suppress(OSError, AttributeError):  # no groups on Windows
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            raise
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command[0])
