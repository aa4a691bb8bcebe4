// The wording, from /api/messages in the reader's language.
import { get } from './api.js';

// What is said where it did not come.
let texts = navigator.language.startsWith('de') ? {
  tryAgain: 'Erneut versuchen',
  signIn: 'Anmelden',
  'newCase.entry': 'Neuer Fall',
  'panel.notLoaded': 'Die Hilfe zu dieser Aufgabe konnte nicht geladen werden. Das Formular darunter geht auch ohne sie.',
  'answers.done': 'Erledigt',
  'answers.accepted': 'Ihre Eingaben wurden angenommen.',
  'refusals.notAccepted': 'Nicht angenommen',
  'refusals.marked': 'Einige Angaben fehlen oder stimmen nicht. Sie sind im Formular markiert.',
  'recovery.failed': 'Die Zahlen konnten nicht gelesen werden.',
  'tryTable.failed': 'Die Tabelle konnte nicht ausprobiert werden.',
  'tryTable.refused': 'Das lässt sich nicht ausprobieren.'
} : {
  tryAgain: 'Try again',
  signIn: 'Sign in',
  'newCase.entry': 'New case',
  'panel.notLoaded': 'The help for this task could not be loaded. The form below works without it.',
  'answers.done': 'Done',
  'answers.accepted': 'What you entered was accepted.',
  'refusals.notAccepted': 'Not accepted',
  'refusals.marked': 'Some answers are missing or not right. They are marked in the form.',
  'recovery.failed': 'The figures could not be read.',
  'tryTable.failed': 'The table could not be tried.',
  'tryTable.refused': 'This cannot be tried.'
};

let reading = null;

/**
 * Fulfilled when the wording is here; nothing of ours is drawn before. Where it did not come, whoever asks next tries
 * again; whoever draws something tells of the failure.
 */
export function ready() {
  if (!reading) {
    reading = get('/api/messages').then(all => {
      texts = all;
      // Of itself Tasklist says "en", whatever it speaks; screen readers read by this, and browsers offer to translate.
      document.documentElement.lang = t('language');
    });
    reading.catch(() => {
      reading = null;
    });
  }
  return reading;
}

// On its way before anybody needs it.
ready();

/** The text of a key, its arguments in the place of {0}, {1} …; a key without a text shows itself. */
export function t(key, ...args) {
  const text = texts[key];
  return text === undefined ? key : text.replace(/\{(\d)\}/g, (hole, at) => String(args[at] ?? hole));
}

/** The key of a sentence about so many: about one there is a sentence of its own, at key.one. */
export const ofCount = (key, count) => (count === 1 ? `${key}.one` : key);

/** The same as children of an element: its arguments may be elements, such as a time. */
export function told(key, ...args) {
  return t(key).split(/\{(\d)\}/).map((part, at) => (at % 2 === 1 ? args[part] : part));
}

/** A code of the API in words: code('severity', 'major') is the text of severity.major. */
export const code = (area, value) => texts[`${area}.${value}`] ?? value;

/** The same where it stands by itself, so with a capital. */
export function label(area, value) {
  const text = code(area, value);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same within a sentence. German texts are written for that, English ones are not. */
export function within(area, value) {
  const text = code(area, value);
  return t('language') === 'en' ? text.toLowerCase() : text;
}

/** "Area Leeds", and "Team North" where the name says already that it is a team. */
export const originOf = (word, name) => (name.toLowerCase().startsWith(word.toLowerCase()) ? name : `${word} ${name}`);
