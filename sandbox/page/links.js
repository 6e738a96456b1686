// Links to the bot itself (t.me/<bot>?start=…) stay in the sandbox; others open in a new tab.

import * as api from "./api.js";
import { avatar, h } from "./dom.js";
import { attempt, dialog } from "./overlay.js";
import { chooseChat, choosePersona, sideFor } from "./session.js";
import { persona, store } from "./state.js";
import { t } from "./words.js";

/** The start parameter of a link to this bot, or undefined for any other link. */
function deepLink(href) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return undefined;
  }
  const bot = store.bot.username?.toLowerCase();
  if (url.protocol === "tg:" && url.searchParams.get("domain")?.toLowerCase() === bot) return url.searchParams.get("start") ?? "";
  if (!/^(www\.)?(t\.me|telegram\.me)$/i.test(url.hostname)) return undefined;
  if (url.pathname.startsWith("/share/url")) return deepLink(url.searchParams.get("url") ?? "");
  return url.pathname.slice(1).toLowerCase() === bot ? url.searchParams.get("start") ?? "" : undefined;
}

async function start(id, side, parameter) {
  choosePersona(side, id);
  chooseChat(side, id);
  await attempt(() => api.say(id, id, `/start ${parameter}`.trim()));
}

/** An invitation is worth most in somebody else's hands, so the page asks who opens it. */
function askWho(parameter, me, side) {
  const people = [persona(me), ...store.personas.filter((person) => person.id !== me)];
  const box = dialog(t("open_as"), h("div", { class: "people-list" }, people.map((person) => h("button", {
    type: "button", class: "person", "data-testid": `open-as-${person.id}`,
    onclick: () => { box.close(); start(person.id, person.id === me ? side : sideFor(person), parameter); },
  }, avatar(person.name, person.id), h("span", { class: "person-text" }, h("bdi", { class: "person-name" }, person.name),
    h("span", { class: "person-role", dir: "auto" }, person.role ?? ""))))),
  h("div", { class: "dialog-row" }, h("button", { type: "button", onclick: () => box.close() }, t("cancel"))));
}

/** True when the link was dealt with inside the page. */
export function catchLink(href, me, side) {
  const parameter = deepLink(href);
  if (parameter === undefined) return false;
  askWho(parameter, me, side);
  return true;
}

export function openLink(href, me, side) {
  if (!catchLink(href, me, side) && /^(https?|tg|mailto|tel):/i.test(href)) window.open(href, "_blank", "noopener");
}
