// What several panels are made of.
import { h, icon, time } from '../dom.js';
import { resolutionClock } from '../clock.js';
import { sentenceOf } from '../forms.js';
import { t, code } from '../messages.js';

const SHORT = 280;

export { part } from '../dom.js';

/** What the customer wrote, cut short: the whole stands in the tab Case. */
export function whatCustomerSaid(found) {
  const text = found.verbatim || found.summary;
  return h('blockquote', { class: 'sr-verbatim' }, text.length > SHORT ? text.slice(0, SHORT) + '…' : text);
}

export function phone(customer) {
  return customer.phone
    ? h('a', { class: 'sr-panel-call', href: `tel:${customer.phone.replace(/[^+0-9]/g, '')}` },
        icon('earphone'), ' ', customer.phone)
    : h('span', { class: 'sr-quiet' }, t('panels.noPhone'));
}

export function wants(found) {
  return found.work.wants.map(wish => code('wish', wish)).join(', ');
}

/** When the case is due, or that its clock stands still. */
export function deadline(found) {
  const clock = resolutionClock(found);
  return clock && clock.dueAt ? [t('panels.caseDue'), ' ', time(clock.dueAt)] : t('panels.noDeadline');
}

export function deadlineOf(found) {
  const clock = resolutionClock(found);
  return clock && clock.dueAt ? Date.parse(clock.dueAt) : null;
}

/** The form under a panel. */
export const formOf = node => node.nextElementSibling;

const soon = () => new Promise(done => setTimeout(done, 150));

/** Chooses an option of a select field, as somebody with a mouse does. */
export async function pick(form, key, label) {
  const input = form.querySelector(`[id$="-Field_${key}"]`);
  const group = input && input.closest('.fjs-input-group');
  if (!group) {
    return false;
  }
  const press = element => ['mousedown', 'mouseup', 'click'].forEach(kind =>
    element.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, view: window })));
  input.focus();
  press(input);
  await soon();
  const option = [...group.parentElement.querySelectorAll('.fjs-dropdownlist-item')]
    .find(each => each.textContent.trim() === label);
  if (!option) {
    return false;
  }
  press(option);
  return true;
}

/** Calls back a moment after something in the form changed, until it is told to stop. */
export function onChange(form, changed, afterMs = 500) {
  let pending = null;
  const later = () => {
    clearTimeout(pending);
    pending = setTimeout(changed, afterMs);
  };
  // A choice in a list is taken when the mouse is pressed, and its row is gone before there is a click.
  const kinds = ['input', 'change', 'mousedown', 'click', 'keyup'];
  kinds.forEach(kind => form.addEventListener(kind, later));
  return () => {
    clearTimeout(pending);
    kinds.forEach(kind => form.removeEventListener(kind, later));
  };
}

/** Draws what is asked of the server into a box: loading, the answer, or a sentence and another try. */
export function asked(ask, draw, signal) {
  const box = h('div', { 'aria-live': 'polite' });
  async function load() {
    box.replaceChildren(h('p', { class: 'sr-quiet', role: 'status' }, t('panels.loading')));
    try {
      const answer = await ask();
      if (!signal.aborted) {
        box.replaceChildren(...[draw(answer)].flat(Infinity).filter(Boolean));
      }
    } catch (problem) {
      if (!signal.aborted && problem.name !== 'AbortError') {
        box.replaceChildren(h('div', { role: 'alert' },
          problem.status === undefined ? t('panels.notLoaded') : sentenceOf(problem), ' ',
          h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: load }, t('tryAgain'))));
      }
    }
  }
  load();
  return box;
}
