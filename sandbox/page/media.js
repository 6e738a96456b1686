// The part of a bubble that is not text.

import { avatar, h, icon } from "./dom.js";
import { fullName } from "./state.js";
import { t } from "./words.js";

function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;

function enlarge(url, label) {
  const box = h("dialog", { class: "lightbox", onclose: () => box.remove(), onclick: () => box.close() },
    h("img", { src: url, alt: label }),
    h("button", { type: "button", class: "round", "aria-label": t("close") }, icon("close")));
  document.body.append(box);
  box.showModal();
}

function photo(message) {
  const largest = message.photo?.at(-1) ?? {};
  const { width = 4, height = 3 } = largest;
  const label = message.caption ?? t("picture");
  if (!message.media_url) return h("div", { class: "media-note" }, icon("photo"), t("picture"));
  return h("button", { type: "button", class: "photo", "aria-label": label, style: `aspect-ratio: ${width} / ${height}`,
    onclick: () => enlarge(message.media_url, label) },
  h("img", { src: message.media_url, alt: label, loading: "lazy", width, height }));
}

function video(message) {
  const round = Boolean(message.video_note);
  const loop = Boolean(message.animation);
  return h("video", { class: round ? "video round-video" : "video", src: message.media_url, controls: !loop, loop, muted: loop,
    autoplay: loop, playsInline: true, "aria-label": t("video") });
}

function voice(message) {
  const { duration = 0, file_unique_id: seed = "voice" } = message.voice ?? message.audio;
  const left = h("span", { class: "voice-time" }, clock(duration));
  const bars = [...Array(28).keys()].map((at) => {
    const noise = Math.abs(Math.sin((at + 1) * (seed.charCodeAt(at % seed.length) + 7)));
    return h("i", { style: `height:${20 + Math.round(noise * 80)}%` });
  });
  let player;
  const button = h("button", { type: "button", class: "voice-play", "aria-label": t("voice"), onclick: () => {
    player ??= Object.assign(new Audio(message.media_url), {
      ontimeupdate: () => {
        const done = player.currentTime / (player.duration || duration || 1);
        bars.forEach((bar, at) => bar.classList.toggle("past", at / bars.length < done));
        left.textContent = clock(player.currentTime);
      },
      onended: () => { left.textContent = clock(duration); bars.forEach((bar) => bar.classList.remove("past")); },
    });
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  } }, icon("play"));
  return h("div", { class: "voice" }, button, h("div", { class: "voice-body" }, h("div", { class: "bars", "aria-hidden": "true" }, bars), left));
}

function file(message) {
  const { file_name: name = t("document"), file_size: bytes } = message.document;
  const shown = /^image\//.test(message.document.mime_type ?? "") && message.media_url;
  return h("a", { class: "file", href: message.media_url, download: name, target: "_blank", rel: "noopener" },
    shown ? h("img", { src: message.media_url, alt: "", class: "file-thumb" }) : h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-text" }, h("bdi", { class: "file-name" }, name), h("span", { class: "file-size" }, size(bytes))));
}

function sticker(message) {
  const { emoji = "🙂" } = message.sticker;
  const still = message.media_url && !message.sticker.is_animated && !message.sticker.is_video;
  const shown = h("span", { class: "sticker-emoji", role: "img", "aria-label": t("sticker") }, emoji);
  return still ? h("img", { class: "sticker", src: message.media_url, alt: `${t("sticker")} ${emoji}`, onerror() { this.replaceWith(shown); } }) : shown;
}

function place(message) {
  const { location, title, address } = message.venue ?? { location: message.location };
  const at = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  return h("div", { class: "place" }, h("span", { class: "place-map", "aria-hidden": "true" }, icon("pin")),
    h("span", { class: "file-text" }, h("bdi", { class: "file-name" }, title ?? t("place")), h("span", { class: "file-size" }, address ?? at)));
}

function contact(message) {
  const name = fullName(message.contact);
  return h("div", { class: "file" }, avatar(name, message.contact.user_id ?? 3),
    h("span", { class: "file-text" }, h("bdi", { class: "file-name" }, name), h("span", { class: "file-size" }, message.contact.phone_number)));
}

function poll(message) {
  const { question, options, total_voter_count: all } = message.poll;
  return h("div", { class: "poll" }, h("strong", { dir: "auto" }, question), options.map((option) => {
    const share = all ? Math.round((100 * option.voter_count) / all) : 0;
    return h("div", { class: "poll-option" }, h("span", {}, `${share}%`), h("span", { dir: "auto" }, option.text),
      h("i", { style: `width:${share}%` }));
  }));
}

const dice = (message) => h("div", { class: "dice" }, h("span", { class: "sticker-emoji" }, message.dice.emoji), ` ${message.dice.value}`);

const shown = { photo, video, animation: video, video_note: video, voice, audio: voice, document: file, sticker, venue: place,
  location: place, contact, poll, dice };

const order = ["venue", "animation", ...Object.keys(shown)]; // a venue has a location too, an animation a document

export const mediaKind = (message) => order.find((kind) => message[kind]);

export function media(message) {
  const kind = mediaKind(message);
  return kind && shown[kind](message);
}

const names = { photo: "picture", video: "video", animation: "video", video_note: "video", voice: "voice", audio: "voice",
  document: "document", sticker: "sticker", venue: "place", location: "place", contact: "contact", poll: "poll" };

/** A message in a few words, for quotes and for reading aloud. */
export function summary(message) {
  const kind = mediaKind(message);
  const text = message.text ?? message.caption ?? "";
  if (!kind) return text;
  const name = names[kind] ? t(names[kind]) : message.dice?.emoji ?? "";
  return text ? `${name}, ${text}` : name;
}

const plumbing = new Set(["message_id", "date", "edit_date", "from", "sender_chat", "chat", "html", "edited", "deleted", "media_url",
  "reply_markup", "message_thread_id", "is_topic_message", "reply_to_message", "quote", "media_group_id", "via_bot",
  "entities", "caption_entities", "forward_origin", "has_protected_content", "is_from_offline", "link_preview_options"]);

export const unknownKind = (message) => Object.keys(message).find((key) => !plumbing.has(key)) ?? "?";

/** The line in the middle of the chat for what happened to the chat itself, or nothing. */
export function serviceText(message) {
  const name = fullName(message.from) || t("deleted_account");
  if (message.new_chat_members) return message.new_chat_members.map((user) => t("joined", { name: fullName(user) })).join("\n");
  if (message.left_chat_member) return t("left", { name: fullName(message.left_chat_member) });
  if (message.pinned_message) return t("pinned", { name });
  if (message.new_chat_title) return t("titled", { name: message.new_chat_title });
  if (message.forum_topic_created) return t("topic_made", { name: message.forum_topic_created.name });
  if (message.forum_topic_edited) return t("topic_renamed", { name: message.forum_topic_edited.name });
  if (message.forum_topic_closed) return t("topic_closed");
  if (message.forum_topic_reopened) return t("topic_reopened");
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("group_moved");
  if (message.group_chat_created || message.supergroup_chat_created) return t("group_made");
  return undefined;
}
