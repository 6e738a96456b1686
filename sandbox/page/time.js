// Dates as the person at the page reads them: in the zone of ?tz=, of the clock, or of the browser.

import { language } from "./words.js";

const locales = { en: "en-GB", "zh-hans": "zh-CN", "zh-hant": "zh-TW" };
const asked = new URLSearchParams(location.search).get("tz");
let clockZone;

export function useZone(name) {
  clockZone = name;
}

export const zone = () => asked ?? clockZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

const made = new Map();

function format(date, options) {
  const key = JSON.stringify([language(), zone(), options]);
  if (!made.has(key)) {
    made.set(key, new Intl.DateTimeFormat(locales[language()], { timeZone: zone(), ...options }));
  }
  return made.get(key).format(date);
}

export const time = (date) => format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const weekday = (date) => format(date, { weekday: "long" });
export const day = (date) => format(date, { day: "numeric", month: "long", year: "numeric" });
export const shortDay = (date) => format(date, { day: "numeric", month: "short", year: "numeric" });
export const chipTime = (date) => `${format(date, { day: "numeric", month: "short" })} ${time(date)}`;
export const dayAndTime = (date) => `${shortDay(date)}${language() === "en" ? "," : ""} ${time(date)}`;

function wall(date) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone(), hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(date);
  const of = Object.fromEntries(parts.map((part) => [part.type, Number(part.value)]));
  return Date.UTC(of.year, of.month - 1, of.day, of.hour, of.minute, of.second);
}

/** The same wall time so many months on; the 31st becomes the last day of a shorter month. */
export function monthsLater(date, months) {
  const here = wall(date);
  const next = new Date(here);
  const dayOfMonth = next.getUTCDate();
  next.setUTCDate(1);
  next.setUTCMonth(next.getUTCMonth() + months);
  const last = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  next.setUTCDate(Math.min(dayOfMonth, last));
  return new Date(date.getTime() + next.getTime() - here);
}
