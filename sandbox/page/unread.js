// Who has read how far, on this browser. The Bot API has no notion of it.

import { serviceText } from "./media.js";
import { chatsOf, inTopic, roomsOf, store } from "./state.js";
import { openChat, openTopic, session, visibleSides } from "./session.js";

const name = "sandbox.read";
let read = (() => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
})();
let begun = false;

const key = (persona, chat, room) => (room === undefined ? `${persona}:${chat.id}` : `${persona}:${chat.id}:${room ?? 0}`);
const newest = (chat, room) => inTopic(chat, room).at(-1)?.message_id ?? 0;

/** What stood there before the page was first opened is no news; a mark beyond the end is from an older sandbox. */
function begin() {
  begun = true;
  for (const person of store.personas) {
    for (const chat of chatsOf(person.id)) {
      for (const room of roomsOf(chat)) {
        const mark = read[key(person.id, chat, room)];
        if (mark === undefined || mark > newest(chat, room)) read[key(person.id, chat, room)] = newest(chat, room);
      }
    }
  }
}

export function markRead() {
  if (!begun && store.ready) begin();
  if (document.hidden) return;
  for (const side of visibleSides()) {
    if (session[side].persona === undefined) continue;
    const chat = openChat(side);
    const room = chat.forum ? openTopic(side) : undefined;
    if (chat.forum && room === undefined) continue; // the list of topics is open: none of them is read
    read[key(session[side].persona, chat, room)] = newest(chat, room);
  }
  localStorage.setItem(name, JSON.stringify(read));
}

/** In one room, or in all of a chat. */
export function unreadIn(persona, chat, room) {
  if (chat.forum && room === undefined) return roomsOf(chat).reduce((sum, each) => sum + unreadIn(persona, chat, each), 0);
  const mark = read[key(persona, chat, room)] ?? 0;
  const messages = inTopic(chat, room);
  let count = 0;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message.message_id <= mark) break;
    if (!message.deleted && message.from?.id !== persona && !(chat.forum && serviceText(message))) count += 1;
  }
  return count;
}

export const unreadOf = (persona) => chatsOf(persona).reduce((sum, chat) => sum + unreadIn(persona, chat), 0);
