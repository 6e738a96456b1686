// Small helpers to build the page without ever parsing user data as HTML.

export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name === "class") el.className = value;
    else if (name === "style") el.style.cssText = value;
    else if (name.includes("-") || !(name in el) || name === "list") el.setAttribute(name, value === true ? "" : value);
    else el[name] = value;
  }
  el.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

const paths = {
  back: "M15 5l-7 7 7 7",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M4 12l16-8-5 16-3.5-6.5L4 12z",
  attach: "M19 11l-7.6 7.6a4.5 4.5 0 01-6.4-6.4l8-8a3 3 0 014.3 4.3l-8 8a1.5 1.5 0 01-2.2-2.2l7-7",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 14.5h8",
  menu: "M5 8h14M5 12h14M5 16h9",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  photo: "M4 6h16v13H4zM4 16l5-5 4 4 3-2.5 4 3.5M15.5 9.5h.01",
  file: "M7 3h7l4 4v14H7zM14 3v5h4",
  pin: "M12 21s7-6.2 7-11.5A7 7 0 005 9.500C5 14.800 12 21 12 21zM12 11.800a2.300 2.300 0 100-4.600 2.300 2.300 0 000 4.600z",
  voice: "M12 4a2.500 2.500 0 012.500 2.500v5a2.500 2.500 0 01-5 0v-5A2.500 2.500 0 0112 4zM6 11.500a6 6 0 0012 0M12 17.500V21",
  reply: "M10 6L4 12l6 6M4 12h9a7 7 0 017 7",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  copy: "M8 8h11v12H8zM5 16V4h11",
  block: "M12 3.500a8.500 8.500 0 100 17 8.500 8.500 0 000-17zM6 6l12 12",
  split: "M4 5h16v14H4zM12 5v14",
  plus: "M12 5v14M5 12h14",
  clock: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4.500l3 2",
  link: "M8 16L17 7M10 7h7v7",
  topics: "M4 6h16M4 12h16M4 18h10",
  play: "M8 5l11 7-11 7z",
};

export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return "?";
  if (cjk.test(words[0])) return [...words[0]].slice(-2).join("");
  const letters = words.map((word) => [...word][0]);
  return (words.length > 1 ? letters[0] + letters.at(-1) : letters[0]).toUpperCase();
}

/** The same id has the same colour everywhere: 0 to 7, see --hue-0 … in style.css. */
export function hue(id) {
  return (Math.imul(Number(id) || 0, 0x9e3779b1) >>> 24) & 7; // neighbours in number get different colours
}

export function avatar(name, id, kind = "") {
  return h("span", { class: `avatar hue-${hue(id)} ${kind}`, "aria-hidden": "true" }, initials(name));
}

/** Brings `parent` to hold exactly `wanted`, moving as few nodes as possible so that focus and playback survive. */
export function place(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((el, at) => {
    if (parent.children[at] !== el) parent.insertBefore(el, parent.children[at] ?? null);
  });
}

/** Rebuilds an element's content only when what it depends on has changed; the keyboard focus stays where it was. */
export function memo(el) {
  let before;
  return (key, build) => {
    const now = JSON.stringify(key);
    if (now === before) return;
    before = now;
    const focused = el.contains(document.activeElement) && document.activeElement.dataset.testid;
    el.replaceChildren(...[build()].flat(Infinity).filter(Boolean));
    if (focused) el.querySelector(`[data-testid="${focused}"]`)?.focus({ preventScroll: true });
  };
}
