"""What figures must pass before a kernel starts: they balance, and nothing unusual is nobody's."""

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.indicators import broken_identities, unusual
from hanbin_lib.release.policy import Batch, Jump

_MOST_TOLD = 20


def check_figures(county: Bulletin, policy: Batch) -> None:
    """Refuse figures that break an identity, or that are unusual and nobody answers for.

    Raises
    ------
    HanbinError
        ``HB-GAT-001`` an identity does not hold, ``HB-GAT-002`` a jump, a negative
        income or a part outside 0 to 1 without acknowledgement.
    """
    broken = broken_identities(county.figures.table)
    if broken:
        raise _stopped(
            "HB-GAT-001",
            "指标之间不平衡，停止发布：\n" + "\n".join(broken[:_MOST_TOLD]),
            "请把本提示和数据版本号一并反馈给维护人员",
        )
    told = [*(line for jump in policy.jumps for line in _jumped(county, jump)), *_odd(county)]
    if told:
        more = f"\n……另有{len(told) - _MOST_TOLD}个" if len(told) > _MOST_TOLD else ""
        raise _stopped(
            "HB-GAT-002",
            f"{len(told)}个指标不寻常（比上月变动过大，或超出常见范围），须有人确认：\n"
            + "\n".join(told[:_MOST_TOLD])
            + more,
            f"核对数据；属实的，在 params/issues/{county.month}.yaml 的 acknowledgements 里写明确认人和原因",
        )


def _jumped(county: Bulletin, jump: Jump) -> list[str]:
    """Places whose figure moved further than the limits, without an acknowledgement."""
    known = _answered(county)
    told = []
    for place in county.scope.upper_places:
        now = county.figures.value(jump.indicator, place=place)
        change = county.figures.difference(jump.indicator, place=place)
        if now is None or change is None or (jump.indicator, place) in known:
            continue
        before = now - change
        if abs(change) > jump.least and abs(change) > jump.share * before:
            name = county.scope.register.name(place)
            told.append(f"{name}（{place}）{jump.indicator}：上月{before:.0f}，本月{now:.0f}")
    return told


def _odd(county: Bulletin) -> list[str]:
    """Figures beyond what is common, without an acknowledgement."""
    known = _answered(county)
    return [
        f"{county.scope.register.name(one.place_code)}（{one.place_code}）{one.indicator}：{one.text}"
        for one in unusual(county.figures.table, str(county.month))
        if (one.indicator, one.place_code) not in known
    ]


def _answered(county: Bulletin) -> set[tuple[str, str]]:
    return {(a.indicator, a.area) for a in county.issue.acknowledgements}


def _stopped(code: str, message: str, action: str) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=ExitCode.GATE_FAILED)
