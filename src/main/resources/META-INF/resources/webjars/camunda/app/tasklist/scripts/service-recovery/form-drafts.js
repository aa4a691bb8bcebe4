// What is typed into the form of a task comes back after a reload. Tasklist keeps a draft when one presses "Save", which
// also makes the form complain of everything that is still empty; so the answers are put where Tasklist looks for its
// draft. Forms with rows save theirs by themselves (list-forms.js). It goes when the form was accepted (Tasklist) and when
// the person signs out (front-door/sign-in.js).
import { schemaOf } from './form-schema.js';
import { ROWS } from './list-forms.js';

const AFTER_MS = 500;

let pending = null;

function taskId() {
  return new URLSearchParams(location.hash.split('?')[1]).get('task');
}

/** undefined: not shown, or nothing that can be read from the page. */
function answer(form, { id, key, type, subtype, options }) {
  const control = form.querySelector(`[id$="-${id}"]`);
  const parts = [...form.querySelectorAll(`[id*="-${id}-"]`)];
  switch (type) {
    case 'textfield':
    case 'textarea':
      return control?.value;
    case 'checkbox':
      return control?.checked;
    case 'radio':
      return options[parts.filter(each => each.type === 'radio').findIndex(each => each.checked)]?.value;
    case 'checklist': {
      const boxes = parts.filter(each => each.type === 'checkbox');
      return boxes.length > 0 ? options.filter((each, at) => boxes[at]?.checked).map(each => each.value) : undefined;
    }
    case 'select': {
      const box = control?.closest('.fjs-form-field');
      const label = (box?.querySelector('.fjs-select-display')?.textContent || control?.value || '').trim();
      return control && label === '' ? null : options.find(each => each.label === label)?.value;
    }
    case 'datetime':
      return parts.length > 0 ? moment(parts, subtype) : undefined;
    default:
      return undefined;
  }
}

const two = number => String(number).padStart(2, '0');

/** A day, or a day and a time with the offset of the reader's zone, as the form viewer writes them. */
function moment(parts, subtype) {
  const day = parts.map(each => each._flatpickr).find(Boolean)?.selectedDates[0];
  const clock = parts.map(each => /^(\d{1,2}):(\d\d)$/.exec((each.value || '').trim())).find(Boolean);
  const date = day && `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  if (subtype === 'date') {
    return date ?? null;
  }
  if (subtype !== 'datetime') {
    return undefined;
  }
  if (!day || !clock) {
    return null;
  }
  const at = new Date(day);
  at.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
  const offset = -at.getTimezoneOffset();
  const ahead = Math.abs(offset);
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}${offset < 0 ? '-' : '+'}`
    + `${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

async function keep(form, task) {
  let fields;
  try {
    ({ fields } = await schemaOf(task));
  } catch (problem) {
    // It is read again at the next key.
    console.warn(problem.message);
    return;
  }
  if (!form.isConnected || taskId() !== task || form.querySelector(ROWS)) {
    return;
  }
  const name = `camunda-form:${task}`;
  try {
    const draft = JSON.parse(localStorage.getItem(name)) || {};
    for (const component of fields.filter(each => each.key)) {
      const given = answer(form, component);
      if (given !== undefined) {
        draft[component.key] = given;
      }
    }
    localStorage.setItem(name, JSON.stringify(draft));
  } catch (error) {
    console.warn(error);
  }
}

// A choice in a list is taken when the mouse or Enter is pressed, and its row is gone before there is a click.
for (const kind of ['input', 'change', 'mousedown', 'click', 'keyup']) {
  document.addEventListener(kind, event => {
    const form = event.target instanceof Element && event.target.closest('.fjs-form');
    const task = taskId();
    if (form && task && !form.closest('.modal')) {
      clearTimeout(pending);
      pending = setTimeout(() => keep(form, task), AFTER_MS);
    }
  }, true);
}
