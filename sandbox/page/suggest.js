// The list of commands that opens over the composer while a "/" is typed.

import { h } from "./dom.js";
import { t } from "./words.js";

export function suggestions(field, choose) {
  const el = h("div", { class: "suggest", role: "listbox", hidden: true, "data-testid": "suggestions" });
  let rows = [];
  let at = 0;
  let dismissed = "";

  function mark(next) {
    at = (next + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
  }

  function take(command) {
    field.value = "";
    field.dispatchEvent(new Event("input"));
    choose(`/${command}`);
    field.focus();
  }

  return {
    el,
    update(text, commands) {
      const typed = /^\/(\w*)$/.exec(text)?.[1];
      const found = typed === undefined || dismissed === text ? [] : commands.filter(({ command }) => command.startsWith(typed.toLowerCase()));
      if (dismissed !== text) dismissed = "";
      el.hidden = !found.length;
      el.setAttribute("aria-label", t("menu"));
      const same = rows.map((row) => row.dataset.command).join() === found.map(({ command }) => command).join();
      if (same) return;
      rows = found.map(({ command, description }) => h("button", { type: "button", role: "option", tabIndex: -1, "data-command": command,
        onpointerdown: (event) => event.preventDefault(), onclick: () => take(command) },
      h("b", {}, `/${command}`), h("span", { dir: "auto" }, description)));
      el.replaceChildren(...rows);
      if (rows.length) mark(0);
    },
    /** True when the key was for the list. */
    key(event) {
      if (el.hidden) return false;
      if (event.key === "ArrowDown") mark(at + 1);
      else if (event.key === "ArrowUp") mark(at - 1);
      else if (event.key === "Enter" && !event.shiftKey) take(rows[at].dataset.command);
      else if (event.key === "Tab") {
        field.value = `/${rows[at].dataset.command} `;
        field.dispatchEvent(new Event("input"));
      } else if (event.key === "Escape") {
        dismissed = field.value;
        el.hidden = true;
      } else return false;
      return true;
    },
  };
}
