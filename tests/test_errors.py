"""Errors travel between processes whole."""

import pickle

from hanbin_lib.errors import ExitCode, HanbinError


def test_an_error_survives_pickling():
    error = HanbinError("HB-X-001", "出错", action="改正", exit_code=ExitCode.GATE_FAILED)
    again = pickle.loads(pickle.dumps(error))
    assert vars(again) == vars(error)
    assert str(again) == str(error) == "HB-X-001 出错 处理办法：改正"
