// Who sits in which pane and which chat is open there: from the address, then from last time, then a good guess.

import { chatsOf, draw, groupsOf, isStaff, persona, store } from "./state.js";

const asked = new URLSearchParams(location.search);
const number = (name) => (asked.has(name) ? Number(asked.get(name)) : undefined);
const wide = matchMedia("(min-width: 1200px)");
export const roomy = matchMedia("(min-width: 900px)");

const saved = (() => {
  try {
    return JSON.parse(localStorage.getItem("sandbox.session")) ?? {};
  } catch {
    return {};
  }
})();

export const session = {
  left: { persona: number("persona") ?? saved.left?.persona, chats: saved.left?.chats ?? {}, topics: {} },
  right: { persona: number("peer") ?? saved.right?.persona, chats: saved.right?.chats ?? {}, topics: {} },
  split: asked.has("split") ? asked.get("split") !== "0" : asked.has("peer") || (saved.split ?? wide.matches),
  front: asked.has("persona") || asked.has("chat") ? "pane" : "home", // on a phone: one of them at a time
  sheet: false, // on a phone: the clock over the pane
};

const wanted = { left: number("chat"), right: number("peer_chat") };

function keep() {
  const { left, right, split } = session;
  const plain = ({ persona, chats }) => ({ persona, chats });
  localStorage.setItem("sandbox.session", JSON.stringify({ left: plain(left), right: plain(right), split }));
}

function settle(side, guess) {
  const seat = session[side];
  if (!persona(seat.persona)) seat.persona = guess()?.id ?? store.personas[0]?.id;
  if (wanted[side] !== undefined && chatsOf(seat.persona).some((chat) => chat.id === wanted[side])) {
    seat.chats[seat.persona] = wanted[side];
    wanted[side] = undefined;
  }
}

const owner = (person) => /owner|boss|manager|老板|老闆|店主|店長/i.test(person.role ?? "");

/** Called before every drawing: personas may come and go with the server. */
export function seat() {
  if (!store.personas.length) return;
  settle("left", () => store.personas.find((person) => !isStaff(person)));
  settle("right", () => {
    const staff = store.personas.filter(isStaff);
    return staff.find(owner) ?? staff[0] ?? store.personas.find((person) => person.id !== session.left.persona);
  });
}

/** The chat that is open in a pane: the one chosen last, else the group for staff at the right, else the private one. */
export function openChat(side) {
  const { persona: id, chats } = session[side];
  const all = chatsOf(id);
  const chosen = all.find((chat) => chat.id === chats[id]);
  return chosen ?? (side === "right" ? groupsOf(id)[0] : undefined) ?? all[0];
}

/** Undefined: the list of topics; null: General. A topic that is not there any more leads back to the list. */
export function openTopic(side) {
  const chat = openChat(side);
  const id = session[side].topics[chat.id];
  return id === null || chat.topics?.some((topic) => topic.id === id) ? id : undefined;
}

export function choosePersona(side, id) {
  session[side].persona = id;
  session.front = "pane";
  keep();
  draw();
}

export function chooseChat(side, id) {
  session[side].chats[session[side].persona] = id;
  keep();
  draw();
}

export function chooseTopic(side, id) {
  session[side].topics[openChat(side).id] = id;
  draw();
}

export function toggleSplit() {
  session.split = !session.split;
  keep();
  draw();
}

export function goHome() {
  session.front = "home";
  session.sheet = false;
  draw();
}

export function showSheet(on) {
  session.sheet = on;
  draw();
}

/** The panes that can be seen now, so that what stands in them counts as read. */
export const visibleSides = () => {
  if (roomy.matches) return session.split ? ["left", "right"] : ["left"];
  return session.front === "pane" ? ["left"] : [];
};

/** Which pane a persona of the list opens in: staff at the right while two phones are shown. */
export const sideFor = (person) => (roomy.matches && session.split && isStaff(person) ? "right" : "left");
