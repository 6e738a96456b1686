// Who has read how far, on this browser. The Bot API has no notion of it.

import { chatsOf, store } from "./state.js";
import { openChat, session, visibleSides } from "./session.js";

const name = "sandbox.read";
let read = (() => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
})();
let begun = false;

const key = (persona, chat) => `${persona}:${chat.id}`;
const newest = (chat) => chat.messages.at(-1)?.message_id ?? 0;

/** What stood there before the page was first opened is no news; a mark beyond the end is from an older sandbox. */
function begin() {
  begun = true;
  for (const person of store.personas) {
    for (const chat of chatsOf(person.id)) {
      const mark = read[key(person.id, chat)];
      if (mark === undefined || mark > newest(chat)) read[key(person.id, chat)] = newest(chat);
    }
  }
}

export function markRead() {
  if (!begun && store.ready) begin();
  if (document.hidden) return;
  for (const side of visibleSides()) {
    if (session[side].persona === undefined) continue;
    const chat = openChat(side);
    read[key(session[side].persona, chat)] = newest(chat);
  }
  localStorage.setItem(name, JSON.stringify(read));
}

export function unreadIn(persona, chat) {
  const mark = read[key(persona, chat)] ?? 0;
  let count = 0;
  for (let at = chat.messages.length - 1; at >= 0; at -= 1) {
    const message = chat.messages[at];
    if (message.message_id <= mark) break;
    if (!message.deleted && message.from?.id !== persona) count += 1;
  }
  return count;
}

export const unreadOf = (persona) => chatsOf(persona).reduce((sum, chat) => sum + unreadIn(persona, chat), 0);
