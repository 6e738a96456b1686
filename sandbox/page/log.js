// The scrolling list of messages of one pane. Only what changed is drawn again.

import { bubble } from "./bubble.js";
import { h, icon, place } from "./dom.js";
import { pendingIn } from "./keyboards.js";
import { serviceText } from "./media.js";
import { day, zone } from "./time.js";
import { language, t } from "./words.js";

const page = 150;
const pauseBetweenRuns = 10 * 60;

/** Messages → what stands in the list: day lines, and groups (an album is one group) that know their place in a run. */
function arrange(messages) {
  const items = [];
  let today;
  for (const message of messages) {
    const date = day(new Date(message.date * 1000));
    if (date !== today) items.push({ key: `day ${date}`, day: date });
    today = date;
    const before = items.at(-1);
    if (message.media_group_id && before.album === message.media_group_id) {
      before.messages.push(message);
      continue;
    }
    const service = Boolean(serviceText(message));
    const joins = before.messages && !before.service && !service && before.from === message.from?.id
      && message.date - before.messages.at(-1).date < pauseBetweenRuns;
    if (joins) before.last = false;
    items.push({ key: message.message_id, messages: [message], album: message.media_group_id, from: message.from?.id, service,
      first: !joins, last: true });
  }
  return items;
}

const same = (one, two) => one.length === two.length && one.every((each, at) => each === two[at]);

export function createLog() {
  const list = h("div", { class: "log", role: "log", "aria-live": "off" });
  const scroller = h("div", { class: "scroller", tabindex: "-1" }, list);
  const count = h("span", { class: "badge", hidden: true });
  const down = h("button", { type: "button", class: "round to-end", hidden: true, onclick: () => toEnd("smooth") }, icon("down"), count);
  const el = h("div", { class: "log-frame" }, scroller, down);
  const earlier = h("button", { type: "button", class: "earlier", onclick: () => { limit += page; draw(); } });
  let drawn = new Map();
  let limit = page;
  let given;
  let seen = 0;
  let sticks = true;

  function toEnd(behavior = "instant") {
    scroller.scrollTo({ top: scroller.scrollHeight, behavior });
  }
  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 90;

  scroller.addEventListener("scroll", () => {
    sticks = atEnd();
    mark();
  }, { passive: true });
  new ResizeObserver(() => sticks && toEnd()).observe(scroller);
  new ResizeObserver(() => sticks && toEnd()).observe(list); // pictures that arrive late

  function mark() {
    const newest = given?.messages.at(-1)?.message_id ?? 0;
    if (sticks) seen = newest;
    const missed = given ? given.messages.filter((message) => message.message_id > seen).length : 0;
    down.hidden = sticks;
    count.hidden = !missed;
    count.textContent = String(missed);
  }

  function draw() {
    const { messages, context } = given;
    const before = scroller.scrollHeight;
    const items = arrange(messages.slice(-limit));
    const next = new Map();
    let touched;
    for (const item of items) {
      const old = drawn.get(item.key);
      const look = JSON.stringify([item.first, item.last, context.look, item.messages && pendingIn(context.persona, item.messages[0])]);
      const keep = old && old.look === look && same(old.messages, item.messages ?? []);
      const node = keep ? old.node
        : item.day ? h("div", { class: "day" }, h("span", {}, item.day)) : bubble(item.messages, item, context);
      if (old && !keep && old.node.contains(document.activeElement)) touched = [old.node, node];
      next.set(item.key, { node, look, messages: item.messages ?? [] });
    }
    refocus(touched, () => place(list, [...(messages.length > limit ? [earlier] : []), ...[...next.values()].map((each) => each.node)]));
    earlier.textContent = t("earlier");
    down.setAttribute("aria-label", t("to_end"));
    drawn = next;
    if (sticks) toEnd();
    else if (limit > page) scroller.scrollTop += Math.max(0, scroller.scrollHeight - before) * (scroller.scrollTop < 60 ? 1 : 0);
    mark();
  }

  return {
    el,
    /** context: persona, side, group, reply(), edit(), thread(); `id` says which chat this is, so that a change goes to its end. */
    update(id, messages, context) {
      if (given?.id !== id) {
        drawn = new Map();
        limit = page;
        sticks = true;
      }
      const look = [language(), zone(), context.persona, context.group];
      const show = (message) => jump(list, message);
      const newest = messages.at(-1);
      const fresh = given?.id === id && newest && newest !== given.messages.at(-1);
      if (fresh && newest.from?.id === context.persona) sticks = true; // what one says oneself, one sees
      given = { id, messages: [...messages], context: { ...context, look, show } };
      list.setAttribute("aria-label", context.label);
      draw();
    },
    end: () => toEnd(),
  };
}

/** A pressed button is drawn anew; the keyboard focus stays on its successor. */
function refocus(pair, work) {
  const [from, to] = pair ?? [];
  const at = from ? [...from.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
  work();
  if (at >= 0) to.querySelectorAll("button, a")[at]?.focus({ preventScroll: true });
}

function jump(list, id) {
  const target = list.querySelector(`[data-message-id="${id}"]`);
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: "smooth" });
  target.classList.add("flash");
  setTimeout(() => target.classList.remove("flash"), 1600);
}
