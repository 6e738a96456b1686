// Message text as nodes. The server sends safe HTML; even so only what is known to be harmless is copied.

import { h } from "./dom.js";

const allowed = new Set(["A", "B", "STRONG", "I", "EM", "U", "INS", "S", "STRIKE", "DEL", "CODE", "PRE", "BLOCKQUOTE", "SPAN",
  "TG-SPOILER", "TG-EMOJI", "BR"]);
const dropped = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT"]);
const command = /(^|\s)(\/[a-z][a-z0-9_]{0,31}(?:@\w+)?)(?![\w/])/gi;

/** onCommand is told when a /command in the text is pressed, onLink when a link is; it returns true if it took it. */
export function rich(message, { onCommand, onLink }) {
  const plain = message.text ?? message.caption ?? "";
  const out = document.createDocumentFragment();
  const source = new DOMParser().parseFromString("", "text/html").body;
  if (message.html === undefined || message.html === null) source.textContent = plain;
  else source.innerHTML = message.html; // into an inert document: nothing loads or runs there
  for (const child of source.childNodes) copy(child, out, { onCommand, onLink }, true);
  return out;
}

function copy(node, into, hooks, commands) {
  if (node.nodeType === Node.TEXT_NODE) {
    const afterBlock = ["BLOCKQUOTE", "PRE"].includes(node.previousSibling?.tagName);
    const text = afterBlock ? node.data.replace(/^\n/, "") : node.data; // a block ends its own line
    into.append(commands && hooks.onCommand ? withCommands(text, hooks.onCommand) : text);
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || dropped.has(node.tagName)) return;
  const el = allowed.has(node.tagName) ? element(node, hooks) : into;
  const inner = commands && !["A", "CODE", "PRE"].includes(node.tagName);
  for (const child of node.childNodes) copy(child, el, hooks, inner);
  if (el !== into) into.append(el);
}

function element(node, hooks) {
  const tag = node.tagName.toLowerCase();
  if (tag === "a") return link(node.getAttribute("href") ?? "", hooks);
  if (tag === "tg-spoiler" || node.classList.contains("tg-spoiler")) return spoiler();
  if (tag === "blockquote") return h("blockquote", { class: expandable(node) ? "expandable" : "" });
  return document.createElement(tag === "tg-emoji" ? "span" : tag);
}

const expandable = (node) => node.hasAttribute("expandable") || node.classList.contains("expandable");

function link(href, hooks) {
  if (!/^(https?:|tg:|mailto:|tel:)/i.test(href)) return h("span");
  return h("a", {
    href, target: "_blank", rel: "noopener noreferrer",
    onclick: (event) => { if (hooks.onLink?.(href)) event.preventDefault(); },
  });
}

function spoiler() {
  const show = () => el.classList.add("shown");
  const el = h("span", { class: "spoiler", role: "button", tabindex: "0", onclick: show,
    onkeydown: (event) => { if (event.key === "Enter") show(); } });
  return el;
}

function withCommands(text, onCommand) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(command)) {
    const start = match.index + match[1].length;
    out.append(text.slice(from, start));
    out.append(h("a", { href: "#", class: "command", onclick: (event) => { event.preventDefault(); onCommand(match[2]); } }, match[2]));
    from = start + match[2].length;
  }
  out.append(text.slice(from));
  return out;
}
