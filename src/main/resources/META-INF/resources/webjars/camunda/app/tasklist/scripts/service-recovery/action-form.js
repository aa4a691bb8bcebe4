// Small forms under the buttons of a case: one at a time, a refusal of the server is told in it, nothing typed is lost.
import { h, inReadersZone } from './dom.js';
import { explain, field, forget, keyIsUsed, local, newKey, sentenceOf } from './forms.js';
import { t } from './messages.js';
import * as drafts from './drafts.js';

/** Among a draft's values: what the server knows the form by. */
const KEY = ' key';

/** Tells whoever shows the case, here or on the cards of the list, that it was changed here. */
export function changed() {
  document.dispatchEvent(new CustomEvent('sr-case-changed'));
}

/**
 * The place where the forms of a case appear.
 *
 * @returns {{element: HTMLElement, open: function, close: function, tell: function}} open({name, title, submit, fields, send}): fields is a
 *     list of elements with named controls, send gets the FormData and a key that stays the same when it is sent again; name
 *     tells the form's draft from others; nameOf gives, of the server's name of a field and the form, that of the form
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

  function open({ name, title, submit, fields, send, danger, nameOf }) {
    const draft = `${caseNumber}:${name}`;
    const before = drafts.read(draft) || {};
    let key = before[KEY] || newKey();
    const button = h('button', { type: 'submit', class: `btn btn-sm ${danger ? 'btn-danger' : 'btn-primary'}` }, submit);
    const keep = () => drafts.keep(draft, { ...Object.fromEntries(new FormData(form)), [KEY]: key });
    const form = h('form', {
      class: 'sr-action', 'aria-label': title, novalidate: true,
      oninput: keep,
      onkeydown: event => {
        // What was written stays for the next time; only "Cancel" throws it away.
        if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) {
          close();
        }
      },
      onsubmit: async event => {
        event.preventDefault();
        button.disabled = true;
        forget(form);
        // With its key, for the case that the answer gets lost.
        keep();
        try {
          await send(new FormData(form), key);
          drafts.drop(draft);
          close();
          changed();
        } catch (refused) {
          if (keyIsUsed(refused)) {
            key = newKey();
            keep();
          }
          button.disabled = false;
          explain(form, refused, { nameOf: nameOf && (field => nameOf(field, form)) });
        }
      }
    }, h('h4', {}, title), fields,
    h('div', { class: 'sr-buttons' }, button,
      h('button', { type: 'button', class: 'btn btn-link btn-sm', onclick: abandon }, t('cancel'))));

    function abandon() {
      drafts.drop(draft);
      close();
    }

    for (const [name, value] of Object.entries(before)) {
      const control = form.elements[name];
      if (control) {
        if (control.type === 'checkbox') {
          control.checked = true;
        } else {
          control.value = value;
        }
        // A list that is still on its way chooses it when it is here.
        control.dataset.wanted = value;
        control.dispatchEvent(new Event('change'));
      }
    }
    cameFrom = document.activeElement;
    element.replaceChildren(form);
    // A question without fields is answered by its button.
    (form.querySelector('input, select, textarea') || button).focus();
  }

  /** What became of a button without a form. */
  function tell(problem) {
    element.replaceChildren(h('p', { class: 'alert alert-danger', role: 'alert' }, inReadersZone(sentenceOf(problem))));
  }

  return { element, open, close, tell };
}

const small = 'form-control input-sm';

export function choice(name, label, options, chosen) {
  return field(name, label, h('select', { class: small },
    options.map(([value, text]) => h('option', { value, selected: value === chosen }, text))));
}

export function area(name, label, more) {
  return field(name, label, h('textarea', { rows: '2', class: small }), more);
}

export function line(name, label, more) {
  return field(name, label, h('input', { type: 'text', autocomplete: 'off', class: small }), more);
}

/** A day after a moment, as a field for date and time in the reader's own zone takes it. */
export function dayAfter(moment) {
  return local(Date.parse(moment) + 24 * 3600 * 1000);
}

/** A moment in the reader's own zone, a day after the given one at first. */
export function moment(name, label, after) {
  return field(name, `${label} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
    h('input', { type: 'datetime-local', class: small, value: dayAfter(after) }), { required: true });
}
