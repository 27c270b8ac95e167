// A grid of heads, and the lines of the chosen one from each query to what it attends to. The same
// module is a page's script and a widget of a notebook: `model` gives data and takes the choice.
const SVG = "http://www.w3.org/2000/svg";
const ROW = 22;

function make(name, properties = {}, inside = []) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
}

function draw(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// The weights of one head: [queries, keys] as bytes, 255 being all of a query's attention.
function weights(data, run, layer, head) {
  const { heads, queries, keys } = data.layers[layer];
  run.bytes ??= run.layers.map(bytes);
  const size = queries * keys;
  return run.bytes[layer].subarray(head * size, (head + 1) * size);
}

function thumbnail(data, run, layer, head, colour) {
  const { queries, keys } = data.layers[layer];
  const canvas = make("canvas", { width: keys, height: queries });
  const context = canvas.getContext("2d");
  const image = context.createImageData(keys, queries);
  weights(data, run, layer, head).forEach((weight, place) => {
    image.data.set([...colour, Math.round(255 * Math.sqrt(weight / 255))], 4 * place);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

function lines(data, run, layer, head, chosen, say) {
  const { queries, keys } = data.layers[layer];
  const shown = weights(data, run, layer, head);
  const tall = ROW * Math.max(queries, keys) + 6;
  const picture = draw("svg", { viewBox: `0 0 360 ${tall}`, role: "img",
    "aria-label": `Layer ${layer}, head ${head}: lines from queries to keys` });
  const level = (place) => ROW * place + ROW / 2 + 3;
  const named = (place) => (queries === 1 ? "learned query" : data.tokens[place]);
  for (let query = 0; query < queries; query++) {
    if (chosen !== null && chosen !== query) continue;
    for (let key = 0; key < keys; key++) {
      const weight = shown[query * keys + key] / 255;
      if (weight < 0.02) continue;
      picture.append(draw("line", { x1: 132, x2: 228, y1: level(query), y2: level(key),
        "stroke-opacity": weight.toFixed(2), "stroke-width": (0.5 + 3 * weight).toFixed(1) }));
    }
  }
  for (let key = 0; key < keys; key++) {
    const off = chosen !== null && shown[chosen * keys + key] < 13 ? "off" : "";
    picture.append(draw("text", { x: 234, y: level(key) + 4, class: off }, data.tokens[key]));
  }
  for (let query = 0; query < queries; query++) {
    const off = chosen !== null && chosen !== query ? "off" : "";
    picture.append(draw("text", { x: 126, y: level(query) + 4, "text-anchor": "end", class: off },
      named(query)));
    const field = draw("rect", { x: 0, y: ROW * query + 3, width: 132, height: ROW, tabindex: 0,
      "data-query": query });
    for (const event of ["pointerenter", "focus"]) field.addEventListener(event, () => say(query));
    picture.append(field);
  }
  picture.addEventListener("pointerleave", () => say(null));
  return picture;
}

function sentence(data, layer, head, query) {
  if (query === null) return `Layer ${layer}, head ${head}. Point at a token on the left.`;
  const { queries, keys } = data.layers[layer];
  const name = queries === 1 ? "The learned query" : `“${data.tokens[query]}”`;
  return data.runs.map((run) => {
    const row = weights(data, run, layer, head).subarray(query * keys, (query + 1) * keys);
    const order = [...row.keys()].sort((a, b) => row[b] - row[a]).slice(0, 3);
    const most = order.map((key) => `“${data.tokens[key]}” ${(row[key] / 255).toFixed(2)}`);
    return `${data.runs.length > 1 ? `${run.name}: ` : ""}${name} → ${most.join(", ")}`;
  }).join(" · ");
}

function everyHead(data) {
  return data.layers.flatMap(({ heads }, layer) =>
    Array.from({ length: heads }, (_, head) => [layer, head]));
}

// The weights as they are drawn, in steps of 1/255.
function csv(data, run, heads) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = ["layer,head,query,query token,key,key token,weight"];
  for (const [layer, head] of heads) {
    const { queries, keys } = data.layers[layer];
    weights(data, run, layer, head).forEach((weight, place) => {
      const [query, key] = [Math.floor(place / keys), place % keys];
      const asked = queries === 1 ? "learned query" : quoted(data.tokens[query]);
      rows.push([layer, head, query, asked, key, quoted(data.tokens[key]),
        (weight / 255).toFixed(4)].join(","));
    });
  }
  return `${rows.join("\n")}\n`;
}

export function render({ model, el }) {
  const data = model.get("data");
  const state = { layer: model.get("layer") ?? 0, head: model.get("head") ?? 0, query: null };
  const said = make("output");
  const panels = data.runs.map((run) => ({ run, grid: make("div", { className: "grid" }),
    picture: make("div") }));
  const figure = (run, inside, said, heads) => {
    const made = make("figure", { ariaLabel: `${run.title}: ${said}` }, [inside]);
    made.dataset.csv = "";
    made.csv = () => csv(data, run, heads());
    return made;
  };
  const shell = make("div", { className: "heads" }, [
    make("div", { className: "runs" }, panels.map(({ run, grid, picture }) => make("section",
      { className: "run" }, [make("h3", { textContent: run.title }),
        make("p", { textContent: run.answer }),
        figure(run, grid, "all heads", () => everyHead(data)),
        figure(run, picture, "the chosen head", () => [[state.layer, state.head]])]))), said]);
  const root = make("div", { className: "assay" }, [make("main", {}, [shell])]);
  el.append(root);
  offerCopies(root);
  const colour = (getComputedStyle(root).getPropertyValue("--first").trim() || "63 81 214")
    .split(" ").map(Number);

  function choose(layer, head) {
    Object.assign(state, { layer, head, query: null });
    model.set?.("layer", layer);
    model.set?.("head", head);
    model.save_changes?.();
    update();
  }

  function update() {
    for (const { run, grid, picture } of panels) {
      for (const button of grid.querySelectorAll("button")) {
        const here = button.dataset.place === `${state.layer} ${state.head}`;
        button.setAttribute("aria-pressed", here);
      }
      const focused = picture.contains(document.activeElement);
      picture.replaceChildren(lines(data, run, state.layer, state.head, state.query, (query) => {
        if (query === state.query) return;
        state.query = query;
        update();
      }));
      // What has the focus was drawn anew.
      if (focused) picture.querySelector(`[data-query="${state.query}"]`)?.focus();
    }
    said.textContent = sentence(data, state.layer, state.head, state.query);
  }

  const widest = Math.max(...data.layers.map((layer) => layer.heads));
  for (const { run, grid } of panels) {
    grid.style.gridTemplateColumns = `2.2rem repeat(${widest}, minmax(1.6rem, 4.6rem))`;
    grid.append(make("span"), ...Array.from({ length: widest }, (_, head) =>
      make("span", { className: "top", textContent: head })));
    data.layers.forEach((layer, row) => {
      grid.append(make("span", { textContent: row }));
      for (let head = 0; head < widest; head++) {
        if (head >= layer.heads) { grid.append(make("span")); continue; }
        const button = make("button", { type: "button", title: `layer ${row}, head ${head}`,
          onclick: () => choose(row, head) }, [thumbnail(data, run, row, head, colour)]);
        button.dataset.place = `${row} ${head}`;
        grid.append(button);
      }
    });
  }
  update();
}

export default { render };
