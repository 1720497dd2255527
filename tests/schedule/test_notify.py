"""Real servers on this machine are told; what fails is told and stops nothing."""

import base64
import hashlib
import hmac
import json
import socketserver
import sys
import threading
import time
import urllib.parse
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import psutil
import pytest
from typer.testing import CliRunner

from hanbin_lib.cli.main import app
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.schedule import Event, Health, Notice, Result, State, examine, load_notify, send
from hanbin_lib.schedule.notify import Mail, Notify, Webhook, of_health, of_result

pytestmark = pytest.mark.usefixtures("no_parent")

NOTICE = Notice(Event.PUBLISHED, "2022-09", "月报 2022年9月 已发布", "第1版，共27份。")


@contextmanager
def _serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Robot(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((self.path, body))
        answer = json.dumps({"errcode": self.server.errcode}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class _Postman(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to hand in one message."""

    def handle(self):
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            if line.upper() == "DATA":
                self._say("354 go on")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append(letter.decode())
                self._say("250 taken")
            elif line.upper().startswith("EHLO"):
                self._say("250-here\r\n250 AUTH PLAIN")
            elif line.upper().startswith("AUTH"):
                self.server.logins.append(base64.b64decode(line.split()[-1]).decode())
                self._say("235 welcome")
            elif line.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def robot():
    with HTTPServer(("127.0.0.1", 0), _Robot) as server:
        server.received, server.errcode = [], 0
        with _serving(server):
            yield server


@pytest.fixture
def postman():
    with socketserver.TCPServer(("127.0.0.1", 0), _Postman) as server:
        server.received, server.logins = [], []
        with _serving(server):
            yield server


def _mail(postman, **more):
    return Mail(
        host="127.0.0.1", port=postman.server_address[1], security="none", sender="hanbin@example.org",
        recipients=("office@example.org", "bureau@example.org"), **more,
    )  # fmt: skip


def test_mail_arrives_with_its_words(postman):
    mail = _mail(postman, user_variable="MAIL_USER", password_variable="MAIL_PASSWORD")
    variables = {"MAIL_USER": "someone", "MAIL_PASSWORD": "secret"}
    assert send(Notify(mail=mail), NOTICE, variables) == []
    (letter,) = postman.received
    assert postman.logins == ["\0someone\0secret"]
    assert "office@example.org, bureau@example.org" in letter
    assert "第1版，共27份。" in base64.b64decode(letter.split("\r\n\r\n", 1)[1]).decode()


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_robot_is_told_in_text(robot, kind):
    address = f"http://127.0.0.1:{robot.server_address[1]}/robot?key=1"
    hook = Webhook(kind=kind, address_variable="ROBOT", secret_variable="SECRET")
    assert send(Notify(webhooks=(hook,)), NOTICE, {"ROBOT": address, "SECRET": "s"}, now=1665190800.0) == []
    ((path, body),) = robot.received
    assert body == {"msgtype": "text", "text": {"content": f"{NOTICE.subject}\n{NOTICE.text}"}}
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    if kind == "dingtalk":
        sign = base64.b64encode(hmac.new(b"s", b"1665190800000\ns", hashlib.sha256).digest()).decode()
        assert asked == {"key": ["1"], "timestamp": ["1665190800000"], "sign": [sign]}
    else:
        assert asked == {"key": ["1"]}


def test_a_command_reads_json(tmp_path):
    target = tmp_path / "told.json"
    program = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
    assert send(Notify(command=(sys.executable, "-c", program, str(target))), NOTICE, {}) == []
    assert json.loads(target.read_text(encoding="utf-8")) == NOTICE.as_dict()


def test_what_fails_is_told_without_secrets_and_does_not_stop_the_others(robot, postman):
    robot.errcode = 310000
    address = f"http://127.0.0.1:{robot.server_address[1]}/robot?key=verysecret"
    hooks = (Webhook(kind="wecom", address_variable="ROBOT"), Webhook(kind="wecom", address_variable="UNSET"))
    notify = Notify(
        mail=_mail(postman), webhooks=hooks, command=(sys.executable, "-c", "raise SystemExit(3)")
    )
    faults = send(notify, NOTICE, {"ROBOT": address})
    assert len(faults) == 3
    assert all(fault.startswith("HB-NTF-001") for fault in faults)
    assert "没有设置环境变量 UNSET" in faults[1]
    assert "verysecret" not in "".join(faults)
    assert len(postman.received) == 1


def test_a_server_that_is_not_there(postman):
    mail = _mail(postman).model_copy(update={"port": 1})
    (fault,) = send(Notify(mail=mail), NOTICE, {})
    assert "邮件（127.0.0.1）没有送达" in fault


def test_an_event_nobody_asked_for_is_not_told(robot):
    hook = Webhook(kind="wecom", address_variable="ROBOT")
    assert send(Notify(events=("failed",), webhooks=(hook,)), NOTICE, {}) == []
    assert robot.received == []


def test_a_notice_names_gaps_and_codes_and_no_row_of_data():
    month = Month(2022, 9)
    message = "HB-NBK-002 第3个单元格出错：610902199001011234"
    result = Result(month, State.PARTLY, ExitCode.PARTLY_PUBLISHED, "HB-NBK-002", message, ("流水镇",), 26, 2)
    (told,) = of_result(result, "月报")
    assert told.subject == "月报 2022年9月 部分发布"
    assert told.text == "第2版，共26份。暂缺：流水镇（HB-NBK-002）。"
    (failed,) = of_result(Result(month, State.FAILED, ExitCode.GATE_FAILED, "HB-GAT-001", message), "月报")
    assert failed.event is Event.FAILED
    assert "1990" not in failed.text
    assert of_result(Result(month, State.WAITING), "月报") == []
    (late,) = of_health(Health(((month, date(2022, 10, 10)),), ()), date(2022, 10, 12), "月报")
    assert late.event is Event.OVERDUE
    assert "应于10月10日前发布，已逾期2天" in late.text
    december = Health(((Month(2022, 12), date(2023, 1, 10)),), ())
    assert "应于2023年1月10日前发布" in of_health(december, date(2023, 1, 12), "月报")[0].text


def test_however_many_months_are_late_it_is_one_notice():
    months = [Month(2022, 9), Month(2022, 10), Month(2022, 12), Month(2023, 2), Month(2023, 3)]
    late = Health(tuple((month, date(2022, 10, 10)) for month in months), ())
    (told,) = of_health(late, date(2023, 5, 1), "月报", "操作记录第3条，校验值 aa")
    assert (told.month, told.subject) == ("2022-09", "月报 2022年9月等5个月 逾期未发布")
    assert told.text.startswith(
        "2022年9月至2022年10月、2022年12月、2023年2月至2023年3月逾期。其中2022年9月应于10月10日"
    )
    assert told.text.endswith("操作记录第3条，校验值 aa。")


def test_what_is_missing_in_a_published_month_is_named(office):
    office.gaps = {"610902_全区": ("“监测动态”monitoring.status_flow（KeyError）",)}
    office.release(Month(2022, 8))
    (told,) = of_health(examine(office.workspace, date(2022, 9, 1)), date(2022, 9, 1), "月报")
    assert told.subject == "月报 2022年8月 已发布，有暂缺"
    assert "610902_全区（“监测动态”monitoring.status_flow（KeyError））" in told.text


def test_the_file_is_checked_and_may_be_absent(office):
    assert load_notify(office.workspace) == Notify()
    path = office.workspace.params / "notify.yaml"
    path.write_text("mail: {host: mail.example.org, port: 0, security: ssl}\nevens: [failed]\n", "utf-8")
    with pytest.raises(HanbinError, match="HB-PAR-002") as caught:
        load_notify(office.workspace)
    for field in ("mail.port", "mail.security", "mail.sender", "mail.recipients", "evens"):
        assert field in caught.value.message


def _answers(server, kind):
    """What a server sends to whoever connects, piece by piece; it ends when the test does."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    whole = {
        "nothing": b"",
        "an array": head + b"Content-Length: 2\r\n\r\n[]",
        "null": head + b"Content-Length: 4\r\n\r\nnull",
        "a number": head + b"Content-Length: 1\r\n\r\n0",
        "half of JSON": head + b"Content-Length: 9\r\n\r\n{\"errcode",
        "a page": head + b"Content-Length: 13\r\n\r\n<html></html>",
        "no errcode": head + b"Content-Length: 2\r\n\r\n{}",
        "errcode as text": head + b'Content-Length: 15\r\n\r\n{"errcode":"0"}',
        "too many": head + b'Content-Length: 17\r\n\r\n{"errcode":45009}',
        "deep": head + b"Content-Length: 60000\r\n\r\n" + b"[" * 60000,
        "not UTF-8": head + b"Content-Length: 4\r\n\r\n\xff\xfe{}",
        "shorter than told": head + b'Content-Length: 99\r\n\r\n{"errcode":0}',
        "no HTTP": b"220 mail.example.org ESMTP\r\n",
        "unknown status": b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
        "server error": b"HTTP/1.1 500 Oops\r\nContent-Length: 13\r\n\r\n{\"errcode\":0}",
        "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
        "damaged gzip": head + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    }  # fmt: skip
    if kind in whole:
        yield whole[kind]
        return
    if kind == "endless":
        yield head + b"\r\n"
        while True:
            yield b" " * 8192
    if kind == "drips its head":
        for byte in head + b"X-Long: " + b"y" * 100_000:
            yield bytes([byte])
            server.stopped.wait(0.05)
    yield head + b'Content-Length: 100000\r\n\r\n{"errcode":0'  # silent, or drips its body
    while not server.stopped.wait(0.05):
        yield b" " if kind == "drips" else b""


class _Odd(socketserver.BaseRequestHandler):
    def handle(self):
        with suppress(OSError):
            self.request.recv(65536)
            for piece in _answers(self.server, self.server.kind):
                if self.server.stopped.is_set():
                    return
                self.request.sendall(piece)


ODD = (
    "nothing", "an array", "null", "a number", "half of JSON", "a page", "no errcode", "errcode as text",
    "too many", "deep", "not UTF-8", "shorter than told", "no HTTP", "unknown status", "server error",
    "elsewhere", "damaged gzip", "endless", "drips its head", "drips", "silent",
)  # fmt: skip


@pytest.fixture
def odd():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Odd) as server:
        server.daemon_threads, server.stopped = True, threading.Event()
        with _serving(server):
            yield server
            server.stopped.set()


@pytest.mark.parametrize("kind", ODD)
def test_whatever_a_server_answers_is_one_line_before_the_deadline(odd, kind):
    odd.kind = kind
    hook = Webhook(kind="wecom", address_variable="ROBOT")
    address = f"http://127.0.0.1:{odd.server_address[1]}/robot?key=verysecret"
    mail = Mail(
        host="127.0.0.1", port=odd.server_address[1], security="none", sender="a@b.c", recipients=("d@e.f",)
    )
    began = time.monotonic()
    faults = send(Notify(webhooks=(hook,), mail=mail), NOTICE, {"ROBOT": address}, deadline=1)
    assert time.monotonic() - began < 15  # a byte every 0.05 s would take hours
    assert [fault.partition(" ")[0] for fault in faults] == ["HB-NTF-001"] * 2
    assert "verysecret" not in "".join(faults)


def test_a_command_that_never_ends_is_ended_with_all_that_it_started(tmp_path):
    note = tmp_path / "pid"
    program = "import subprocess, sys; p = subprocess.Popen(['sleep', '1000']); open(sys.argv[1], 'w').write(str(p.pid)); p.wait()"
    (fault,) = send(Notify(command=(sys.executable, "-c", program, str(note))), NOTICE, {}, deadline=3)
    assert fault.startswith("HB-NTF-001")
    end = time.monotonic() + 10
    while psutil.pid_exists(int(note.read_text())) and time.monotonic() < end:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(note.read_text()))


@pytest.mark.parametrize("kind", ["null", "an array"])
def test_a_notice_that_fails_changes_nothing_of_due(office, odd, monkeypatch, kind):
    odd.kind = kind
    text = "webhooks: [{kind: wecom, address_variable: ROBOT}]\n"
    (office.workspace.params / "notify.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("ROBOT", f"http://127.0.0.1:{odd.server_address[1]}/")
    monkeypatch.setattr("hanbin_lib.release.release_month", lambda _, month, **more: office.release(month))
    called = ("due", "--notify", "--today", "2022-11-12", "--workspace", str(office.workspace.root))
    done = CliRunner().invoke(app, called)
    assert done.exit_code == 0, done.output
    assert office.asked == ["2022-09", "2022-10"]
    assert done.stderr.count("HB-NTF-001") == 2
