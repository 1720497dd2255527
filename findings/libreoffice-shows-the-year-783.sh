#!/usr/bin/env bash
# The year may be written e in a number format: e"年"m"月"d"日" is shorter to type than yyyy, and in a Chinese or English
# environment Excel shows the year of the common calendar for it, 2022年9月30日; so does SheetJS (xlsx 0.18.5).
#
# LibreOffice 7.4 takes e for the year of an era and changes the calendar: in an English environment, as a server has, the
# cell reads 783年7月5日 (it was 5 Tishri 5783 of the Hebrew calendar, whose thousands are not shown), in a Chinese one, or
# where the format says Chinese ([$-804]), 22年9月30日. Its PDF, web page and CSV show the same. The value in the cell stays,
# and with yyyy all agree. Exit code 0, no word.
#
# Seen: en-US 783年7月5日, with [$-804] 22年9月30日    zh-CN 22年9月30日    SheetJS 2022年9月30日
# The script fails when that changes. It needs soffice (libreoffice-calc), node and npm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check XlsxWriter==3.3.1
npm install --silent --no-audit --no-fund xlsx@0.18.5 > /dev/null
env/bin/python - << 'PYTHON'
import xlsxwriter

book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet()
for row, code in enumerate(('e"年"m"月"d"日"', '[$-804]e"年"m"月"d"日"', 'yyyy"年"m"月"d"日"')):
    sheet.write_number(row, 0, 44834, book.add_format({"num_format": code}))
book.close()
PYTHON
{
    for language in en-US zh-CN; do
        mkdir -p "$language/user"
        cat > "$language/user/registrymodifications.xcu" << XML
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>$language</value></prop></item>
</oor:items>
XML
        soffice "-env:UserInstallation=file://$work/$language" --headless \
            --convert-to "csv:Text - txt - csv (StarCalc):44,34,76" a.xlsx > /dev/null 2>&1
        echo "LibreOffice $language" $(cat a.csv)
        rm a.csv
    done
    node -e '
const X = require("xlsx");
const book = X.readFile("a.xlsx");
console.log("SheetJS", X.utils.sheet_to_csv(book.Sheets[book.SheetNames[0]]).trim().split("\n").join(" "));
'
} | tee seen
diff seen - << 'SEEN'
LibreOffice en-US 783年7月5日 22年9月30日 2022年9月30日
LibreOffice zh-CN 22年9月30日 22年9月30日 2022年9月30日
SheetJS 2022年9月30日 2022年9月30日 2022年9月30日
SEEN
