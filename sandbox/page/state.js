// What the sandbox holds, kept up to date by events. Knows nothing of the screen.

export const store = {
  ready: false,
  live: false,
  bot: { id: 0, name: "Bot", username: "" },
  personas: [],
  chats: new Map(),
  clock: null,
};

const listeners = new Set();
let due = false;

export const news = new EventTarget(); // "message" and "answer", for what the screen says once

export function subscribe(listener) {
  listeners.add(listener);
}

/** Asks for one redraw, however many changes come before it. */
export function changed() {
  if (due) return;
  due = true;
  if (document.hidden) setTimeout(draw, 50);
  else requestAnimationFrame(draw);
}

/** Draws at once: what a person chose is on screen before the next key is typed. */
export function draw() {
  due = false;
  for (const listener of listeners) listener();
}

function setClock(clock) {
  const before = store.clock;
  const now = Date.parse(clock.now);
  const target = Date.parse(clock.target ?? clock.now);
  const travelling = target - now > 1500;
  const sameTrip = before?.travelling && before.target === target;
  store.clock = {
    ...before, ...clock, now, target, travelling,
    since: sameTrip ? before.since : now,
    heard: performance.now(),
  };
}

/** Sandbox time this moment: the last word of the server plus what has passed here since. */
export function now() {
  const clock = store.clock;
  if (!clock) return new Date();
  return new Date(clock.travelling ? clock.now : clock.now + performance.now() - clock.heard);
}

function byId(a, b) {
  return a.message_id - b.message_id;
}

const typing = new Map();

function showTyping(chat, on) {
  clearTimeout(typing.get(chat.id));
  chat.typing = on;
  if (on) typing.set(chat.id, setTimeout(() => { chat.typing = false; changed(); }, 5000));
}

export function load(state) {
  store.bot = state.bot;
  store.personas = state.personas;
  store.chats = new Map(state.chats.map((chat) => [chat.id, { ...chat, messages: [...chat.messages].sort(byId) }]));
  for (const chat of store.chats.values()) showTyping(chat, chat.typing);
  setClock(state.clock ?? { now: state.now, target: state.now, follower: false, bookmarks: [] });
  store.ready = true;
  changed();
}

function chatFor(id, message) {
  if (!store.chats.has(id)) {
    const { type = "private", title = "" } = message?.chat ?? {};
    const members = type === "private" ? [id] : [];
    store.chats.set(id, { id, type, title, members, commands: {}, messages: [], typing: false });
  }
  return store.chats.get(id);
}

function put(chat, message) {
  const at = chat.messages.findIndex((other) => other.message_id === message.message_id);
  if (at >= 0) chat.messages[at] = message;
  else if ((chat.messages.at(-1)?.message_id ?? 0) < message.message_id) chat.messages.push(message);
  else chat.messages = [...chat.messages, message].sort(byId);
  return at < 0;
}

const events = {
  message(event) {
    const chat = chatFor(event.chat, event.message);
    if (event.message.from?.id === store.bot.id) showTyping(chat, false);
    if (put(chat, event.message)) news.dispatchEvent(new CustomEvent("message", { detail: event }));
  },
  edited(event) {
    put(chatFor(event.chat, event.message), event.message);
  },
  deleted(event) {
    const chat = chatFor(event.chat);
    const message = chat.messages.find((each) => each.message_id === event.message_id);
    if (message) put(chat, { ...message, deleted: true });
  },
  answer(event) {
    news.dispatchEvent(new CustomEvent("answer", { detail: event }));
  },
  typing(event) {
    showTyping(chatFor(event.chat), true);
  },
  clock(event) {
    setClock(event.clock);
  },
  commands(event) {
    chatFor(event.chat).commands = event.commands;
  },
  chat(event) {
    const messages = event.chat.messages ?? store.chats.get(event.chat.id)?.messages ?? [];
    store.chats.set(event.chat.id, { ...store.chats.get(event.chat.id), ...event.chat, messages });
    showTyping(store.chats.get(event.chat.id), event.chat.typing);
  },
  persona(event) {
    const at = store.personas.findIndex((persona) => persona.id === event.persona.id);
    if (at < 0) store.personas.push(event.persona);
    else store.personas[at] = event.persona;
  },
};

export function apply(event) {
  events[event.kind]?.(event);
  changed();
}

export const persona = (id) => store.personas.find((each) => each.id === id);

/** Messages of a topic; null is General, and in a chat without topics everything is in undefined. */
export function inTopic(chat, topic) {
  if (!chat.forum) return chat.messages;
  return chat.messages.filter((message) => (message.is_topic_message ? message.message_thread_id : null) === topic);
}

/** What can be read one by one: the whole chat, or General and each topic of a forum. */
export const roomsOf = (chat) => (chat.forum ? [null, ...(chat.topics ?? []).map((topic) => topic.id)] : [undefined]);

export const isAdmin = (chat, id) => chat.admins?.includes(id) ?? false;

/** A private chat exists for everybody, also before its first message. */
export function privateChat(id) {
  return store.chats.get(id) ?? { id, type: "private", title: "", members: [id], commands: {}, messages: [], typing: false };
}

export const groupsOf = (id) =>
  [...store.chats.values()].filter((chat) => chat.type !== "private" && chat.members?.includes(id));

export const chatsOf = (id) => [privateChat(id), ...groupsOf(id)];

const customer = /customer|member|guest|顾客|顧客|会员|會員|客人/i;

/** Who is in a group is staff, unless the role says otherwise. */
export const isStaff = (person) => groupsOf(person.id).length > 0 && !customer.test(person.role ?? "");

/** The bot goes by the name it has now, also over what it said under another. */
export const fullName = (user) => (user?.id === store.bot.id ? store.bot.name : [user?.first_name ?? user?.name, user?.last_name].filter(Boolean).join(" "));
