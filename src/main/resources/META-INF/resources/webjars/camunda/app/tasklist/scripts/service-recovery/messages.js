// The wording, from /api/messages in the reader's language.
import { get } from './api.js';

let texts = {};

/** Fulfilled when the wording is here; nothing of ours is drawn before. */
export const ready = get('/api/messages').then(all => {
  texts = all;
});
// Whoever draws something waits for it and tells of the failure.
ready.catch(() => {});

/** The text of a key, its arguments in the place of {0}, {1} …; a key without a text shows itself. */
export function t(key, ...args) {
  const text = texts[key];
  return text === undefined ? key : text.replace(/\{(\d)\}/g, (hole, at) => String(args[at] ?? hole));
}

/** A code of the API in words: code('severity', 'major') is the text of severity.major. */
export const code = (area, value) => texts[`${area}.${value}`] ?? value;
