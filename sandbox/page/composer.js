// Where a person writes: text, commands, attachments, replies, edits, and the bot's reply keyboard.

import * as api from "./api.js";
import { attachMenu, createTray } from "./attach.js";
import { h, icon, memo } from "./dom.js";
import { inputMarkup } from "./keyboards.js";
import { summary } from "./media.js";
import { attempt, menu, toast } from "./overlay.js";
import { fullName, isAdmin } from "./state.js";
import { suggestions } from "./suggest.js";
import { t } from "./words.js";

export function createComposer(side) {
  const field = h("textarea", { rows: 1, "data-testid": "composer", dir: "auto", enterKeyHint: "send", autocomplete: "off" });
  const tray = createTray(() => refresh());
  const above = h("div", { class: "above", hidden: true });
  const keys = h("div", { class: "reply-keys", "data-testid": "reply-keyboard", hidden: true });
  const menuButton = h("button", { type: "button", class: "menu-button", "data-testid": "menu", onclick: openCommands });
  const attachButton = h("button", { type: "button", class: "flat", "data-testid": "attach", onclick: openAttach }, icon("attach"));
  const keysButton = h("button", { type: "button", class: "flat", "data-testid": "keyboard", hidden: true, onclick: toggleKeys }, icon("keyboard"));
  const sendButton = h("button", { type: "button", class: "round send", "data-testid": "send", onclick: submit }, icon("send"));
  const row = h("div", { class: "compose-row" }, menuButton, attachButton, field, keysButton, sendButton);
  const big = h("button", { type: "button", class: "big-start", "data-testid": "start", hidden: true, onclick: start });
  const told = h("p", { class: "told", hidden: true });
  const list = suggestions(field, (command) => say(command));
  const el = h("div", { class: "composer" }, list.el, above, tray.el, told, big, row, keys);
  const draw = { above: memo(above), keys: memo(keys) };

  const drafts = new Map(); // per person, chat and topic: {text, reply, edit}
  let given; // {person, chat, topic, messages, strange}
  let place; // the key of the draft in hand
  let draft = {};
  let markup = null;
  let folded; // the message whose keyboard was put away or brought back by hand: {id, hidden}

  const thread = () => (given.topic ? { topic: given.topic } : {});
  const commands = () => given.chat.commands?.[given.person.id] ?? [];

  function say(text, extra = {}) {
    return attempt(() => api.say(given.person.id, given.chat.id, text, { ...thread(), ...extra }));
  }

  async function start() {
    const { person, chat } = given;
    if (person.blocked) await attempt(() => api.block(person.id, false));
    await attempt(() => api.say(person.id, chat.id, "/start"));
    field.focus();
  }

  async function submit() {
    const text = field.value.trim();
    const { reply, edit } = draft;
    const files = tray.take();
    if (!text && !files.length) return;
    set("", {});
    const answering = reply?.message_id ?? (markup?.force && given.chat.type !== "private" ? markup.message.message_id : undefined);
    const to = answering ? { reply_to: answering } : {};
    let done;
    if (edit) done = await attempt(() => api.edit(given.person.id, given.chat.id, edit.message_id, text));
    else if (files.length) done = await attempt(() => tray.send(files, given, { caption: text, ...to, ...thread() }));
    else done = await say(text, to);
    if (!done && !field.value) set(text, { reply, edit });
  }

  function set(text, more) {
    draft = more;
    field.value = text;
    refresh();
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = field.value ? `${Math.min(field.scrollHeight + 2, 180)}px` : ""; // a long placeholder takes one line
  }

  function refresh() {
    if (!given) return;
    grow();
    sendButton.classList.toggle("ready", Boolean(field.value.trim() || tray.size()));
    list.update(field.value, commands());
    above.hidden = !draft.reply && !draft.edit;
    draw.above([draft.reply?.message_id, draft.edit?.message_id, t("editing")], () => (above.hidden ? [] : banner()));
  }

  function banner() {
    const { reply, edit } = draft;
    const title = edit ? t("editing") : t("replying", { name: fullName(reply.from) });
    return [icon(edit ? "edit" : "reply"), h("div", { class: "above-text" }, h("bdi", {}, title), h("span", { dir: "auto" }, summary(edit ?? reply))),
      h("button", { type: "button", class: "flat", "aria-label": t("cancel"), onclick: () => set(edit ? "" : field.value, {}) }, icon("close"))];
  }

  function edit(message) {
    set(message.text ?? message.caption ?? "", { edit: message });
    field.focus();
  }

  function reply(message) {
    set(draft.edit ? "" : field.value, { reply: message });
    field.focus();
  }

  function editLast() {
    const last = given.messages.findLast((message) => message.from?.id === given.person.id && !message.deleted && message.text);
    if (last) edit(last);
    return Boolean(last);
  }

  field.addEventListener("input", refresh);
  field.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) tray.add(files);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // Enter that ends a pinyin or zhuyin word sends nothing
    if (list.key(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && !field.value && !draft.edit) {
      if (editLast()) event.preventDefault();
    } else if (event.key === "Escape" && (draft.reply || draft.edit)) set(draft.edit ? "" : field.value, {});
  });

  function openCommands() {
    if (!commands().length) {
      toast(t("no_commands"));
      return;
    }
    menu(menuButton, commands().map(({ command, description }) => ({
      label: description, hint: `/${command}`, testid: `command-${command}`, run: () => say(`/${command}`),
    })), { label: t("menu"), className: "commands" });
  }

  function openAttach() {
    attachMenu(attachButton, tray, (kind, extra) =>
      attempt(() => api.send(given.person.id, given.chat.id, kind, { ...extra, ...thread() })));
  }

  function toggleKeys() {
    folded = { id: markup.message.message_id, hidden: !keys.hidden };
    showKeys();
  }

  function pressKey(button) {
    const { person, chat } = given;
    const extra = thread();
    if (button.request_contact) {
      const phone = `+86 138 0000 ${String(person.id % 10000).padStart(4, "0")}`;
      attempt(() => api.send(person.id, chat.id, "contact", { phone_number: phone, first_name: person.name, ...extra }));
    } else if (button.request_location) {
      attempt(() => api.send(person.id, chat.id, "location", { latitude: 31.2304, longitude: 121.4737, ...extra }));
    } else if (button.web_app || button.request_poll || button.request_users || button.request_chat) toast(t("not_here"));
    else say(button.text ?? button, chat.type === "private" ? {} : { reply_to: markup.message.message_id });
  }

  function showKeys() {
    const markupId = markup?.message.message_id;
    const away = markup?.keyboard?.one_time_keyboard && markup.used;
    const hidden = !markup?.keyboard || (folded?.id === markupId ? folded.hidden : away);
    keys.hidden = hidden || given.person.blocked;
    keysButton.hidden = !markup?.keyboard;
    keysButton.setAttribute("aria-expanded", String(!keys.hidden));
    keys.classList.toggle("tall", !markup?.keyboard?.resize_keyboard);
    draw.keys([markupId, markup?.keyboard], () => (markup?.keyboard?.keyboard ?? []).map((line) => h("div", { class: "keys-row" },
      line.map((button) => h("button", { type: "button", class: `key ${button.style ?? ""}`, "data-testid": "reply-button",
        onclick: () => pressKey(button) }, h("span", { dir: "auto" }, button.text ?? button))))));
  }

  return {
    el, reply, edit,
    update(next) {
      given = next;
      const { person, chat, topic, messages, strange } = given;
      const here = `${person.id} ${chat.id} ${topic}`;
      if (place !== here) {
        if (place) drafts.set(place, { ...draft, text: field.value });
        const { text = "", ...rest } = drafts.get(here) ?? {};
        place = here;
        set(text, rest);
      }
      markup = inputMarkup(messages, person);
      const closed = topic && !isAdmin(chat, person.id) && chat.topics?.find((each) => each.id === topic)?.closed;
      const stopped = chat.type === "private" && person.blocked;
      const only = stopped || strange;
      big.hidden = !only;
      big.textContent = t(stopped ? "restart" : "start");
      told.hidden = !stopped && !closed;
      told.textContent = stopped ? t("blocked", { name: person.name }) : t("closed");
      row.hidden = stopped || closed || (strange && !field.value);
      field.placeholder = markup?.keyboard?.input_field_placeholder ?? markup?.force?.input_field_placeholder ?? t("message");
      field.setAttribute("aria-label", t("message"));
      menuButton.hidden = !commands().length;
      menuButton.setAttribute("aria-label", t("menu"));
      menuButton.replaceChildren(icon("menu"), h("span", {}, t("menu")));
      for (const [button, label] of [[attachButton, "attach"], [keysButton, "keyboard"], [sendButton, draft.edit ? "save" : "send"]]) {
        button.setAttribute("aria-label", t(label));
      }
      showKeys();
      refresh();
    },
  };
}
