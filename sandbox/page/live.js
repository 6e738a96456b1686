// Keeps the store alive: a snapshot, then events; after a broken line, a new snapshot.

import * as api from "./api.js";
import { apply, changed, load, store } from "./state.js";

export function connect() {
  let waiting = null; // events that arrive while the snapshot is on its way
  let pause = 500;
  let source;
  let retry;

  async function refresh() {
    waiting = [];
    try {
      const state = await api.state();
      load(state);
      waiting.forEach(apply); // every event is idempotent, so one that the snapshot already holds does no harm
      store.live = true;
      pause = 500;
      changed();
    } catch {
      again();
    } finally {
      waiting = null;
    }
  }

  function again() {
    source?.close();
    if (retry) return;
    if (store.live || !store.ready) {
      store.live = false;
      changed();
    }
    retry = setTimeout(open, pause);
    pause = Math.min(pause * 2, 8000);
  }

  function open() {
    retry = null;
    source = new EventSource("/sandbox/events");
    source.onopen = refresh;
    source.onerror = again;
    source.onmessage = (message) => {
      const event = JSON.parse(message.data);
      if (waiting) waiting.push(event);
      else apply(event);
    };
  }

  open();
}
