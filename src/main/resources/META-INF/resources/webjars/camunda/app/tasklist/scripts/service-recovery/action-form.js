// Small forms under the buttons of a case: one at a time, a refusal of the server is told in it, nothing typed is lost.
import { h, inReadersZone } from './dom.js';
import { t } from './messages.js';
import * as drafts from './drafts.js';

/** Tells whoever shows the case, here or on the cards of the list, that it was changed here. */
export function changed() {
  document.dispatchEvent(new CustomEvent('sr-case-changed'));
}

/**
 * The place where the forms of a case appear.
 *
 * @returns {{element: HTMLElement, open: function, close: function, tell: function}} open({name, title, submit, fields, send}): fields is a
 *     list of elements with named controls, send gets the FormData; name tells the form's draft from others
 */
export function actionPlace(caseNumber) {
  const element = h('div', { class: 'sr-place' });
  let cameFrom = null;

  function close() {
    element.replaceChildren();
    if (cameFrom && cameFrom.isConnected) {
      cameFrom.focus();
    }
    cameFrom = null;
  }

  function open({ name, title, submit, fields, send, danger }) {
    const draft = `${caseNumber}:${name}`;
    const button = h('button', { type: 'submit', class: `btn btn-sm ${danger ? 'btn-danger' : 'btn-primary'}` }, submit);
    const values = () => Object.fromEntries(new FormData(form));
    const form = h('form', {
      class: 'sr-action', 'aria-label': title, novalidate: true,
      oninput: () => drafts.keep(draft, values()),
      onkeydown: event => event.key === 'Escape' && !event.defaultPrevented && abandon(),
      onsubmit: async event => {
        event.preventDefault();
        button.disabled = true;
        form.querySelectorAll('[role=alert]').forEach(each => each.remove());
        try {
          await send(new FormData(form));
          drafts.drop(draft);
          close();
          changed();
        } catch (refused) {
          explain(form, refused);
          button.disabled = false;
        }
      }
    }, h('h4', {}, title), fields,
    h('div', { class: 'sr-buttons' }, button,
      h('button', { type: 'button', class: 'btn btn-link btn-sm', onclick: abandon }, t('cancel'))));

    function abandon() {
      drafts.drop(draft);
      close();
    }

    for (const [field, value] of Object.entries(drafts.read(draft) || {})) {
      const control = form.elements[field];
      if (control) {
        control.value = value;
        // A list that is still on its way chooses it when it is here.
        control.dataset.wanted = value;
        control.dispatchEvent(new Event('change'));
      }
    }
    cameFrom = document.activeElement;
    element.replaceChildren(form);
    form.querySelector('input, select, textarea').focus();
  }

  /** What became of a button without a form. */
  function tell(sentence) {
    element.replaceChildren(h('p', { class: 'alert alert-danger', role: 'alert' }, inReadersZone(sentence)));
  }

  return { element, open, close, tell };
}

/** What is wrong stands under its field; what belongs to none, above the buttons. */
function explain(form, refused) {
  if (refused.fields === undefined) {
    console.error(refused);
  }
  const fields = refused.fields || [];
  const loose = fields.filter(({ field: name, message }) => {
    const control = form.elements[name];
    if (control) {
      const told = h('p', { class: 'sr-bad-text', role: 'alert', id: `${control.id}-refused` }, inReadersZone(t('field.this', message)));
      control.setAttribute('aria-describedby', told.id);
      control.setAttribute('aria-invalid', 'true');
      control.addEventListener('input', () => control.removeAttribute('aria-invalid'), { once: true });
      control.after(told);
    }
    return !control;
  });
  if (fields.length === 0 || loose.length > 0) {
    form.lastElementChild.before(h('p', { class: 'sr-bad-text', role: 'alert' }, inReadersZone(refused.message)));
  }
}

let fieldNumber = 0;

export function field(label, control, hint) {
  control.id = `sr-field-${++fieldNumber}`;
  return h('div', { class: 'form-group' }, h('label', { for: control.id }, label), control,
    hint && h('p', { class: 'sr-quiet sr-small' }, hint));
}

export function choice(name, label, options, chosen) {
  return field(label, h('select', { name, class: 'form-control input-sm' },
    options.map(([value, text]) => h('option', { value, selected: value === chosen }, text))));
}

export function area(name, label, hint) {
  return field(label, h('textarea', { name, rows: '2', class: 'form-control input-sm' }), hint);
}

export function line(name, label, hint) {
  return field(label, h('input', { name, type: 'text', autocomplete: 'off', class: 'form-control input-sm' }), hint);
}

/** A day after a moment, as a field for date and time in the reader's own zone takes it. */
export function dayAfter(moment) {
  const day = new Date(Date.parse(moment) + 24 * 3600 * 1000);
  return new Date(day.getTime() - day.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** A moment in the reader's own zone, a day after the given one at first. */
export function moment(name, label, after) {
  const local = dayAfter(after);
  return field(`${label} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
    h('input', { name, type: 'datetime-local', class: 'form-control input-sm', value: local }));
}
