// One message, or one album, as it looks to the person in whose pane it stands.

import * as api from "./api.js";
import { avatar, h, hue, icon } from "./dom.js";
import { inlineKeyboard } from "./keyboards.js";
import { catchLink } from "./links.js";
import { media, mediaKind, serviceText, summary, unknownKind } from "./media.js";
import { attempt, menu, toast } from "./overlay.js";
import { rich } from "./rich.js";
import { fullName, store } from "./state.js";
import { time } from "./time.js";
import { t } from "./words.js";

const mine = (message, context) => message.from?.id === context.persona;

const tone = (user) => (user?.id === store.bot.id ? "tone-bot" : `tone-${hue(user?.id)}`);

const author = (message) => message.sender_chat?.title ?? (fullName(message.from) || t("deleted_account"));

function marks(message, context, onPicture) {
  return h("span", { class: onPicture ? "marks over" : "marks" },
    message.edited && `${t("edited")} `, h("time", {}, time(new Date(message.date * 1000))),
    mine(message, context) && h("span", { class: "ticks", "aria-hidden": "true" }, "✓✓"));
}

function quote(message, context) {
  const original = message.reply_to_message;
  if (!original || original.forum_topic_created) return null;
  const text = message.quote?.text ?? (summary(original) || t("gone"));
  return h("button", { type: "button", class: `quote ${tone(original.from)}`, onclick: () => context.show(original.message_id) },
    h("bdi", { class: "quote-name" }, author(original)), h("span", { class: "quote-text", dir: "auto" }, text));
}

function text(message, context, ...after) {
  if (!(message.text ?? message.caption)) return null;
  return h("div", { class: "text", dir: "auto" }, rich(message, {
    onCommand: (command) => attempt(() => api.say(context.persona, message.chat.id, command, context.thread())),
    onLink: (href) => catchLink(href, context.persona, context.side),
  }), after);
}

function actions(message, context) {
  const own = mine(message, context);
  const words = message.text ?? message.caption;
  return [
    { label: t("reply"), icon: "reply", testid: "action-reply", run: () => context.reply(message) },
    words && { label: t("copy"), icon: "copy", testid: "action-copy",
      run: () => navigator.clipboard?.writeText(words).then(() => toast(t("copied")), () => {}) },
    own && words && { label: t("edit"), icon: "edit", testid: "action-edit", run: () => context.edit(message) },
    { label: t("delete"), icon: "trash", testid: "action-delete", danger: true,
      run: () => attempt(() => api.remove(message.chat.id, message.message_id)) },
  ].filter(Boolean);
}

/** messages: one, or those of one album. first, last: where it stands in a run of the same sender. */
export function bubble(messages, { first, last }, context) {
  const [head] = messages;
  const service = serviceText(head);
  if (service) return note(head, service);
  const shown = messages.filter((message) => !message.deleted);
  if (!shown.length) return gone(head, context);

  const own = mine(head, context);
  const captioned = shown.find((message) => message.text ?? message.caption) ?? head;
  const pictures = shown.every((message) => ["photo", "video", "animation"].includes(mediaKind(message)));
  const bare = ["sticker", "dice"].includes(mediaKind(head));
  const worded = Boolean(captioned.text ?? captioned.caption);
  const overlaid = (pictures || bare) && !worded;
  const named = context.group && !own && first && !bare;
  const parts = mediaKind(head) ? [shown.length > 1 ? album(shown) : media(head)] : [];
  const unknown = !worded && !parts.length && h("div", { class: "unknown" }, t("not_shown", { kind: unknownKind(head) }));
  const body = text(captioned, context, !overlaid && marks(captioned, context));
  const above = head.show_caption_above_media;

  const menuAt = (at) => menu(at, actions(head, context), { label: t("message_menu") });
  const surface = h("div", { class: `bubble ${pictures ? "has-picture" : ""} ${bare ? "bare" : ""} ${worded ? "" : "wordless"}` },
    named && h("div", { class: `author ${tone(head.from)}` }, h("bdi", {}, author(head))),
    quote(head, context), above ? [body, parts] : [parts, body], unknown,
    !body && marks(captioned, context, overlaid),
    h("button", { type: "button", class: "bubble-menu", "aria-label": t("message_menu"), "data-testid": "message-menu",
      onclick: (event) => menuAt(event.currentTarget) }, icon("down")));

  return h("article", {
    class: `msg ${own ? "out" : "in"} ${first ? "first" : ""} ${last ? "last" : ""}`,
    "data-testid": "message", "data-message-id": head.message_id, "data-from": head.from?.id, "data-out": String(own),
    oncontextmenu: (event) => {
      if (event.target.closest("a, img, video") || String(getSelection())) return;
      event.preventDefault();
      menuAt({ x: event.clientX, y: event.clientY });
    },
  },
  context.group && !own && (last ? avatar(author(head), head.from?.id, head.from?.id === store.bot.id ? "bot" : "") : h("span", { class: "avatar-gap" })),
  h("div", { class: "stack" }, surface, inlineKeyboard(head, context)));
}

function album(messages) {
  return h("div", { class: `album album-${Math.min(messages.length, 4)}` }, messages.map((message) =>
    h("div", { class: "album-item", "data-message-id": message.message_id }, media(message))));
}

function note(message, line) {
  return h("div", { class: "note", "data-testid": "message", "data-message-id": message.message_id, dir: "auto" }, line);
}

function gone(message, context) {
  return h("article", { class: `msg gone ${mine(message, context) ? "out" : "in"} first last`, "data-testid": "message",
    "data-message-id": message.message_id, "data-deleted": "true" }, context.group && !mine(message, context) && h("span", { class: "avatar-gap" }),
  h("div", { class: "stack" }, h("div", { class: "bubble" }, t("gone"))));
}
