// One phone: whose it is, which chat is open, the messages, the composer.

import * as api from "./api.js";
import { createComposer } from "./composer.js";
import { avatar, h, hue, icon, memo } from "./dom.js";
import { createLog } from "./log.js";
import { attempt, menu } from "./overlay.js";
import { chooseChat, choosePersona, chooseTopic, goHome, openChat, openTopic, session, showSheet } from "./session.js";
import { summary } from "./media.js";
import { chatsOf, inTopic, isAdmin, now, persona, store } from "./state.js";
import { chipTime, dayAndTime } from "./time.js";
import { unreadIn } from "./unread.js";
import { t, telegramLanguages } from "./words.js";

const chatTitle = (chat) => (chat.type === "private" ? store.bot.name : chat.title);

function subtitle(chat) {
  if (chat.typing) return t("typing");
  return chat.type === "private" ? t("bot") : t("members", { n: chat.members.length + 1 });
}

/** In a narrow pane the open tab stands where it can be seen. */
function middleOpen(row, id) {
  if (row.dataset.open === String(id)) return;
  row.dataset.open = id;
  const tab = row.querySelector("[aria-current]");
  if (tab) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

const badge = (count) => count > 0 && h("span", { class: "badge", "data-testid": "unread" },
  count > 99 ? "99+" : String(count), h("span", { class: "unseen" }, ` ${t("unread", { n: "" })}`));

export function createPane(side) {
  const owner = h("div", { class: "whose" });
  const title = h("div", { class: "chat-head-main" });
  const chip = h("button", { type: "button", class: "clock-chip", "data-testid": "clock-chip", onclick: () => showSheet(true) });
  const head = h("div", { class: "chat-head" }, title, chip);
  const tabs = h("nav", { class: "tabs" });
  const topics = h("div", { class: "topic-bar" });
  const list = h("nav", { class: "topic-list", hidden: true, "data-testid": "topics" });
  const log = createLog();
  const empty = h("div", { class: "empty" });
  const composer = createComposer(side);
  const el = h("section", { class: `pane ${side}`, "data-testid": `pane-${side}` },
    owner, head, tabs, topics, h("div", { class: "middle" }, log.el, empty, list, h("div", { class: "pane-toasts", role: "status", "aria-live": "polite" })), composer.el);
  const draw = { owner: memo(owner), title: memo(title), chip: memo(chip), tabs: memo(tabs), topics: memo(topics), list: memo(list), empty: memo(empty) };

  return {
    el,
    update() {
      const person = persona(session[side].persona);
      if (!person) return;
      const chat = openChat(side);
      const topic = chat.forum ? openTopic(side) : null;
      const listing = Boolean(chat.forum) && topic === undefined;
      const messages = listing ? [] : inTopic(chat, topic);
      const strange = chat.type === "private" && !messages.some((message) => !message.deleted);
      el.dataset.persona = person.id;
      el.dataset.chat = chat.id;
      el.lang = { "zh-hans": "zh-Hans", "zh-hant": "zh-Hant" }[person.language] ?? person.language ?? "";

      draw.owner([person, store.personas.map(({ id, name }) => [id, name]), t("phone")], () => whose(person, side));
      draw.title([chatTitle(chat), subtitle(chat), chat.id, chat.forum, chat.admins, person.id, t("back")], () => chatHead(chat, person));
      chip.setAttribute("aria-label", `${t("clock")}: ${dayAndTime(now())}`);
      draw.chip(chipTime(now()), () => [icon("clock"), chipTime(now())]);
      const chats = chatsOf(person.id);
      tabs.hidden = chats.length < 2;
      tabs.setAttribute("aria-label", t("chats", { name: person.name }));
      draw.tabs([chats.map((each) => [each.id, chatTitle(each), unreadIn(person.id, each)]), chat.id],
        () => (chats.length < 2 ? [] : chats.map((each) => chatTab(each, person, chat, side))));
      middleOpen(tabs, chat.id);
      topics.hidden = !chat.forum || listing;
      draw.topics([listing, chat.topics, topic, chat.admins, person.id, t("general")], () => (topics.hidden ? [] : topicBar(chat, topic, person, side)));
      list.hidden = !listing;
      list.setAttribute("aria-label", t("topics"));
      const rooms = listing ? topicRooms(chat, person) : [];
      draw.list([rooms, t("general")], () => rooms.map((room) => topicRow(room, side)));
      log.el.hidden = composer.el.hidden = listing;
      empty.hidden = listing || messages.length > 0;
      draw.empty([chat.id, chat.type, person.name, store.bot, t("empty"), strange], () => emptyState(chat));
      log.update(`${person.id} ${chat.id} ${topic}`, messages, {
        persona: person.id, side, group: chat.type !== "private", label: chatTitle(chat),
        reply: composer.reply, edit: composer.edit, thread: () => (topic ? { topic } : {}),
      });
      composer.update({ person, chat, topic, messages, strange });
    },
  };
}

function whose(person, side) {
  const names = h("select", { class: "overlay-select", "aria-label": t("change_person"), "data-testid": `whose-${side}`,
    onchange: (event) => choosePersona(side, Number(event.target.value)) },
  store.personas.map((each) => h("option", { value: each.id, selected: each.id === person.id }, each.name)));
  const known = telegramLanguages.some(([code]) => code === person.language);
  const choices = known || !person.language ? telegramLanguages : [...telegramLanguages, [person.language, person.language]];
  const speech = h("select", { class: "overlay-select", "aria-label": t("language", { name: person.name }), "data-testid": "language",
    onchange: (event) => attempt(() => api.setLanguage(person.id, event.target.value)) },
  choices.map(([code, label]) => h("option", { value: code, selected: code === person.language }, label)));
  return [
    h("div", { class: "whose-name" }, avatar(person.name, person.id, "small"),
      h("span", { class: "whose-text" }, h("span", { class: "whose-phone" }, t("phone", { name: person.name })),
        h("span", { class: "whose-role", dir: "auto" }, person.blocked ? t("blocked_short") : person.role ?? "")),
      icon("down"), names),
    h("div", { class: "whose-language", title: t("their_language") },
      h("span", {}, choices.find(([code]) => code === person.language)?.[1] ?? "?"), icon("down"), speech),
    h("button", { type: "button", class: "flat", "aria-label": t("person_menu", { name: person.name }), "data-testid": "persona-menu",
      onclick: (event) => menu(event.currentTarget, [person.blocked
        ? { label: t("unblock"), icon: "block", testid: "unblock", run: () => attempt(() => api.block(person.id, false)) }
        : { label: t("block"), icon: "block", danger: true, testid: "block", run: () => attempt(() => api.block(person.id, true)) }]) },
    icon("more")),
  ];
}

function groupMenu(at, chat) {
  menu(at, [{ label: t(chat.forum ? "topics_off" : "topics_on"), icon: "topics", testid: "switch-topics",
    run: () => attempt(() => api.setForum(chat.id, !chat.forum)) }]);
}

function chatHead(chat, person) {
  return [
    h("button", { type: "button", class: "flat back", "aria-label": t("back"), "data-testid": "back", onclick: goHome }, icon("back")),
    avatar(chatTitle(chat), chat.type === "private" ? store.bot.id : chat.id, chat.type === "private" ? "bot" : "group"),
    h("div", { class: "chat-title" }, h("h2", { "data-testid": "chat-title", dir: "auto" }, chatTitle(chat)),
      h("p", { class: chat.typing ? "typing" : "", "data-testid": "subtitle" }, subtitle(chat))),
    chat.type === "supergroup" && isAdmin(chat, person.id) && h("button", { type: "button", class: "flat", "aria-label": t("group_menu"),
      "data-testid": "group-menu", onclick: (event) => groupMenu(event.currentTarget, chat) }, icon("more")),
  ];
}

function chatTab(chat, person, open, side) {
  return h("button", { type: "button", class: "tab", "data-testid": `chat-${chat.id}`, "aria-current": chat === open ? "true" : null,
    onclick: () => chooseChat(side, chat.id) },
  h("span", { class: `tab-dot hue-${hue(chat.type === "private" ? store.bot.id : chat.id)}`, "aria-hidden": "true" }),
  h("bdi", {}, chatTitle(chat)), chat !== open && badge(unreadIn(person.id, chat)));
}

/** General first, then the topics that are open, then the closed ones; the newest on top. */
function topicRooms(chat, person) {
  const room = (topic) => {
    const last = inTopic(chat, topic.id).findLast((message) => !message.deleted && summary(message));
    return { ...topic, at: last?.date ?? 0, said: last ? summary(last) : "", unread: unreadIn(person.id, chat, topic.id) };
  };
  const newestFirst = (a, b) => Number(a.closed) - Number(b.closed) || b.at - a.at || b.id - a.id;
  return [room({ id: null, name: t("general") }), ...(chat.topics ?? []).map(room).sort(newestFirst)];
}

function topicRow(room, side) {
  return h("button", { type: "button", class: `topic-row ${room.closed ? "closed" : ""}`, "data-testid": `topic-${room.id ?? "general"}`,
    onclick: () => chooseTopic(side, room.id) },
  h("span", { class: `topic-mark hue-${hue(room.id ?? 0)}`, "aria-hidden": "true" }, room.closed ? "🔒" : "#"),
  h("span", { class: "topic-text" }, h("bdi", { class: "topic-name" }, room.name),
    h("span", { class: "topic-said", dir: "auto" }, room.closed ? t("closed_short") : room.said)),
  badge(room.unread));
}

function topicBar(chat, open, person, side) {
  const topic = chat.topics?.find((each) => each.id === open);
  const remove = async () => {
    await attempt(() => api.deleteTopic(chat.id, open));
    chooseTopic(side, undefined);
  };
  return [
    h("button", { type: "button", class: "flat", "aria-label": t("all_topics"), title: t("all_topics"), "data-testid": "all-topics",
      onclick: () => chooseTopic(side, undefined) }, icon("back")),
    h("bdi", { class: "topic-name", "data-testid": "topic-name" }, `${topic?.closed ? "🔒 " : ""}${topic?.name ?? t("general")}`),
    topic && isAdmin(chat, person.id) && h("button", { type: "button", class: "flat", "aria-label": t("topic_menu"), "data-testid": "topic-menu",
      onclick: (event) => menu(event.currentTarget, [{ label: t("topic_delete"), icon: "trash", danger: true, testid: "delete-topic", run: remove }]) },
    icon("more")),
  ];
}

function emptyState(chat) {
  if (chat.type !== "private") return [h("p", { class: "empty-text" }, t("empty_group"))];
  return [h("div", { class: "empty-card" }, avatar(store.bot.name, store.bot.id, "large bot"), h("h3", { dir: "auto" }, store.bot.name),
    h("p", {}, t("empty")), h("p", { class: "empty-text" }, t("press_start", { bot: store.bot.name })))];
}
