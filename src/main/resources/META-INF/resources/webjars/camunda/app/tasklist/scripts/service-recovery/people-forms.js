// What the pages about people share: loading with its failures, fields, and what the server refused under its field.
import { h, icon, inReadersZone } from './dom.js';
import { signInPage } from './api.js';
import { t } from './messages.js';

let ids = 0;

export function field(name, label, control, hint) {
  control.id = `sr-people-${++ids}`;
  control.name = name;
  if (hint) {
    control.setAttribute('aria-describedby', `${control.id}-hint`);
  }
  return h('div', { class: 'form-group' }, h('label', { class: 'control-label', for: control.id }, label), control,
    hint && h('p', { class: 'help-block', id: `${control.id}-hint` }, hint));
}

export function people(list, chosen, none) {
  return h('select', { class: 'form-control' },
    h('option', { value: '' }, none),
    list.map(each => h('option', { value: each.id, selected: each.id === chosen }, each.name)));
}

/** An instant for an input of type datetime-local, in the reader's zone. */
export function local(instant) {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

export const instant = value => (value ? new Date(value).toISOString() : null);

/** What is wrong stands under its field; what belongs to none, at the end of the form. */
export function explain(form, problem) {
  form.querySelectorAll('.sr-bad-text').forEach(each => each.remove());
  const loose = (problem.fields || []).filter(({ field: name, message }) => {
    const control = form.elements[name];
    if (control && control.after) {
      control.after(h('p', { class: 'sr-bad-text', role: 'alert' }, inReadersZone(t('field.this', message))));
      control.setAttribute('aria-invalid', 'true');
    }
    return !(control && control.after);
  });
  if (!problem.fields || problem.fields.length === 0 || loose.length > 0) {
    form.append(h('p', { class: 'sr-bad-text', role: 'alert' }, inReadersZone(problem.message)));
  }
  const first = form.querySelector('[aria-invalid=true]');
  if (first) {
    first.focus();
  }
}

/** Draws what was loaded, or says why there is nothing, with a way to try again. */
export async function load(place, read, draw) {
  place.replaceChildren(h('p', { class: 'sr-loading', role: 'status' }, t('people.loading')));
  try {
    draw(await read());
  } catch (problem) {
    if (problem.name === 'AbortError') {
      return;
    }
    if (problem.status === undefined) {
      console.error(problem);
    }
    place.replaceChildren(h('div', { class: 'sr-notice', role: 'alert' },
      icon(problem.status === 403 ? 'lock' : 'warning-sign'), h('p', {}, problem.message),
      problem.status === 401
        ? h('a', { class: 'btn btn-default', href: signInPage }, t('signIn'))
        : problem.status !== 403 && h('button', { type: 'button', class: 'btn btn-default',
          onclick: () => load(place, read, draw) }, t('tryAgain'))));
  }
}
