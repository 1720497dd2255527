"""Ready entries for systemd, cron and the Windows Task Scheduler: call, every day, `hanbin due`.

A machine that was off at that time makes up for it: the timers start when it is on again, and
`due` itself makes every month that is missing.
"""

import re
import shlex
from collections.abc import Callable
from pathlib import Path, PurePath
from xml.sax.saxutils import escape

Files = dict[str, str]
_DUE, _HEALTH = "hanbin-due", "hanbin-health"
_TITLES = {_DUE: "补齐应发布而未发布的月报", _HEALTH: "检查月报是否逾期"}
_HOURS_LATER = 2  # the alarm looks after the run had its time
ACCOUNT = "hanbin"
_CONFINED = "UMask=0027\nNoNewPrivileges=yes\nPrivateTmp=yes\nProtectSystem=full\nTimeoutStopSec=10\n"
_BEGINNING = "2020-01-01"  # any day in the past: a trigger needs one


def systemd(program: PurePath, workspace: PurePath, at: str, account: str) -> Files:
    """Services and timers (``Persistent=true``) for ``/etc/systemd/system``; nothing runs as root."""
    files = {}
    for name, command, when in _tasks(at):
        exec_start = " ".join(
            _in_systemd(str(part)) for part in (program, *command, "--workspace", workspace)
        )
        files[f"{name}.service"] = (
            f"[Unit]\nDescription={_TITLES[name]}\nWants=network-online.target\nAfter=network-online.target\n\n"
            f"[Service]\nType=oneshot\nUser={account}\n{_CONFINED}"
            f"EnvironmentFile=-/etc/hanbin.env\nExecStart={exec_start}\n"
        )
        files[f"{name}.timer"] = (
            f"[Unit]\nDescription={_TITLES[name]}\n\n"
            f"[Timer]\nOnCalendar=*-*-* {when}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )
    return files


def cron(program: PurePath, workspace: PurePath, at: str, account: str) -> Files:
    """Lines for ``crontab -e`` of the account; a day that was missed is made up for on the next."""
    lines = [f"# 装进账户 {account} 的 crontab（crontab -u {account} -e），不用 root\n"]
    for name, command, when in _tasks(at):
        hour, minute = when.split(":")
        words = [str(part) for part in (program, *command, "--workspace", workspace)]
        log = shlex.quote(str(workspace / "data" / "logs" / f"{name}.txt"))
        line = f"{shlex.join(words)} >> {log} 2>&1".replace("%", r"\%")
        lines.append(f"# {_TITLES[name]}\n{int(minute)} {int(hour)} * * * {line}\n")
    return {"hanbin.cron": "".join(lines)}


def windows(program: PurePath, workspace: PurePath, at: str, account: str) -> Files:  # noqa: ARG001
    """Tasks for ``schtasks /Create /XML``: run as soon as possible after a missed start.

    They run as whoever installs them, without an administrator's rights.
    """
    return {
        f"{name}.xml": _TASK.format(
            title=escape(_TITLES[name]),
            start=f"{_BEGINNING}T{when}:00",
            command=escape(str(program)),
            arguments=escape(" ".join([*command, "--workspace", _in_windows(str(workspace))])),
            folder=escape(str(workspace)),
        )
        for name, command, when in _tasks(at)
    }


UNITS: dict[str, Callable[[PurePath, PurePath, str, str], Files]] = {
    "systemd": systemd,
    "cron": cron,
    "windows": windows,
}


def account_of(workspace: Path) -> str:
    """The account that owns the workspace; `ACCOUNT` where that is root, or accounts are unknown."""
    try:
        owner = workspace.owner()
    except (OSError, KeyError, NotImplementedError):
        return ACCOUNT
    return ACCOUNT if owner == "root" else owner


def is_time(text: str) -> bool:
    """Whether `text` is a time of day early enough for the alarm to follow on the same day."""
    return bool(re.fullmatch(r"([01][0-9]|2[01]):[0-5][0-9]", text))


def _tasks(at: str) -> list[tuple[str, tuple[str, ...], str]]:
    hour, minute = at.split(":")
    later = f"{int(hour) + _HOURS_LATER:02d}:{minute}"
    return [(_DUE, ("due", "--notify"), at), (_HEALTH, ("health", "--notify"), later)]


def _in_systemd(word: str) -> str:
    """Quoted as systemd.service(5) and systemd.syntax(7) read it; % begins a specifier, $ a variable."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if re.search(r"[\s'\";]", word) else word


def _in_windows(word: str) -> str:
    """Quoted as the Microsoft C runtime splits a command line; a path holds no quote."""
    return f'"{word}"' if " " in word else word


_TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>{title}</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>{start}</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author"><RunLevel>LeastPrivilege</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions>
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
