"""Scenarios and households for the tests of shocks."""

import numpy as np
import pandas as pd

from hanbin_lib.contract import MEASURES
from hanbin_lib.parameter_files import validated
from hanbin_lib.simulate.scenarios import Scenario
from hanbin_lib.simulate.shocks import Exposure

LINE = 7000.0


def quantity(low, likely=None, high=None):
    likely = low if likely is None else likely
    return {"low": low, "likely": likely, "high": likely if high is None else high, "assumption": "测试"}


def shock(kind, name=None, *, share=1.0, correlation=0.0, **fields):
    own = {"name": name or kind, "kind": kind, "within_town": {"value": correlation, "assumption": "测试"}}
    return own | {"exposed": share if isinstance(share, dict) else quantity(share)} | fields


def illness(median=9000.0, ninetieth=40000.0, most=200000.0, **fields):
    pay = {"median": median, "ninetieth": ninetieth, "most": most, "assumption": "测试"}
    return shock("大病自付", self_pay_yuan=pay, **fields)


def flood(receipts=0.5, lost=0.4, **fields):
    return shock("种植灾害", share_of_receipts=quantity(receipts), lost=lost if isinstance(lost, dict) else quantity(lost), **fields)  # fmt: skip


def job_loss(months=6.0, work_places=("甲省",), **fields):
    return shock("务工中断", months=months if isinstance(months, dict) else quantity(months), work_places=list(work_places), **fields)  # fmt: skip


def price(usual=4.0, now=3.0, receipts=0.3, branch="种植", product="魔芋", **fields):
    now = now if isinstance(now, dict) else quantity(now)
    return shock("价格变动", product=product, branch=branch, share_of_receipts=quantity(receipts), usual_yuan=quantity(usual), price_yuan=now, **fields)  # fmt: skip


def delay(share=0.2, months=3.0, **fields):
    return shock("补贴推迟", share_of_transfers=quantity(share), months=quantity(months), **fields)


def share_of_loss(against, share=0.5, most=1e5, name="救助", **fields):
    own = {
        "name": name,
        "kind": "按比例",
        "heading": "健康帮扶",
        "against": against,
        "share": quantity(share),
    }
    return own | {"most_yuan": {"yuan": most, "assumption": "测试"}} | fields


def top_up(standard=5000.0, **fields):
    own = {"name": "低保", "kind": "补差", "heading": "综合保障", "holding": ["低保"]}
    return own | {"standard_yuan": quantity(standard)} | fields


def content(*shocks, measures=(), **fields):
    own = {"name": "情景", "purpose": "测试", "draws": 1000, "seed": 7, "confidence": 0.9}
    return own | {"shocks": list(shocks), "measures": list(measures)} | fields


def scenario(*shocks, measures=(), **fields):
    return validated(Scenario, content(*shocks, measures=measures, **fields), source="情景.yaml")


def households(count=300, towns=5, seed=1):
    """Made-up households: some below the line, most not far above it."""
    rng = np.random.default_rng(seed)
    town = rng.integers(0, towns, count)
    codes = tuple(f"61090210{n}" for n in range(towns))
    size = rng.integers(1, 7, count).astype(float)
    wage, business, transfer = (rng.lognormal(mean, 0.6, count) * size for mean in (8.5, 7.4, 7.2))
    rows = pd.DataFrame(
        {
            "household_code": [f"h{n}" for n in range(count)],
            "town_code": np.array(codes)[town],
            "size": size,
            "net_yuan": wage + business * 0.7 + transfer + 300,
            "wage_income_yuan": wage,
            "business_income_yuan": business,
            "transfer_income_yuan": transfer,
        }
    ).assign(**{name: pd.Series([None] * count, dtype="str") for name in MEASURES})
    rows.loc[rng.random(count) < 0.4, "measure_health"] = "医疗救助"
    rows.loc[rng.random(count) < 0.3, "measure_social_security"] = "残疾人补贴,低保"
    rows = rows.astype(dict.fromkeys(MEASURES, "category"))
    away = rng.random(count) < 0.7
    home = np.flatnonzero(away)
    workers = pd.DataFrame(
        {
            "home": home,
            "work_place": np.where(rng.random(len(home)) < 0.5, "甲省某市", "乙省某市"),
            "employer_name": np.where(rng.random(len(home)) < 0.3, "某社区工厂", "某公司"),
            "share": rng.uniform(0.3, 1.0, len(home)),
        }
    )
    workers = workers.astype({"work_place": "category", "employer_name": "category"})
    names = tuple(f"镇{n}" for n in range(towns))
    return Exposure(rows, town, codes, names, "610902", workers, left_out=np.zeros(towns, int))
