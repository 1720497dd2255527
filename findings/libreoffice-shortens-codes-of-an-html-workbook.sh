#!/usr/bin/env bash
# Systems of the administration export tables as web pages named .xls. That a cell is text they say as Excel does, by
# the style mso-number-format:"\@" or by x:str; Excel then shows a code of 18 digits whole.
# Seen with LibreOffice 7.4 (Calc), the page opened and saved as .xlsx: both are passed over. The code 610902000000000017
# is the number 6.10902E+17 afterwards, its last digits 0, and 0012 is 12; only LibreOffice's own sdnum="2052;0;@" keeps
# them. Several codes have become one and the same by then, and the file is a good workbook to whoever reads it.
# The script fails when that changes. It needs soffice (libreoffice-calc).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q openpyxl==3.1.5
cat > "$folder/a.xls" <<'HTML'
<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table>
<tr><td style='mso-number-format:"\@"'>610902000000000017</td><td style='mso-number-format:"\@"'>0012</td></tr>
<tr><td x:str>610902000000000033</td><td x:str="0012">0012</td></tr>
<tr><td sdnum="2052;0;@">610902000000000017</td><td sdnum="2052;0;@">0012</td></tr>
</table></body></html>
HTML
soffice --version
soffice "-env:UserInstallation=file://$folder/home" --headless --convert-to xlsx --outdir "$folder/saved" \
  "$folder/a.xls" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/saved/a.xlsx" <<'PY'
import sys

import openpyxl

styled, said, own = openpyxl.load_workbook(sys.argv[1]).active.iter_rows(values_only=True)
print(styled, said, own)
assert own == ("610902000000000017", "0012"), own
for code, place in (styled, said):
    assert place == 12 and isinstance(code, (int, float)), (code, place)
assert styled[0] == said[0], "two codes are still two"
PY
