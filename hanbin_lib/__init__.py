"""Monitoring statistics, forecasts, simulations and bulletins for one county.

Imports run one way, from the top of this list to the bottom::

    cli           the command `hanbin`
    release       a month's run: plan, papermill, export, publish
    kernels       processes prepared in advance: Jupyter kernels and documents start at once
    rendering     nbconvert exporters and their templates (PDF by Typst, HTML, Excel annex)
    bulletin      what a bulletin says: chapters made from indicators
    charts        indicators -> chart
    display       the objects a notebook cell shows: figure, sentence, table, chart
    simulate      what may happen, drawn many times: one engine, seeded
    indicators    pure functions, contract tables -> one tidy table of numbers
    forecasting   short annual incomes: how much, and how sure
    ingest        exported files -> contract tables; the only room that knows Excel
    snapshots     immutable month-end copies with a manifest
    store         the program's identity; what takes long, computed once
    contract      every incoming table: columns, labels, units, what is personal
    fonts, places, params, months, workspace, files, errors
"""

import sys

__version__ = "0.1.0"

# jsonschema, which the Jupyter libraries import, takes this package where it is installed to check addresses
# of the web in another alphabet, which occur in no notebook. It builds a grammar of them at import: one to
# two seconds of every process. What is set to None counts as not installed: then jsonschema does without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
