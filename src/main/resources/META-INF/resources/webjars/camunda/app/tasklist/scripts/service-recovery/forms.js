// Fields of our forms: a label, what is needed, a hint; and what the server refused, under the field that it is about.
import { h, icon, inReadersZone } from './dom.js';
import { t } from './messages.js';

let ids = 0;

/**
 * A labelled control.
 *
 * @param name what the server calls the field
 * @param group the element that is labelled in place of the control, where there are several
 * @param aside stands between label and control
 */
export function field(name, label, control, { hint, required, wide, group, aside } = {}) {
  const id = `sr-field-${++ids}`;
  const named = group || control;
  named.id = id;
  if (!group) {
    control.name = name;
  }
  if (hint) {
    named.setAttribute('aria-describedby', `${id}-hint`);
  }
  if (required) {
    // A plain group cannot be needed, what is in it can.
    (group && group.getAttribute('role') === 'group' ? group.querySelector('input') : named).setAttribute('aria-required', 'true');
  }
  if (group) {
    group.setAttribute('aria-labelledby', `${id}-label`);
  }
  const mark = required && h('span', { class: 'sr-required', title: t('newCase.needed'), 'aria-hidden': 'true' });
  return h('div', { class: `form-group ${wide ? 'sr-wide' : ''}`, 'data-field': name },
    group
      ? h('span', { class: 'control-label', id: `${id}-label` }, label, mark)
      : h('label', { class: 'control-label', for: id }, label, mark),
    aside, control, hint && h('p', { class: 'help-block', id: `${id}-hint` }, hint));
}

/** What is labelled in a field: its control, or the group of them. */
const named = box => box.querySelector('[id^=sr-field-]:not([id$=-label]):not([id$=-hint]):not([id$=-refused])');

/** What is wrong with one field is over. */
export function clear(box) {
  box.classList.remove('has-error');
  box.querySelectorAll('.sr-error').forEach(each => each.remove());
  const control = named(box);
  control.removeAttribute('aria-invalid');
  const left = (control.getAttribute('aria-describedby') || '').split(' ').filter(each => each && !each.endsWith('-refused'));
  if (left.length > 0) {
    control.setAttribute('aria-describedby', left.join(' '));
  } else {
    control.removeAttribute('aria-describedby');
  }
}

function fail(box, message) {
  const control = named(box);
  const id = `${control.id}-refused`;
  box.classList.add('has-error');
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', [control.getAttribute('aria-describedby'), id].filter(Boolean).join(' '));
  box.append(h('p', { class: 'sr-error sr-bad-text', role: 'alert', id }, icon('exclamation-sign'), ' ',
    inReadersZone(sentence(message))));
}

/** What the server says of a field goes on after the field's name. */
const sentence = message => (/^\p{Ll}/u.test(message) ? t('field.this', message) : message);

/** A refusal where no field of it is shown, without the server's names of fields. */
export const sentenceOf = problem => (problem.fields && problem.fields.length > 0
  ? problem.fields.map(each => sentence(each.message)).join(' ')
  : problem.message);

/**
 * Shows what is wrong: under its field, and what belongs to none above the buttons. The first wrong field has the focus.
 *
 * @param nameOf from the server's name of a field to that of the form
 * @param lead begins what stands above the buttons, and stands there in any case
 */
export function explain(form, problem, { nameOf = name => name, lead } = {}) {
  if (problem.fields === undefined && problem.status === undefined) {
    console.error(problem);
  }
  forget(form);
  const told = problem.fields || [];
  const boxOf = name => form.querySelector(`[data-field="${CSS.escape(nameOf(name))}"]`);
  const loose = told.filter(({ field: name, message }) => {
    const box = boxOf(name);
    if (box && !box.hidden) {
      fail(box, message);
      return false;
    }
    return true;
  });
  const words = told.length === 0 ? problem.message : sentenceOf({ fields: loose });
  if (lead || words) {
    const place = form.querySelector('.sr-actions, .sr-buttons');
    const above = h('div', { class: lead ? 'alert alert-danger sr-refused' : 'sr-bad-text sr-refused', role: 'alert',
      tabindex: '-1' }, lead && [h('strong', {}, lead), ' '], inReadersZone(words || t('newCase.correct')));
    (place || form.lastElementChild).before(above);
  }
  const first = form.querySelector('.has-error');
  const wrong = first && [...first.querySelectorAll('input, select, textarea, button')].find(each => each.offsetParent !== null);
  (wrong || form.querySelector('.sr-refused'))?.focus();
}

/** What was said of the last try is over. */
export function forget(form) {
  form.querySelectorAll('.has-error').forEach(clear);
  form.querySelectorAll('.sr-refused').forEach(each => each.remove());
}

/** An instant for an input of type datetime-local, in the reader's zone. */
export function local(instant) {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** A key of what is sent: the server does the same thing once, however often it comes with the same key. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map(each => each.toString(16).padStart(2, '0')).join('');

/** Whether the server says that with this key something else was done before. */
export const keyIsUsed = problem => (problem.fields || []).some(each => each.field === 'Idempotency-Key');
