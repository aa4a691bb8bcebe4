// On every card of the task list: whose case it is and what the step is for. Names of customers are not in the engine,
// so Tasklist cannot show them by itself.
import { h } from './dom.js';
import { get } from './api.js';

const MOST = 100;
const TASK = /[?&]task=([^&]+)/;

/** What is known by task; null where there is nothing to tell. It is read once: it hardly ever changes. */
const known = new Map();
let reading = false;

function cards() {
  return [...document.querySelectorAll('.tasks-list li.task')].map(card => {
    const link = card.querySelector('h4.task a');
    const found = link && TASK.exec(link.getAttribute('href') || '');
    return found && { card, task: decodeURIComponent(found[1]) };
  }).filter(Boolean);
}

async function read() {
  const unknown = [...new Set(cards().map(each => each.task).filter(task => !known.has(task)))].slice(0, MOST);
  if (reading || unknown.length === 0) {
    return;
  }
  reading = true;
  try {
    const answer = await get(`/api/cards?tasks=${unknown.map(encodeURIComponent).join(',')}`);
    unknown.forEach(task => known.set(task, null));
    answer.cards.forEach(card => known.set(card.task, card));
    show();
  } catch (problem) {
    // The list works without.
    console.warn(problem.message);
  } finally {
    reading = false;
  }
}

function show() {
  for (const { card, task } of cards()) {
    const about = known.get(task);
    const there = card.querySelector('.sr-card-about');
    if (there && (!about || there.dataset.task !== task)) {
      there.remove();
    }
    if (about && card.querySelector('.sr-card-about') === null) {
      const line = h('div', { class: 'sr-card-about', 'data-task': task },
        h('strong', {}, about.customer),
        about.step !== undefined && h('span', {}, ` · ${about.step}`),
        about.purpose && h('span', {}, ` · ${about.purpose}`));
      (card.querySelector('.names') || card.firstElementChild).after(line);
    }
  }
}

const watcher = new MutationObserver(changes => {
  const others = changes.some(change => [...change.addedNodes].some(node =>
    node.nodeType === Node.ELEMENT_NODE && !node.matches('[class^=sr-card]') && !node.closest('.sr')));
  if (others) {
    clearTimeout(watcher.timer);
    watcher.timer = setTimeout(() => {
      show();
      read();
    }, 150);
  }
});
watcher.observe(document.body, { childList: true, subtree: true });
