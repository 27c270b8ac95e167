// Two buttons under every figure: its drawing (SVG) and the numbers behind it (CSV). A figure is what
// carries `data-csv`. Where the page may not write to the clipboard, a file is saved instead.
function offerCopies(root) {
  const SVG = "http://www.w3.org/2000/svg";
  const WRITTEN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "opacity", "fill-opacity", "stroke-opacity", "font-family", "font-size",
    "font-weight", "text-anchor"];
  const USUAL = { opacity: "1", "fill-opacity": "1", "stroke-opacity": "1", "stroke-width": "1px",
    "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter",
    "text-anchor": "start", stroke: "none" };
  const pen = document.createElement("canvas").getContext("2d");

  const draw = (name, attributes, text) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // Drawing programs do not know colours with an opacity in them.
  const paint = (kind, colour) => {
    const parts = colour.match(/[\d.]+/g);
    if (!colour.startsWith("rgb") || parts.length < 3) return { [kind]: colour };
    const seen = Number(parts[3] ?? 1);
    if (seen === 0) return { [kind]: "none" };
    const plain = { [kind]: `rgb(${parts.slice(0, 3).join(",")})` };
    return seen < 1 ? { ...plain, [`${kind}-opacity`]: String(seen) } : plain;
  };

  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const { fill } = paint("fill", getComputedStyle(one).backgroundColor);
      if (fill !== "none") return fill;
    }
    return "rgb(255,255,255)";
  };

  // The drawing with the page's style written into it.
  const standing = (svg) => {
    const copy = svg.cloneNode(true);
    const [from, to] = [svg, copy].map((one) => [one, ...one.querySelectorAll("*")]);
    from.forEach((one, place) => {
      if (one.localName === "title") return;
      const style = getComputedStyle(one);
      for (const name of ["class", "style", "tabindex"]) to[place].removeAttribute(name);
      for (const name of WRITTEN) {
        const value = style.getPropertyValue(name);
        const drawn = name === "fill" || name === "stroke" ? paint(name, value) : { [name]: value };
        for (const [key, said] of Object.entries(drawn)) {
          if (said !== USUAL[key] || one.hasAttribute(key)) to[place].setAttribute(key, said);
        }
      }
    });
    return copy;
  };

  const texts = (node, left, top) => {
    const style = getComputedStyle(node.parentElement);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText("x");
    const lines = [];
    const range = document.createRange();
    let start = 0;
    for (const letter of node.data) {
      range.setStart(node, start);
      range.setEnd(node, start += letter.length);
      const at = range.getBoundingClientRect();
      if (!at.height) continue;
      const line = lines.at(-1);
      if (line && Math.abs(line.at.top - at.top) < at.height / 2) line.text += letter;
      else lines.push({ at, text: letter });
    }
    return lines.filter((line) => line.text.trim()).map(({ at, text }) => draw("text", {
      x: (at.left - left).toFixed(1),
      y: (at.top - top + (at.height - up - down) / 2 + up).toFixed(1),
      "font-family": style.fontFamily, "font-size": style.fontSize,
      "font-weight": style.fontWeight, "xml:space": "preserve", ...paint("fill", style.color),
    }, text));
  };

  const boxes = (element, left, top) => {
    const style = getComputedStyle(element);
    const { fill, ...seen } = paint("fill", style.backgroundColor);
    const under = style.boxShadow.match(/^(rgba?\([^)]*\)) 0px -([\d.]+)px .*inset/);
    return [...element.getClientRects()].flatMap((at) => {
      const place = { x: (at.left - left).toFixed(1), width: at.width.toFixed(1) };
      const y = at.top - top;
      const made = fill === "none" ? [] : [draw("rect", { ...place, y: y.toFixed(1),
        height: at.height.toFixed(1), rx: parseFloat(style.borderRadius) || 0, fill, ...seen })];
      if (under) made.push(draw("rect", { ...place, y: (y + at.height - under[2]).toFixed(1),
        height: under[2], ...paint("fill", under[1]) }));
      return made;
    });
  };

  // What is no drawing in the page: its boxes and its words, where they stand.
  const pictured = (figure) => {
    const { left, top, width, height } = figure.getBoundingClientRect();
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return texts(node, left, top);
      if (node.nodeType !== Node.ELEMENT_NODE || node.classList.contains("copy")) return [];
      const at = node.getBoundingClientRect();
      const place = { x: at.left - left, y: at.top - top, width: at.width, height: at.height };
      if (node.localName === "canvas") return [draw("image", { ...place, href: node.toDataURL(),
        style: "image-rendering: pixelated" })];
      const own = node === figure ? [] : boxes(node, left, top);
      return [...own, ...[...node.childNodes].flatMap(walk)];
    };
    const bar = figure.querySelector(":scope > .copy")?.offsetHeight ?? 0;
    const made = draw("svg", { viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height - bar)}` });
    made.append(...walk(figure));
    return made;
  };

  const svgOf = (figure) => {
    const drawing = figure.querySelector("svg");
    const made = drawing ? standing(drawing) : pictured(figure);
    const [x, y, width, height] = made.getAttribute("viewBox").split(" ");
    made.setAttribute("width", width);
    made.setAttribute("height", height);
    made.prepend(draw("rect", { x, y, width, height, fill: ground(figure) }));
    return new XMLSerializer().serializeToString(made);
  };

  const csvOf = (figure) => figure.csv?.() ?? figure.dataset.csv;

  const name = (figure) => (figure.querySelector("figcaption, h3")?.textContent ||
    figure.getAttribute("aria-label") || "figure").trim();

  const hand = async (text, file, type) => {
    try {
      await navigator.clipboard.writeText(text);
      return "Copied";
    } catch {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type }));
      link.download = file;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      return `Saved as ${file}`;
    }
  };

  const bar = (figure) => {
    const made = document.createElement("div");
    const said = document.createElement("output");
    made.className = "copy";
    for (const [kind, of, type] of [["SVG", svgOf, "image/svg+xml"], ["CSV", csvOf, "text/csv"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Copy ${kind}`;
      button.setAttribute("aria-label", `Copy as ${kind}: ${name(figure)}`);
      button.addEventListener("click", async () => {
        const short = name(figure).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 48);
        const file = `${short.replace(/^-|-$/g, "") || "figure"}.${kind.toLowerCase()}`;
        said.textContent = await hand(of(figure), file, type);
        setTimeout(() => { said.textContent = ""; }, 4000);
      });
      made.append(button);
    }
    made.append(said);
    return made;
  };

  const visit = () => {
    for (const figure of root.querySelectorAll("[data-csv]")) {
      if (!figure.querySelector(":scope > .copy")) figure.append(bar(figure));
    }
  };
  visit();
  new MutationObserver(visit).observe(root, { childList: true, subtree: true });
}
