// The people one can be, at the left (on a phone: the first screen).

import * as api from "./api.js";
import { avatar, h, icon, memo } from "./dom.js";
import { attempt, dialog } from "./overlay.js";
import { choosePersona, session, sideFor, toggleSplit, visibleSides } from "./session.js";
import { groupsOf, isStaff, persona, store } from "./state.js";
import { unreadOf } from "./unread.js";
import { badges, language, languages, speak, t, telegramLanguages } from "./words.js";

const caption = (person) => person.role ?? (groupsOf(person.id)[0] ? t("group_member") : t("private_chat"));

function row(person, sides, unread) {
  const where = sides.filter((side) => session[side].persona === person.id);
  return h("button", { type: "button", class: `person ${where.join(" ")}`, "data-testid": `persona-${person.id}`,
    "aria-current": where.length ? "true" : null, onclick: () => choosePersona(sideFor(person), person.id) },
  avatar(person.name, person.id),
  h("span", { class: "person-text" }, h("bdi", { class: "person-name" }, person.name),
    h("span", { class: "person-role", dir: "auto" }, person.blocked ? t("blocked_short") : caption(person))),
  unread > 0 && h("span", { class: "badge", "data-testid": "unread", "aria-label": t("unread", { n: unread }) }, unread > 99 ? "99+" : String(unread)),
  h("span", { class: "language-badge", title: person.language }, badges[person.language] ?? (person.language ?? "?").toUpperCase()));
}

function section(title, people, sides) {
  if (!people.length) return [];
  return [h("h2", {}, title), ...people.map(([person, unread]) => row(person, sides, unread))];
}

function addPerson() {
  const name = h("input", { name: "name", required: true, maxLength: 64, autocomplete: "off", "data-testid": "new-name" });
  const tongue = h("select", { name: "language", "data-testid": "new-language" },
    telegramLanguages.map(([code, label]) => h("option", { value: code, selected: code === language() }, label)));
  const form = h("form", { onsubmit: async (event) => {
    event.preventDefault();
    const made = await attempt(() => api.addPersona(name.value.trim(), tongue.value));
    if (!made) return;
    box.close();
    if (!persona(made.id)) store.personas.push(made);
    choosePersona("left", made.id);
  } },
  h("label", {}, t("name"), name), h("label", {}, t("their_language"), tongue),
  h("div", { class: "dialog-row" }, h("button", { type: "button", onclick: () => box.close() }, t("cancel")),
    h("button", { type: "submit", class: "primary", "data-testid": "new-add" }, t("add"))));
  const box = dialog(t("add_person"), form);
  name.focus();
}

function header(setLanguage) {
  return [
    avatar(store.bot.name, store.bot.id, "bot"),
    h("span", { class: "brand" }, h("strong", { dir: "auto" }, store.bot.name), h("span", {}, t("sandbox"))),
    h("button", { type: "button", class: "flat split-toggle", "data-testid": "split", "aria-pressed": String(session.split),
      title: t("split"), "aria-label": t("split"), onclick: toggleSplit }, icon("split")),
    h("span", { class: "page-language", title: t("page_language") }, h("span", {}, badges[language()]), icon("down"),
      h("select", { class: "overlay-select", "data-testid": "page-language", "aria-label": t("page_language"),
        onchange: (event) => setLanguage(event.target.value) },
      languages.map(([code, label]) => h("option", { value: code, selected: code === language() }, label)))),
  ];
}

export function createRail() {
  const head = h("header", { class: "rail-head" });
  const line = h("p", { class: "line", role: "status" });
  const title = h("div", { class: "rail-title" });
  const customers = h("div", { class: "people-list customers", "data-testid": "rail-customers" });
  const staff = h("div", { class: "people-list staff" });
  const el = h("nav", { class: "rail", "data-testid": "rail" }, head, line, title, customers, staff);
  const draw = { head: memo(head), title: memo(title), customers: memo(customers), staff: memo(staff) };
  const showChosen = () => customers.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  let inView = "";
  new ResizeObserver(showChosen).observe(customers); // the clock below takes its room when its days have come

  function setLanguage(code) {
    speak(code);
    localStorage.setItem("sandbox.language", code);
    document.dispatchEvent(new Event("language"));
  }

  return {
    el,
    update() {
      el.setAttribute("aria-label", t("people"));
      line.hidden = store.live;
      line.textContent = t(store.ready ? "lost" : "loading");
      draw.head([store.bot, session.split, language()], () => header(setLanguage));
      const sides = visibleSides().length ? visibleSides() : ["left"];
      const people = store.personas.map((person) => [person, unreadOf(person.id)]);
      const groups = [people.filter(([person]) => !isStaff(person)), people.filter(([person]) => isStaff(person))];
      const chosen = [language(), sides, session.left.persona, session.right.persona];
      draw.title([language(), store.ready], () => [
        h("p", {}, t("you_are")),
        store.ready && h("button", { type: "button", class: "flat", "data-testid": "add-persona", title: t("add_person"),
          "aria-label": t("add_person"), onclick: addPerson }, icon("plus")),
      ]);
      draw.customers([groups[0], ...chosen], () => section(t("customers"), groups[0], sides));
      draw.staff([groups[1], ...chosen], () => section(t("staff"), groups[1], sides));
      if (inView !== `${chosen}`) {
        inView = `${chosen}`;
        showChosen();
      }
    },
  };
}
