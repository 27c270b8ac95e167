"use strict";
(() => {
  const data = JSON.parse(document.getElementById("examples").textContent);
  const packed = data.runs.map((_, run) =>
    [...document.querySelectorAll(`script.reports[data-run="${run}"]`)]);
  const find = (id) => document.getElementById(id);
  const [search, count] = ["search", "count"].map(find);
  const choices = [...document.querySelectorAll(".filters select")];
  const table = document.querySelector(".table");
  const head = document.querySelector(".table .head");
  const body = document.querySelector(".table .body");
  const spacer = document.querySelector(".table .spacer");
  const dialog = find("report");
  const HEIGHT = 38, AROUND = 8;
  const MARKS = { "trustworthy": ["✓", "good"], "not trustworthy": ["✗", "bad"],
    "inconclusive": ["?", "unsure"], "not usable": ["!", "neutral"] };
  const lowered = data.rows.map((row) => String(row[1] ?? "").toLowerCase());
  let order = data.rows.map((_, place) => place);
  let sorted = { column: 0, down: false };
  let opened = -1;
  const shown = new Map();

  const make = (name, kind, text) => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const fill = (select) => {
    const column = Number(select.dataset.column);
    const counts = new Map();
    for (const row of data.rows) {
      if (row[data.columns[column].verdict] === "not usable") continue; // its reason is an error
      counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
    }
    for (const [value, number] of [...counts].sort((a, b) => b[1] - a[1])) {
      const option = make("option", "", `${String(value).replaceAll("_", " ")} (${number})`);
      option.value = value;
      select.append(option);
    }
  };

  const compare = (a, b) => {
    const [x, y] = [data.rows[a][sorted.column], data.rows[b][sorted.column]];
    if (x === y) return a - b;
    if (x === null) return 1;
    if (y === null) return -1;
    const way = typeof x === "number" ? x - y : String(x).localeCompare(String(y));
    return (sorted.down ? -way : way) || a - b;
  };

  const update = () => {
    const words = search.value.toLowerCase();
    order = [];
    data.rows.forEach((row, place) => {
      if (words && !lowered[place].includes(words)) return;
      if (choices.some((one) => one.value && row[one.dataset.column] !== one.value)) return;
      order.push(place);
    });
    order.sort(compare);
    count.textContent = `${order.length.toLocaleString("en")} of ` +
      `${data.rows.length.toLocaleString("en")} examples`;
    [...head.children].forEach((cell, column) => {
      const way = sorted.down ? "descending" : "ascending";
      cell.setAttribute("aria-sort", column === sorted.column ? way : "none");
    });
    table.setAttribute("aria-rowcount", order.length + 1);
    spacer.style.height = `${order.length * HEIGHT}px`;
    body.scrollTop = 0;
    draw();
  };

  const cell = (value, column) => {
    const { kind } = data.columns[column];
    const made = make("div", `cell ${kind}`);
    made.setAttribute("role", "gridcell");
    if (kind === "verdict") {
      const [mark, tone] = MARKS[value] ?? ["·", "neutral"];
      const badge = make("span", `badge ${tone}`);
      badge.append(make("b", "", mark), value);
      made.append(badge);
    } else if (kind === "number") {
      made.textContent = value === null ? "–" :
        Number.isInteger(value) ? value : value.toFixed(3);
    } else {
      made.textContent = value === null ? "–" : String(value).replaceAll("_", " ");
      made.title = value ?? "";
      if (kind === "prose") { made.textContent = value ?? ""; made.dir = "auto"; }
    }
    return made;
  };

  // Only the rows in sight, and a few around them, exist in the page.
  const draw = () => {
    const first = Math.max(0, Math.floor(body.scrollTop / HEIGHT) - AROUND);
    const last = Math.min(order.length,
      Math.ceil((body.scrollTop + body.clientHeight) / HEIGHT) + AROUND);
    const places = order.slice(first, last);
    const wanted = new Set(places);
    for (const [place, row] of shown) {
      if (wanted.has(place)) continue;
      row.remove();
      shown.delete(place);
    }
    // A row that stays keeps its element, and with it the focus and a click that is under way.
    places.forEach((place, offset) => {
      const at = first + offset;
      const row = shown.get(place) ?? filled(place);
      row.setAttribute("aria-rowindex", at + 2);
      row.style.transform = `translateY(${at * HEIGHT}px)`;
      if (spacer.children[offset] !== row) spacer.insertBefore(row, spacer.children[offset]);
      shown.set(place, row);
    });
  };

  const filled = (place) => {
    const row = make("div", "row");
    row.setAttribute("role", "row");
    row.tabIndex = 0;
    row.dataset.place = place;
    row.append(...data.rows[place].map(cell));
    return row;
  };

  const unpack = async (script) => {
    const bytes = Uint8Array.from(atob(script.textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  // What is put in here was escaped when it was written, and the page allows no other script.
  const open = async (place) => {
    if (place < 0 || place >= data.rows.length) return;
    opened = place;
    const block = Math.floor(place / data.block);
    const runs = await Promise.all(packed.map((scripts) => unpack(scripts[block])));
    find("inside").replaceChildren(...runs.map((pieces, run) => {
      const made = make("section", "report");
      made.innerHTML = pieces.map((reports) => reports[place % data.block]).join("");
      if (runs.length > 1) made.prepend(make("h2", "which-run", data.runs[run]));
      return made;
    }));
    find("which").textContent = `row ${data.rows[place][0]}`;
    const at = order.indexOf(place);
    find("previous").disabled = at <= 0;
    find("next").disabled = at < 0 || at === order.length - 1;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };

  const step = (by) => open(order[order.indexOf(opened) + by] ?? -1);

  data.columns.forEach((column, place) => {
    const made = make("div", `cell ${column.kind}`);
    made.setAttribute("role", "columnheader");
    const button = make("button", "", column.title);
    button.type = "button";
    button.addEventListener("click", () => {
      const again = sorted.column === place;
      sorted = { column: place, down: again ? !sorted.down : false };
      update();
    });
    made.append(button);
    head.append(made);
  });
  table.style.setProperty("--columns", data.columns.map((column) => column.wide).join(" "));
  dialog.classList.toggle("both", data.runs.length > 1);
  choices.forEach(fill);
  search.addEventListener("input", update);
  for (const select of choices) select.addEventListener("change", update);
  body.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  addEventListener("resize", draw);
  spacer.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row) open(Number(row.dataset.place));
  });
  spacer.addEventListener("keydown", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    if (event.key === "Enter") open(Number(row.dataset.place));
    const next = event.key === "ArrowDown" ? row.nextElementSibling :
      event.key === "ArrowUp" ? row.previousElementSibling : null;
    if (next) { event.preventDefault(); next.focus(); }
  });
  for (const button of document.querySelectorAll("button.open")) {
    const row = Number(button.dataset.row);
    button.addEventListener("click", () => open(data.rows.findIndex((one) => one[0] === row)));
  }
  find("previous").addEventListener("click", () => step(-1));
  find("next").addEventListener("click", () => step(1));
  find("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  update();
})();
