// What day it is in the sandbox, and the ways to another day.

import * as api from "./api.js";
import { h, icon, memo } from "./dom.js";
import { attempt } from "./overlay.js";
import { showSheet } from "./session.js";
import { now, store } from "./state.js";
import { dayAndTime, monthsLater, shortDay, time, useZone, weekday, zone } from "./time.js";
import { pick, t } from "./words.js";

const hour = 3600;
/** Each with its seconds; up to twelve are months. */
const steps = [["hour", hour], ["day", 24 * hour], ["days", 72 * hour, "3days"], ["week", 168 * hour], ["month", 1], ["year", 12]];
const few = 3;

/** “+3 days” as a number over a word, so that six fit side by side. */
function stacked(label) {
  const [number, ...word] = label.split(" ");
  return [h("b", {}, number), " ", h("span", {}, word.join(" "))];
}

export function createClock() {
  const date = h("span", { class: "clock-date" });
  const at = h("span", { class: "clock-time" });
  const week = h("span", { class: "clock-week" });
  const face = h("div", { class: "clock-face", "data-testid": "clock-now", role: "timer", "aria-live": "off" }, h("div", {}, week, date), at);
  const bar = h("i");
  const going = h("p", { class: "clock-going", "aria-live": "polite" });
  const trip = h("div", { class: "clock-trip", hidden: true, "data-testid": "travelling" }, going,
    h("div", { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, bar));
  const close = h("button", { type: "button", class: "flat sheet-close", onclick: () => showSheet(false) }, icon("close"));
  const buttons = h("div", { class: "clock-steps" });
  const marks = h("div", { class: "clock-marks" });
  const hint = h("p", { class: "clock-hint" });
  const el = h("section", { class: "clock", "data-testid": "clock" }, close, face, trip, buttons, marks, hint);
  const draw = { buttons: memo(buttons), marks: memo(marks) };
  let all = false;

  function tick() {
    const moment = now();
    week.textContent = `${weekday(moment)} · ${zone().split("/").at(-1).replaceAll("_", " ")}`;
    date.textContent = shortDay(moment);
    at.textContent = time(moment);
    face.dataset.now = moment.toISOString();
  }

  function advance(seconds) {
    const from = store.clock.travelling ? new Date(store.clock.target) : now();
    const body = seconds < hour ? { to: monthsLater(from, seconds).toISOString() } : { advance: seconds };
    return attempt(() => api.clock(body));
  }

  function bookmarks() {
    const ahead = (store.clock.bookmarks ?? []).map((mark) => ({ ...mark, moment: new Date(mark.at) }))
      .filter((mark) => mark.moment > now()).sort((one, two) => one.moment - two.moment);
    marks.parentElement.classList.toggle("all", all);
    draw.marks([ahead, all, t("jump"), zone()], () => {
      const rows = (all ? ahead : ahead.slice(0, few)).map((mark) => h("button", { type: "button", class: "mark", "data-testid": "bookmark",
        "data-at": mark.at, onclick: () => { showSheet(false); attempt(() => api.clock({ to: mark.at })); } },
      h("span", { class: "mark-label", dir: "auto" }, pick(mark.label)), h("span", { class: "mark-at" }, dayAndTime(mark.moment))));
      const rest = ahead.length > few && h("button", { type: "button", class: "quiet", "data-testid": "more-bookmarks", "data-all": all ? "yes" : "no", onclick: () => { all = !all; bookmarks(); } },
        all ? t("fewer") : t("more", { n: ahead.length - few }));
      return [h("h3", {}, t("jump")), ...(rows.length ? rows : [h("p", { class: "clock-hint" }, t("nothing_ahead"))]), rest];
    });
  }

  setInterval(() => store.clock && !store.clock.travelling && tick(), 1000);

  return {
    el,
    update() {
      const { clock } = store;
      if (!clock) return;
      useZone(clock.zone);
      el.setAttribute("aria-label", t("clock"));
      close.setAttribute("aria-label", t("close"));
      el.classList.toggle("travels", clock.travelling);
      tick();
      trip.hidden = !clock.travelling;
      if (clock.travelling) {
        const share = Math.round((100 * (clock.now - clock.since)) / (clock.target - clock.since));
        bar.style.width = `${Math.max(3, share)}%`;
        bar.parentElement.setAttribute("aria-valuenow", share);
        const words = t("travelling", { when: dayAndTime(new Date(clock.target)) });
        if (going.textContent !== words) going.textContent = words;
      }
      draw.buttons(t("month"), () => steps.map(([name, seconds, id = name]) => h("button", { type: "button", "data-testid": `advance-${id}`,
        onclick: () => advance(seconds) }, stacked(t(name)))));
      bookmarks();
      hint.hidden = clock.follower;
      hint.textContent = t("jumps");
    },
  };
}
