// What the pages about people share: a list of people, and loading with its failures.
import { h, icon } from './dom.js';
import { t } from './messages.js';
import { wayOn } from './way-on.js';

export function people(list, chosen, none) {
  return h('select', { class: 'form-control' },
    h('option', { value: '' }, none),
    list.map(each => h('option', { value: each.id, selected: each.id === chosen }, each.name)));
}

export const instant = value => (value ? new Date(value).toISOString() : null);

/** The last question of each place: the answer to an earlier one comes too late. */
const turns = new WeakMap();

/**
 * Draws what was loaded, or says why there is nothing, with a way to try again.
 *
 * @param quietly what stands there stays until the answer is here
 */
export async function load(place, read, draw, quietly) {
  const mine = (turns.get(place) || 0) + 1;
  turns.set(place, mine);
  const isLast = () => turns.get(place) === mine;
  if (!quietly) {
    place.replaceChildren(h('p', { class: 'sr-loading', role: 'status' }, t('people.loading')));
  }
  try {
    const answer = await read();
    if (isLast()) {
      draw(answer);
    }
  } catch (problem) {
    if (problem.name === 'AbortError' || !isLast()) {
      return;
    }
    if (problem.status === undefined) {
      console.error(problem);
    }
    place.replaceChildren(h('div', { class: 'sr-notice', role: 'alert' },
      icon(problem.status === 403 ? 'lock' : 'warning-sign'), h('p', {}, problem.message),
      problem.status !== 403 && wayOn(problem, () => load(place, read, draw))));
  }
}
