// Photos and files on their way into a chat, and samples so that a demo needs no file.

import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { menu } from "./overlay.js";
import { samplePhoto, sampleVoice } from "./sample.js";
import { t } from "./words.js";

/** Chosen files wait here, above the composer, until Send; several pictures go as one album. */
export function createTray(changed) {
  const el = h("div", { class: "tray", hidden: true });
  let items = [];

  function draw() {
    el.hidden = !items.length;
    el.replaceChildren(...items.map((item) => h("div", { class: "tray-item" },
      item.kind === "photo" ? h("img", { src: item.url, alt: "" }) : h("span", { class: "file-icon" }, icon("file")),
      h("bdi", {}, item.file.name),
      h("button", { type: "button", class: "flat", "aria-label": t("remove"), onclick: () => drop(item) }, icon("close")))));
    changed();
  }

  function drop(item) {
    URL.revokeObjectURL(item.url);
    items = items.filter((each) => each !== item);
    draw();
  }

  return {
    el,
    size: () => items.length,
    add(files, kind) {
      items.push(...files.map((file) => ({ file, url: URL.createObjectURL(file),
        kind: kind ?? (/^image\/(jpeg|png|webp)/.test(file.type) ? "photo" : "document") })));
      draw();
    },
    take() {
      const taken = items;
      items = [];
      if (taken.length) draw();
      return taken;
    },
    async send(files, { person, chat }, { caption, ...extra }) {
      const album = files.length > 1 ? String(Date.now()) : undefined;
      let answer;
      for (const [at, { file, kind, url }] of files.entries()) {
        answer = await api.send(person.id, chat.id, kind, { file, album, caption: at ? undefined : caption, ...extra });
        URL.revokeObjectURL(url);
      }
      return answer;
    },
  };
}

function choose(tray, accept, kind) {
  const input = h("input", { type: "file", accept, multiple: true, hidden: true, "data-testid": "file",
    onchange: () => { tray.add([...input.files], kind); input.remove(); } });
  document.body.append(input);
  input.click();
}

/** send(kind, extra) sends at once. */
export function attachMenu(button, tray, send) {
  menu(button, [
    { label: t("photo"), icon: "photo", testid: "attach-photo", run: () => choose(tray, "image/*", "photo") },
    { label: t("file"), icon: "file", testid: "attach-file", run: () => choose(tray, "", "document") },
    { label: t("sample_photo"), icon: "photo", testid: "sample-photo", run: async () => send("photo", { file: await samplePhoto() }) },
    { label: t("sample_voice"), icon: "voice", testid: "sample-voice", run: () => send("voice", { file: sampleVoice() }) },
    { label: t("location"), icon: "pin", testid: "attach-location", run: () => send("location", { latitude: 31.2304, longitude: 121.4737 }) },
  ], { label: t("attach") });
}
