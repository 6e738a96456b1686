// Every call the page makes to the sandbox. See ../README.md.

async function answer(response) {
  const text = await response.text();
  let body = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = { error: text };
  }
  if (response.ok) return body;
  throw new Error(body.description ?? body.error ?? body.detail ?? `HTTP ${response.status}`);
}

async function post(name, body) {
  return answer(await fetch(`/sandbox/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }));
}

export const state = async () => answer(await fetch("/sandbox/state", { cache: "no-store" }));
export const addPersona = (name, language) => post("personas", { name, language });
export const setLanguage = (persona, language) => post("language", { persona, language });
export const say = (persona, chat, text, extra = {}) => post("say", { persona, chat, text, ...extra });
export const press = (persona, chat, message_id, data) => post("press", { persona, chat, message_id, data });
export const edit = (persona, chat, message_id, text) => post("edit", { persona, chat, message_id, text });
export const block = (persona, blocked) => post("block", { persona, blocked });
export const remove = (chat, message_id) => post("delete", { chat, message_id });
export const deleteTopic = (chat, topic) => post("delete_topic", { chat, topic });
export const setForum = (chat, on) => post("forum", { chat, on });
export const clock = (body) => post("clock", body);

/** kind: photo, document, voice, sticker, location, contact; extra: caption, file, album, reply_to, topic, … */
export async function send(persona, chat, kind, extra = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ persona, chat, kind, ...extra })) {
    if (value !== undefined && value !== null && value !== "") form.append(name, value);
  }
  return answer(await fetch("/sandbox/send", { method: "POST", body: form }));
}
