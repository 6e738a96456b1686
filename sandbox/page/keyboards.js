// Inline keyboards under messages, and which reply keyboard a person sees.

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { openLink } from "./links.js";
import { attempt, alertBox, toast } from "./overlay.js";
import { changed, news } from "./state.js";
import { t } from "./words.js";

const pending = new Map(); // pressed and not answered yet: key → {persona, callback}
const patience = 15000; // Telegram's own clients stop the spinner too

const key = (persona, message, ...place) => [persona, message.chat?.id, message.message_id, ...place].join(":");

export const pendingIn = (persona, message) =>
  [...pending.keys()].filter((each) => each.startsWith(`${key(persona, message)}:`)).join();

function settle(id) {
  if (pending.delete(id)) changed();
}

news.addEventListener("answer", ({ detail: event }) => {
  const mine = [...pending].filter(([, press]) => press.persona === event.persona);
  const [id] = mine.find(([, press]) => event.callback_id && press.callback === event.callback_id) ?? mine[0] ?? [];
  if (id) settle(id);
  if (event.url) openLink(event.url, event.persona, "left");
  if (!event.text) return;
  if (event.alert) alertBox(event.text);
  else toast(event.text, "", event.persona);
});

async function press(persona, message, id, data) {
  if (pending.has(id)) return;
  const entry = { persona };
  pending.set(id, entry);
  changed();
  setTimeout(() => pending.get(id) === entry && settle(id), patience);
  const done = await attempt(() => api.press(persona, message.chat.id, message.message_id, data));
  if (done) entry.callback = done.callback_id;
  else settle(id);
}

function copy(text) {
  navigator.clipboard?.writeText(text).then(() => toast(t("copied")), () => toast(text));
}

function act(button, message, id, { persona, side }) {
  if (button.callback_data !== undefined) press(persona, message, id, button.callback_data);
  else if (button.url ?? button.login_url?.url) openLink(button.url ?? button.login_url.url, persona, side);
  else if (button.copy_text) copy(button.copy_text.text);
  else toast(t("not_here"));
}

export function inlineKeyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length || message.deleted) return null;
  return h("div", { class: "keys" }, rows.filter((row) => row.length).map((row, y) => h("div", { class: "keys-row" }, row.map((button, x) => {
    const id = key(context.persona, message, y, x);
    const waits = pending.has(id);
    const leaves = button.url || button.login_url;
    return h("button", {
      type: "button", class: `key ${button.style ?? ""}`, "data-testid": "button", "data-callback": button.callback_data,
      "aria-busy": waits ? "true" : null, onclick: () => act(button, message, id, context),
    }, h("span", { dir: "auto" }, button.text), leaves && icon("link"), waits && h("i", { class: "spinner" }));
  }))));
}

function isFor(message, person) {
  if (!message.reply_markup.selective) return true;
  if (message.reply_to_message?.from?.id === person.id) return true;
  return [...(message.entities ?? []), ...(message.caption_entities ?? [])].some((entity) => entity.user?.id === person.id)
    || Boolean(person.username && (message.text ?? message.caption ?? "").includes(`@${person.username}`));
}

/** {keyboard?, force?, message} of the newest message that asked something of the input field, or null. */
export function inputMarkup(messages, person) {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    const markup = message.reply_markup;
    if (!markup || message.deleted || markup.inline_keyboard || !isFor(message, person)) continue;
    if (markup.remove_keyboard) return null;
    const answered = messages.slice(at + 1).some((later) => later.from?.id === person.id);
    if (markup.force_reply) {
      if (!answered) return { force: markup, message };
      continue; // a question that was answered uncovers the keyboard before it
    }
    if (markup.keyboard) return { keyboard: markup, message, used: answered };
  }
  return null;
}
