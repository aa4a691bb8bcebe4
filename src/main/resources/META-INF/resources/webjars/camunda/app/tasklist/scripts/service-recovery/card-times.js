// The time left on every card of the task list. Tasklist has no plugin point inside a card, so the cards are watched.
import { h, icon, duration } from './dom.js';
import { get } from './api.js';
import { ready, t } from './messages.js';
import { secondsLeft, standing } from './clock.js';

const READ_EVERY = 30000;
const CASE_NUMBER = /^SR-\d{4}-\d+$/;

const MOST = 100;

let clocks = new Map();
/** Also those of which there is nothing to tell, or not to this reader. */
let asked = new Set();
let ahead = 0;
let reading = false;
let readAgain = false;

function cards() {
  return [...document.querySelectorAll('.tasks-list li.task')].map(card => ({
    card,
    number: [...card.querySelectorAll('.variable-value')].map(each => each.textContent.trim())
      .find(text => CASE_NUMBER.test(text))
  })).filter(each => each.number);
}

async function read() {
  if (reading) {
    readAgain = true;
    return;
  }
  const numbers = [...new Set(cards().map(each => each.number))].slice(0, MOST);
  if (numbers.length === 0) {
    return;
  }
  reading = true;
  try {
    await ready();
    const answer = await get(`/api/clocks?cases=${numbers.map(encodeURIComponent).join(',')}`);
    asked = new Set(numbers);
    clocks = new Map(answer.clocks.map(clock => [clock.number, clock]));
    ahead = Date.parse(answer.readAt) - Date.now();
    show();
  } catch (problem) {
    // The list works without; signed out or offline, Tasklist itself says so.
    console.warn(problem.message);
  } finally {
    reading = false;
    if (readAgain) {
      readAgain = false;
      read();
    }
  }
}

const GLYPHS = { missed: 'warning-sign', paused: 'pause', near: 'exclamation-sign', running: 'time' };

function face(clock) {
  const now = Date.now() + ahead;
  const kind = standing(clock, now);
  const seconds = secondsLeft(clock, now);
  const left = t('timeBox.left', duration(seconds));
  const late = seconds < 0 ? t('timeBox.card.overdueBy', duration(seconds)) : t('timeBox.card.missed');
  return [kind, GLYPHS[kind], { missed: late, paused: t('timeBox.card.paused', left) }[kind] || left];
}

function show() {
  for (const { card, number } of cards()) {
    const clock = clocks.get(number);
    const there = card.querySelector('.sr-card-time');
    if (!clock) {
      if (there) {
        there.remove();
      }
      continue;
    }
    const [kind, glyph, text] = face(clock);
    const look = `sr-card-time sr-card-time-${kind}`;
    if (there && there.className === look && there.textContent.trim() === text) {
      continue;
    }
    const badge = h('div', { class: look, title: t('timeBox.card.title', number) }, icon(glyph), ` ${text}`);
    if (there) {
      there.replaceWith(badge);
    } else {
      (card.querySelector('.names') || card.firstElementChild).after(badge);
    }
  }
}

/** Cards come and go with each refresh of the list; what we put there ourselves is no reason to look again. */
const watcher = new MutationObserver(changes => {
  const others = changes.some(change => [...change.addedNodes].some(node =>
    node.nodeType === Node.ELEMENT_NODE && !node.classList.contains('sr-card-time') && !node.closest('.sr')));
  if (others && cards().length > 0) {
    if (cards().every(each => asked.has(each.number))) {
      show();
    } else {
      clearTimeout(watcher.timer);
      watcher.timer = setTimeout(read, 200);
    }
  }
});
watcher.observe(document.body, { childList: true, subtree: true });
setInterval(show, 1000);
setInterval(read, READ_EVERY);
document.addEventListener('sr-case-changed', read);
