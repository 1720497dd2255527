(() => {
  // By value: 1.23万 is more than 9999, 3/10 is less than 50.0%, 2022-09 is a month.
  const number = (text) => {
    const day = text.match(/^(\d{4})-(\d{2})(?:-(\d{2}))?$/);
    if (day) return parseInt(day[1] + day[2] + (day[3] || "00"), 10);
    const found = text.replace(/[\u2212]/g, "-").match(/^([+-]?[0-9.]+)(?:\/([0-9.]+))?(万|亿|%)?/);
    if (!found) return NaN;
    return (parseFloat(found[1]) / (found[2] ? parseFloat(found[2]) : 1)) * ({ 万: 1e4, 亿: 1e8, "%": 0.01 }[found[3]] || 1);
  };
  // Numbers in their order, words behind them, whichever way.
  const compare = (a, b, order) => {
    const [x, y] = [number(a), number(b)];
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return order * (Number.isNaN(x) ? a.localeCompare(b, "zh-CN") : x - y);
  };
  const sort = (head, column) => {
    const body = head.closest("table").tBodies[0];
    const order = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
    const text = (row) => row.cells[column].innerText.trim();
    const rows = [...body.rows].filter((row) => !row.classList.contains("hb-total"));
    const totals = [...body.rows].filter((row) => row.classList.contains("hb-total"));
    rows.sort((a, b) => compare(text(a), text(b), order));
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order < 0 ? "descending" : "ascending");
    for (const row of [...rows, ...totals]) {
      row.classList.remove("hb-rule");
      body.append(row);
    }
  };
  for (const table of document.querySelectorAll("table.hb-table:not([data-sorts])")) {
    table.dataset.sorts = "";
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      head.tabIndex = 0;
      head.style.cursor = "pointer";
      head.title = "点击排序";
      head.addEventListener("click", () => sort(head, column));
      head.addEventListener("keydown", (event) => event.key === "Enter" && sort(head, column));
    });
  }
})();
