// Elements, times and amounts. Data reaches the page as text nodes only.
import { t } from './messages.js';

/** h('p', {class: 'x', onclick: f}, 'text', node, [more]): null and false children are left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'hidden') {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...shown(children));
  return element;
}

const shown = children => children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);

/** What an element holds from now on; null and false are left out, which replaceChildren would write down as words. */
export function fill(element, ...children) {
  element.replaceChildren(...shown(children));
}

export function icon(name) {
  return h('span', { class: `glyphicon glyphicon-${name}`, 'aria-hidden': 'true' });
}

/** A part with its heading, of what stands above a form or in a row that was opened. */
export const part = (title, ...content) => h('section', { class: 'sr-panel-part' }, h('h4', {}, title), content);

const MOMENT = new Intl.DateTimeFormat(undefined, {
  weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'
});
const MOMENT_OTHER_YEAR = new Intl.DateTimeFormat(undefined, {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit'
});
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** An instant in the reader's own zone, with the exact one as its title. */
export function time(instant) {
  const date = new Date(instant);
  const format = date.getFullYear() === new Date().getFullYear() ? MOMENT : MOMENT_OTHER_YEAR;
  return h('time', { datetime: instant, title: EXACT.format(date) }, format.format(date));
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;

/** A sentence of the server, its instants told in the reader's own zone. */
export function inReadersZone(sentence) {
  const parts = [];
  let from = 0;
  for (const found of sentence.matchAll(INSTANT)) {
    parts.push(sentence.slice(from, found.index), time(found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, sentence.slice(from)];
}

/** Seconds as people say them: "3 d 4 h", "5 h 12 min", "12 min", "40 s". */
export function duration(seconds) {
  const total = Math.abs(Math.trunc(seconds));
  const days = Math.floor(total / 86400);
  const hours = Math.floor((total % 86400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (days > 0) {
    return hours > 0 ? t('duration.daysHours', days, hours) : t('duration.days', days);
  }
  if (hours > 0) {
    return minutes > 0 ? t('duration.hoursMinutes', hours, minutes) : t('duration.hours', hours);
  }
  return minutes > 0 ? t('duration.minutes', minutes) : t('duration.seconds', total);
}

export function money(amount, currency) {
  const decimals = (amount.split('.')[1] || '').length;
  return new Intl.NumberFormat(undefined, {
    style: 'currency', currency, minimumFractionDigits: decimals, maximumFractionDigits: decimals
  }).format(amount);
}
