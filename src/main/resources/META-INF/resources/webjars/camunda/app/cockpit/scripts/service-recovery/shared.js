// What our parts of Cockpit share: the parts they have from Tasklist, their style, and loading with every state it can be in.
import { h, fill, icon } from '../../../tasklist/scripts/service-recovery/dom.js';
import { get } from '../../../tasklist/scripts/service-recovery/api.js';
import { ready, t } from '../../../tasklist/scripts/service-recovery/messages.js';
import { wayOn } from '../../../tasklist/scripts/service-recovery/way-on.js';

export * from '../../../tasklist/scripts/service-recovery/dom.js';
export * from '../../../tasklist/scripts/service-recovery/api.js';
export * from '../../../tasklist/scripts/service-recovery/messages.js';
export * from '../../../tasklist/scripts/service-recovery/way-on.js';

const SLOW_MS = 3000;

if (!document.querySelector('link[data-sr-recovery]')) {
  document.head.append(h('link', { rel: 'stylesheet', 'data-sr-recovery': true,
    href: new URL('./recovery.css', import.meta.url).href }));
}

/**
 * Reads a path and draws what came into the place; tells while it waits, waits long, fails, or is not for this role.
 *
 * @param path or how it is read, by a signal
 * @param words where the sentences stand among the messages
 */
export async function load(place, path, draw, signal, words = 'recovery') {
  const status = h('p', { class: 'srr-wait', role: 'status' }, waiting());
  place.setAttribute('aria-busy', 'true');
  fill(place, status);
  const slow = setTimeout(() => ready().then(() => fill(status, t(`${words}.slow`)), () => {}), SLOW_MS);
  try {
    await ready();
    draw(await (typeof path === 'string' ? get(path, signal) : path(signal)));
  } catch (problem) {
    if (problem.name === 'AbortError') {
      return;
    }
    if (!problem.status && problem.status !== 0) {
      console.error(problem);
    }
    fill(place, told(problem, () => load(place, path, draw, signal, words), words));
  } finally {
    clearTimeout(slow);
    place.removeAttribute('aria-busy');
  }
}

// The wording may still be on its way.
function waiting() {
  return navigator.language.startsWith('de') ? 'Wird gelesen …' : 'Reading …';
}

function told(problem, again, words) {
  if (problem.status === 403) {
    return h('div', { class: 'srr-notice', role: 'status' }, icon('lock'),
      h('div', {}, h('p', {}, h('strong', {}, t(`${words}.notYours`))), h('p', {}, t(`${words}.whoSees`))));
  }
  const sentence = problem.status === undefined ? t(`${words}.notDrawn`) : problem.message;
  return h('div', { class: 'srr-notice srr-failed', role: 'alert' }, icon('exclamation-sign'),
    h('div', {}, h('p', {}, h('strong', {}, t(`${words}.failed`))), h('p', {}, sentence)),
    wayOn(problem, again));
}

// British dates for the British: the wording has but one English.
const LANGUAGE = () => (navigator.language.startsWith(t('language')) ? navigator.language : t('language'));
export const percent = share => new Intl.NumberFormat(LANGUAGE(), { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 })
  .format(share);
export const number = value => new Intl.NumberFormat(LANGUAGE()).format(value);
export const decimal = value => new Intl.NumberFormat(LANGUAGE(), { minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value);
export const day = iso => new Intl.DateTimeFormat(LANGUAGE(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  .format(new Date(`${iso}T00:00:00Z`));
const MONTH = () => new Intl.DateTimeFormat(LANGUAGE(), { month: 'short', year: '2-digit', timeZone: 'UTC' });

/** 2026-10 as "Oct 26"; 2026-Q4 as everywhere. */
export const periodName = name => (name.includes('Q') ? name : MONTH().format(new Date(`${name}-01T00:00:00Z`)));

/** What is folded away cannot be opened on paper. */
export function openOnPaper(details, leaving) {
  let folded = false;
  window.addEventListener('beforeprint', () => {
    folded = !details.open;
    details.open = true;
  }, { signal: leaving });
  window.addEventListener('afterprint', () => {
    details.open = !folded;
  }, { signal: leaving });
  return details;
}

/** How many places a currency has. */
export const decimalsOf = currency => new Intl.NumberFormat(undefined, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;

/** The first and the last day of what the figures cover. */
export function daysOf(data) {
  const { periods } = data.measures[0];
  return [periods[0].from, periods[periods.length - 1].until];
}

export const measure = (data, key) => data.measures.find(each => each.measure.key === key);
export const whole = (course, part) => course && (part ? course.whole.find(each => each.part === part) : course.whole[0]);
