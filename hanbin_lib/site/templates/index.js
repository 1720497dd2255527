"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const indicators = new Map(data.indicators.map((one) => [one.id, one]));
  const county = data.places[0][0];
  const names = new Map(data.places);
  const published = new Set(data.published);
  const state = { month: data.published[0], area: county, indicator: data.key[0] || data.indicators[0].id };

  // ---- figures: every text comes from the page's data as a bulletin prints it
  const series = (indicator, area) =>
    (indicator.series[area] || "").split(",").map((entry) => {
      const parts = entry.split("~");
      const value = Number(parts[0].replace("−", "-"));
      const known = entry !== "" && !Number.isNaN(value);
      if (!known) return { value: null, text: data.notes[entry] || "未收到" };
      const edges = parts.slice(1).map((edge) => Number(edge.replace("−", "-")));
      const interval = parts.length === 3 ? `${parts[1]}${indicator.unit}—${parts[2]}${indicator.unit}` : "";
      return { value, edges, interval, text: parts[0] + indicator.unit };
    });
  const now = (indicator, area) =>
    series(indicator, area)[data.months.indexOf(state.month)] || { value: null, text: "未收到" };
  const label = (month) => `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月`;

  // ---- elements
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const draw = (name, attributes = {}, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // ---- the definition behind a figure
  const define = (id) => {
    const one = indicators.get(id);
    at("definition-title").textContent = one.name;
    const entries = [
      ["分子", one.numerator], ["分母", one.denominator], ["时点", one.as_of], ["来源", one.source],
      ["单位", one.unit], ["代码", one.id],
      ["溯源", `hanbin trace ${state.month} ${one.id} --area ${state.area}`],
    ];
    at("definition").querySelector("dl").replaceChildren(
      ...entries.filter(([, text]) => text).flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
    at("definition").showModal();
  };

  // ---- key figures
  const spark = (values) => {
    const known = values.filter((value) => value !== null);
    if (known.length < 2) return draw("svg", { "aria-hidden": "true" });
    const low = Math.min(...known), span = Math.max(...known) - low || 1;
    const place = (value, n) => [3 + (n * 60) / (values.length - 1), 19 - ((value - low) / span) * 16];
    let path = "";
    values.forEach((value, n) => {
      if (value === null) return;
      const [x, y] = place(value, n);
      path += n && values[n - 1] !== null ? `L${x.toFixed(1)},${y.toFixed(1)}` : `M${x.toFixed(1)},${y.toFixed(1)}h0`;
    });
    const svg = draw("svg", { viewBox: "0 0 66 22", "aria-hidden": "true" },
      draw("path", { d: path, fill: "none", stroke: "#6B6B6B" }));
    const last = values[values.length - 1];
    if (last !== null) {
      const [x, y] = place(last, values.length - 1);
      svg.append(draw("circle", { cx: x, cy: y, r: 2.2, fill: "#1F1F1F" }));
    }
    return svg;
  };
  const card = (id) => {
    const one = indicators.get(id);
    const until = data.months.indexOf(state.month) + 1;
    const all = series(one, state.area).slice(Math.max(0, until - 12), until);
    const shown = all[all.length - 1];
    const button = make("button", { type: "button", class: "figure", "data-indicator": id,
      "aria-label": `${one.name}${shown.text}，看口径` }, make("b", {}, shown.text));
    const before = all.length > 1 ? all[all.length - 2] : { value: null };
    const change = before.value === null || shown.value === null ? "上月无可比数" : `上月${before.text}`;
    return make("div", { class: "card" }, make("p", {}, one.name),
      make("div", { class: "big" }, button, spark(all.map((point) => point.value))), make("p", {}, change));
  };

  // ---- the towns as tiles
  const towns = data.places.slice(1);
  const shade = (value, low, high) => (high === low ? 0 : Math.min(4, Math.floor(((value - low) / (high - low)) * 5)));
  const tiles = () => {
    const one = indicators.get(state.indicator);
    const values = new Map(towns.map(([code]) => [code, now(one, code)]));
    const known = [...values.values()].filter((point) => point.value !== null);
    const low = Math.min(...known.map((p) => p.value)), high = Math.max(...known.map((p) => p.value));
    at("tiles-title").textContent = `${label(state.month)}　各镇（街道）${one.name}`;
    for (const [code, name] of data.places) {
      const point = code === county ? now(one, county) : values.get(code);
      const face = document.querySelector(`#tiles [value="${code}"]`).nextElementSibling;
      const css = code === county ? "" : point.value === null ? "none" : `k${shade(point.value, low, high)}`;
      face.className = css;
      face.replaceChildren(make("b", {}, name), point.text);
    }
    const legend = known.length ? [0, 1, 2, 3, 4].map((n) => make("span", { class: `k${n}` },
      n === 0 ? `低 ${known.find((p) => p.value === low).text}` : n === 4 ? `高 ${known.find((p) => p.value === high).text}` : "\u3000")) : [];
    at("scale").replaceChildren(...legend, make("span", { class: "none" }, "没有数"));
  };
  const buildTiles = () => {
    const grid = document.querySelector("#tiles .grid");
    for (const [code] of data.places) {
      const input = make("input", { type: "radio", name: "area", value: code });
      input.addEventListener("change", () => choose({ area: code }));
      grid.append(make("label", { class: `tile t-${code}` }, input, make("span")));
    }
  };

  // ---- one place over time
  const course = () => {
    const one = indicators.get(state.indicator);
    const points = series(one, state.area);
    const isPart = state.area !== county && !one.is_additive;
    const whole = isPart ? series(one, county) : points.map(() => ({ value: null }));
    const first = Math.max(0, Math.min(...[points, whole].map((line) => line.findIndex((p) => p.value !== null)).filter((n) => n >= 0), data.months.length - 1));
    const title = `${names.get(state.area)}　${one.name}（${one.unit}）`;
    document.querySelector("#course figcaption").textContent = title;
    const range = data.months.slice(first);
    const line = points.slice(first), other = whole.slice(first);
    at("course-source").textContent =
      `来源：${one.source}；截至${label(data.months[data.months.length - 1])}。空心点为倒推数` +
      (line.some((p) => p.interval) ? "，竖线为95%区间。" : "。");
    const told = range.map((month, n) => `${label(month)}${line[n].text}`).join("、");
    document.querySelector("#course .drawing").replaceChildren(
      drawing(range, line, other, `${title}：${told}。`));
    table(range, line, other, isPart, one);
  };
  const drawing = (range, line, other, words) => {
    const width = Math.max(300, document.querySelector("#course .drawing").clientWidth || 520), height = 240;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words });
    const numbers = [...line, ...other].flatMap((p) => (p.value === null ? [] : [p.value, ...(p.edges || [])]));
    if (!numbers.length) {
      svg.append(draw("text", { x: 10, y: 40 }, "没有数"));
      return svg;
    }
    const low = Math.min(...numbers), high = Math.max(...numbers), span = high - low || 1;
    const left = 34, right = 74, top = 34, bottom = 46;
    const x = (n) => left + (range.length === 1 ? 0.5 : n / (range.length - 1)) * (width - left - right);
    const y = (value) => height - bottom - ((value - low) / span) * (height - top - bottom);
    svg.append(draw("line", { x1: left - 10, x2: width - right + 10, y1: height - bottom + 24, y2: height - bottom + 24, stroke: "#6B6B6B", "stroke-width": 0.7 }));
    const every = Math.ceil(range.length / Math.max(2, Math.floor((width - left - right) / 52)));
    range.forEach((month, n) => {
      if ((range.length - 1 - n) % every) return;
      const text = Number(month.slice(5)) === 1 || n === 0 ? `${month.slice(2, 4)}年${Number(month.slice(5))}月` : `${Number(month.slice(5))}月`;
      svg.append(draw("text", { x: x(n), y: height - bottom + 40, "text-anchor": "middle" }, text));
    });
    path(svg, other, x, y, "#A6A6A6");
    path(svg, line, x, y, "#1F1F1F");
    line.forEach((p, n) => {
      if (p.value === null) return;
      if (p.interval) svg.append(draw("line", { x1: x(n), x2: x(n), y1: y(p.edges[0]), y2: y(p.edges[1]), stroke: "#A6A6A6", "stroke-width": 3 }));
      const own = published.has(range[n]);
      svg.append(draw("circle", { cx: x(n), cy: y(p.value), r: 4, fill: own ? "#1F1F1F" : "#fff", stroke: "#1F1F1F" },
        draw("title", {}, `${label(range[n])}　${p.text}${p.interval ? `（${p.interval}）` : ""}`)));
    });
    ends(svg, line, other, x, y);
    return svg;
  };
  const path = (svg, line, x, y, colour) => {
    let d = "";
    line.forEach((p, n) => {
      if (p.value !== null) d += `${n && line[n - 1].value !== null ? "L" : "M"}${x(n).toFixed(1)},${y(p.value).toFixed(1)}`;
    });
    svg.append(draw("path", { d, fill: "none", stroke: colour, "stroke-width": 1.6 }));
  };
  const ends = (svg, line, other, x, y) => {
    const known = line.map((p, n) => [p, n]).filter(([p]) => p.value !== null);
    if (!known.length) return;
    const [first, from] = known[0], [last, to] = known[known.length - 1];
    const isRising = from !== to && line[from + 1].value > first.value;
    if (from !== to) svg.append(draw("text", { x: x(from), y: y(first.value) + (isRising ? 19 : -10), "text-anchor": "middle" }, first.text));
    svg.append(draw("text", { x: x(to) + 9, y: y(last.value) + 5, class: "now" }, last.text));
    const whole = other.map((p, n) => [p, n]).filter(([p]) => p.value !== null).pop();
    if (!whole) return;
    const gap = y(whole[0].value) - y(last.value);
    const shift = Math.abs(gap) < 18 ? (gap < 0 ? -18 - gap : 18 - gap) : 0;
    svg.append(draw("text", { x: x(whole[1]) + 9, y: y(whole[0].value) + 5 + shift, class: "other" }, `${names.get(county)}${whole[0].text}`));
  };
  const table = (range, line, other, isPart, one) => {
    const hasInterval = line.some((p) => p.interval);
    const heads = ["月份", names.get(state.area), ...(hasInterval ? ["95%区间"] : []), ...(isPart ? [names.get(county)] : [])];
    const rows = range.map((month, n) => make("tr", {}, make("th", { scope: "row" }, label(month)),
      make("td", { class: "number" }, line[n].text),
      ...(hasInterval ? [make("td", { class: "number" }, line[n].interval || "—")] : []),
      ...(isPart ? [make("td", { class: "number" }, other[n].text)] : [])));
    at("course-table").replaceChildren(
      make("thead", {}, make("tr", {}, ...heads.map((head, n) => make("th", { scope: "col", ...(n ? { class: "number" } : {}) }, head)))),
      make("tbody", {}, ...rows));
  };

  // ---- what is chosen; the address keeps it, so that a view can be passed on
  const show = () => {
    at("month").value = state.month;
    at("indicator").value = state.indicator;
    document.querySelector(`#tiles [value="${state.area}"]`).checked = true;
    at("cards").replaceChildren(...data.key.map(card));
    tiles();
    course();
  };
  const choose = (change) => {
    Object.assign(state, change);
    if (change.month) for (const one of document.querySelectorAll("details.month")) one.open = one.dataset.month === state.month;
    history.replaceState(null, "", "#" + new URLSearchParams(state));
    show();
  };
  const restore = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (published.has(asked.get("month"))) state.month = asked.get("month");
    if (names.has(asked.get("area"))) state.area = asked.get("area");
    if (indicators.has(asked.get("indicator"))) state.indicator = asked.get("indicator");
  };
  const filter = () => {
    const wanted = at("search").value.trim();
    let found = 0;
    for (const row of document.querySelectorAll("tr[data-area]")) {
      row.hidden = !row.dataset.area.includes(wanted);
      found += !row.hidden;
    }
    at("found").textContent = wanted ? `找到${found}行` : "";
  };

  const groups = new Map();
  for (const one of data.indicators) {
    if (!groups.has(one.chapter)) groups.set(one.chapter, make("optgroup", { label: one.chapter }));
    groups.get(one.chapter).append(make("option", { value: one.id }, one.name));
  }
  at("indicator").append(...groups.values());
  buildTiles();
  at("month").addEventListener("change", (event) => choose({ month: event.target.value }));
  at("indicator").addEventListener("change", (event) => choose({ indicator: event.target.value }));
  at("meaning").addEventListener("click", () => define(state.indicator));
  at("search").addEventListener("input", filter);
  at("close").addEventListener("click", () => at("definition").close());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-indicator]");
    if (button) define(button.dataset.indicator);
  });
  addEventListener("resize", course);
  addEventListener("hashchange", () => { restore(); show(); });
  at("explore").hidden = false;
  restore();
  show();
})();
