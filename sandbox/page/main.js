// Puts the page together and draws it again whenever the store or the session changes.

import { createClock } from "./clock.js";
import { h, place } from "./dom.js";
import { connect } from "./live.js";
import { summary } from "./media.js";
import { createPane } from "./pane.js";
import { createRail } from "./rail.js";
import { openChat, roomy, seat, session, showSheet, visibleSides } from "./session.js";
import { changed, fullName, news, store, subscribe } from "./state.js";
import { markRead } from "./unread.js";
import { speak } from "./words.js";

const asked = new URLSearchParams(location.search);
speak(asked.get("lang") ?? localStorage.getItem("sandbox.language") ?? navigator.language);
if (asked.has("theme")) document.documentElement.dataset.theme = asked.get("theme");

const app = document.getElementById("app");
const rail = createRail();
const clock = createClock();
const panes = { left: createPane("left"), right: createPane("right") };
const stage = h("main", { class: "panes" });
const veil = h("div", { class: "veil", onclick: () => showSheet(false) });
app.append(rail.el, stage, veil, clock.el);

function update() {
  seat();
  markRead();
  const sides = visibleSides();
  app.dataset.front = session.front;
  app.dataset.split = String(sides.length === 2);
  app.dataset.sheet = String(session.sheet);
  app.dataset.live = String(store.live);
  document.title = `${store.bot.name} · sandbox`;
  rail.update();
  clock.update();
  const shown = (sides.length ? sides : ["left"]).map((side) => panes[side]);
  place(stage, shown.map((pane) => pane.el)); // a pane that is not shown is not in the document either
  for (const pane of shown) pane.update();
}

news.addEventListener("message", ({ detail: { chat, message } }) => {
  const seen = visibleSides().find((side) => openChat(side).id === chat && message.from?.id !== session[side].persona);
  if (seen) document.getElementById("spoken").textContent = `${fullName(message.from)}: ${summary(message)}`;
});

subscribe(update);
document.addEventListener("language", changed);
document.addEventListener("visibilitychange", changed);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && session.sheet) showSheet(false); });
roomy.addEventListener("change", changed);
setInterval(() => store.ready && changed(), 30000); // the minute in the chat heads
update();
connect();
