// What the diagram of a process and the tab beneath it show together: one reading for both, and what was chosen.
import { get } from './shared.js';

const KEPT = 'service-recovery.waits';
const STALE_MS = 10000;
export const SPANS = [30, 90, 365];

let chosen = { shown: true, signs: false, days: 90, all: false };
try {
  const kept = JSON.parse(localStorage.getItem(KEPT) || '{}');
  chosen = { shown: kept.shown !== false, signs: kept.signs === true, days: SPANS.includes(kept.days) ? kept.days : 90, all: kept.all === true };
} catch (error) {
  // Nothing is kept where the browser keeps nothing.
  console.warn(error);
}

const changes = new EventTarget();
export const choice = () => chosen;

/** Keeps what was chosen, in this browser, and tells whoever shows it. */
export function choose(part) {
  chosen = { ...chosen, ...part };
  try {
    localStorage.setItem(KEPT, JSON.stringify(chosen));
  } catch (error) {
    console.warn(error);
  }
  if (Object.keys(part).some(name => name !== 'signs')) {
    changes.dispatchEvent(new Event('chosen'));
  }
}

export const onChosen = (told, signal) => changes.addEventListener('chosen', told, { signal });

/** The key and version in an id such as service-recovery:3:8f2…; a very long key leaves the engine's id alone. */
async function processOf(definition, signal) {
  const parts = /^(.+):(\d+):[^:]+$/.exec(definition);
  if (parts) {
    return { key: parts[1], version: parts[2] };
  }
  return get(`/camunda/api/engine/engine/default/process-definition/${encodeURIComponent(definition)}`, signal);
}

let last = { path: '', at: 0, answer: null };

/** @param fresh whether what was read some seconds ago will not do */
export async function waitsOf(definition, { fresh = false, signal } = {}) {
  const { key, version } = await processOf(definition, signal);
  const path = `/api/waits/${encodeURIComponent(key)}?days=${chosen.days}${chosen.all ? '' : `&version=${version}`}`;
  if (fresh || last.path !== path || Date.now() - last.at > STALE_MS) {
    const mine = { path, at: Date.now(), answer: get(path) };
    last = mine;
    mine.answer.catch(() => {
      if (last === mine) {
        last = { path: '', at: 0, answer: null };
      }
    });
  }
  return last.answer;
}
