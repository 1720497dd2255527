"""Telling people: mail, a group robot of WeCom or DingTalk, or a command (``params/notify.yaml``).

Passwords and addresses of robots are in environment variables; the file holds their names.
That somebody could not be told never changes what a run came to.
"""

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from hanbin_lib.params import Params, read_params
from hanbin_lib.schedule.notices import Event, Notice
from hanbin_lib.workspace import Workspace

_SECONDS = 20
Text = Annotated[str, Field(min_length=1)]
Variables = Mapping[str, str]


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


def send(notify: Notify, notice: Notice, variables: Variables, now: float | None = None) -> list[str]:
    """Tell everybody who is to be told of this event.

    Parameters
    ----------
    variables
        Environment variables.
    now
        Seconds since 1970, which DingTalk wants signed; the clock if not given.

    Returns
    -------
    list of str
        What could not be told, in Chinese; empty where all went well.
    """
    if Event(notice.event) not in notify.events:
        return []
    seconds = time.time() if now is None else now
    channels: list[tuple[str, Callable[[], None]]] = []
    if notify.mail:
        channels.append((f"邮件（{notify.mail.host}）", partial(_mail, notify.mail, notice, variables)))
    channels += [
        (f"群机器人（{hook.kind}）", partial(_post, hook, notice, variables, seconds))
        for hook in notify.webhooks
    ]
    if notify.command:
        channels.append((f"命令（{notify.command[0]}）", partial(_call, notify.command, notice)))
    return [fault for name, tell in channels if (fault := _fault_of(name, tell))]


def _fault_of(name: str, tell: Callable[[], None]) -> str:
    try:
        tell()
    except (OSError, smtplib.SMTPException, subprocess.SubprocessError, ValueError, KeyError) as error:
        # Of a foreign error only the kind: its text may hold an address or a password.
        reason = f"没有设置环境变量 {error.args[0]}" if isinstance(error, KeyError) else type(error).__name__
        return f"HB-NTF-001 {name}没有送达：{reason}"
    return ""


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
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=_SECONDS)
    if mail.security == "starttls":
        server.starttls(context=context)
    return server


def _post(hook: Webhook, notice: Notice, variables: Variables, now: float) -> None:
    """Both robots take the same text message and answer with ``errcode``."""
    address = variables[hook.address_variable]
    if not address.startswith(("https://", "http://")):
        raise ValueError(hook.address_variable)
    if hook.kind == "dingtalk" and hook.secret_variable:
        address += "&" + urllib.parse.urlencode(_signed(variables[hook.secret_variable], now))
    body = {"msgtype": "text", "text": {"content": f"{notice.subject}\n{notice.text}"}}
    data = json.dumps(body, ensure_ascii=False).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json; charset=utf-8"})
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        if json.loads(answer.read()).get("errcode") != 0:
            raise ValueError(hook.kind)


def _signed(secret: str, now: float) -> dict[str, str]:
    """DingTalk's signature: HMAC-SHA256 over time and secret (open.dingtalk.com, custom robots)."""
    timestamp = str(round(now * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def _call(command: tuple[str, ...], notice: Notice) -> None:
    """Run a command without a shell; the notice comes to it as JSON on standard input."""
    body = json.dumps(notice.as_dict(), ensure_ascii=False)
    subprocess.run(command, input=body.encode(), check=True, timeout=_SECONDS, capture_output=True)
