// What lies over the page for a moment: toasts, dialogs, menus.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

/** `persona`: whose phone says it; it then shows in that person's pane. */
export function toast(text, kind = "", persona = undefined) {
  const el = h("div", { class: `toast ${kind}`, "data-testid": "toast", dir: "auto" }, text);
  const pane = persona && document.querySelector(`.pane[data-persona="${persona}"] .pane-toasts`);
  (pane || document.getElementById("toasts")).append(el);
  setTimeout(() => el.remove(), Math.min(9000, 3000 + 50 * text.length));
}

/** Runs a call to the sandbox; what goes wrong is said, and the answer is undefined. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(t("failed", { why: error.message }), "error");
    return undefined;
  }
}

export function dialog(title, ...content) {
  const box = h("dialog", { class: "dialog", onclose: () => box.remove() },
    title && h("h2", { dir: "auto" }, title), content);
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  document.body.append(box);
  box.showModal();
  return box;
}

/** answerCallbackQuery with show_alert. */
export function alertBox(text) {
  const ok = h("button", { type: "button", class: "primary", "data-testid": "alert-ok", onclick: () => box.close() }, t("ok"));
  const box = dialog(null, h("p", { class: "alert-text", dir: "auto", "data-testid": "alert" }, text),
    h("div", { class: "dialog-row" }, ok));
  ok.focus();
}

let open;

export function closeMenu() {
  open?.close();
}

/** items: {label, icon, run, danger, testid, hint}; `at` is an element or {x, y}. */
export function menu(at, items, { label, className = "" } = {}) {
  closeMenu();
  const before = document.activeElement;
  const rows = items.map((item) => h("button", {
    type: "button", role: "menuitem", class: item.danger ? "danger" : "", "data-testid": item.testid,
    onclick: () => { close(); item.run(); },
  }, item.icon && icon(item.icon), h("span", { class: "menu-label", dir: "auto" }, item.label),
  item.hint && h("span", { class: "menu-hint", dir: "auto" }, item.hint)));
  const box = h("div", { class: `popup ${className}`, role: "menu", "aria-label": label }, rows);

  function close() {
    box.remove();
    document.removeEventListener("pointerdown", outside, true);
    open = undefined;
    if (before?.isConnected) before.focus({ preventScroll: true });
  }
  function outside(event) {
    if (!box.contains(event.target)) close();
  }
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) rows[(rows.indexOf(document.activeElement) + step + rows.length) % rows.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", outside, true);
  document.body.append(box);
  settle(box, at instanceof Element ? at.getBoundingClientRect() : { left: at.x, right: at.x, top: at.y, bottom: at.y });
  rows[0]?.focus({ preventScroll: true });
  open = { close };
}

function settle(box, by) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = by.left + width > innerWidth - 8 ? by.right - width : by.left;
  const below = by.bottom + 4 + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? by.bottom + 4 : Math.max(8, by.top - height - 4)}px`;
}
