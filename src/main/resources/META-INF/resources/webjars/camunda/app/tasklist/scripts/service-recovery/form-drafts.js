// What is typed into the form of a task comes back after a reload. Tasklist keeps a draft when one presses "Save", which
// also makes the form complain of everything that is still empty; so the answers are put where Tasklist looks for its
// draft. Forms with rows save theirs by themselves (list-forms.js). It goes when the form was accepted (Tasklist) and when
// the person signs out (front-door/sign-in.js).
import { ROWS } from './list-forms.js';

const AFTER_MS = 500;

const schemas = new Map();
let pending = null;

function taskId() {
  return new URLSearchParams(location.hash.split('?')[1]).get('task');
}

/** The fields of the form as its author made them: a choice is kept by its value, and the page shows its label. */
function schemaOf(task) {
  if (!schemas.has(task)) {
    const api = document.querySelector('base').getAttribute('engine-api');
    const engine = location.pathname.split('/').filter(Boolean).pop();
    schemas.set(task, fetch(`${api}engine/${engine}/task/${encodeURIComponent(task)}/deployed-form`,
      { credentials: 'same-origin' }).then(response => (response.ok ? response.json() : { components: [] }))
      .catch(() => ({ components: [] })));
  }
  return schemas.get(task);
}

/** undefined: not shown, or nothing that can be read from the page. */
function answer(form, { id, key, type, values }) {
  const control = form.querySelector(`[id$="-${id}"]`);
  switch (type) {
    case 'textfield':
    case 'textarea':
      return control?.value;
    case 'checkbox':
      return control?.checked;
    case 'radio': {
      const at = [...form.querySelectorAll(`[id*="-${id}-"]`)].filter(each => each.type === 'radio')
        .findIndex(each => each.checked);
      return at >= 0 && values ? values[at].value : undefined;
    }
    case 'select': {
      const box = control?.closest('.fjs-form-field');
      const label = (box?.querySelector('.fjs-select-display')?.textContent || control?.value || '').trim();
      return (values || []).find(each => each.label === label)?.value;
    }
    default:
      return undefined;
  }
}

async function keep(form, task) {
  const { components } = await schemaOf(task);
  if (!form.isConnected || taskId() !== task || form.querySelector(ROWS)) {
    return;
  }
  const name = `camunda-form:${task}`;
  try {
    const draft = JSON.parse(localStorage.getItem(name)) || {};
    for (const component of components.filter(each => each.key)) {
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

for (const kind of ['input', 'change', 'click']) {
  document.addEventListener(kind, event => {
    const form = event.target instanceof Element && event.target.closest('.fjs-form');
    const task = taskId();
    if (form && task && !form.closest('.modal')) {
      clearTimeout(pending);
      pending = setTimeout(() => keep(form, task), AFTER_MS);
    }
  }, true);
}
