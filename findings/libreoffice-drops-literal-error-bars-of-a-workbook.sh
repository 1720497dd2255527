#!/usr/bin/env bash
# Error bars of a chart whose lengths differ may be written as numbers in the chart (c:numLit) or as cells (c:numRef);
# ECMA-376 allows both, Excel shows both, and XlsxWriter 3.3.1 writes a list as numbers.
# Seen with LibreOffice 7.4 (Calc): bars made of cells come in, bars made of numbers are dropped without a word, so that
# a chart with intervals opens as one without.
# The script fails when that changes. It needs soffice (libreoffice-calc).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q xlsxwriter==3.3.1
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

import xlsxwriter

for kind, lengths in (("numbers", [1, 2, 3]), ("cells", "=Sheet1!$B$1:$B$3")):
    book = xlsxwriter.Workbook(f"{sys.argv[1]}/{kind}.xlsx")
    sheet = book.add_worksheet()
    sheet.write_column(0, 0, [10, 20, 30])
    sheet.write_column(0, 1, [1, 2, 3])
    chart = book.add_chart({"type": "bar"})
    bars = {"type": "custom", "plus_values": lengths, "minus_values": lengths}
    chart.add_series({"values": "=Sheet1!$A$1:$A$3", "y_error_bars": bars})
    sheet.insert_chart("D1", chart)
    book.close()
PY
soffice --version
for kind in numbers cells; do
  soffice "-env:UserInstallation=file://$folder/home" --headless --convert-to ods --outdir "$folder" \
    "$folder/$kind.xlsx" >/dev/null 2>&1
done
"$folder/venv/bin/python" - "$folder" <<'PY'
import re
import sys
import zipfile

seen = {}
for kind in ("numbers", "cells"):
    with zipfile.ZipFile(f"{sys.argv[1]}/{kind}.ods") as package:
        (chart,) = (name for name in package.namelist() if re.fullmatch(r"Object \d+/content.xml", name))
        seen[kind] = b"error-indicator" in package.read(chart)
print(seen)
assert seen == {"numbers": False, "cells": True}, seen
PY
