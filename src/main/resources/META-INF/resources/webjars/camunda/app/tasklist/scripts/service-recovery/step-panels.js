// A panel of ours above the form of a task: what a form alone cannot do, such as files, previews, suggestions. The form
// stays the one way to complete the task. Tasklist has no plugin point there, so the page is watched.
import { h } from './dom.js';
import { get } from './api.js';
import { schemaOf } from './form-schema.js';
import { ready, t } from './messages.js';
import { wayOn } from './way-on.js';
import { PANELS, SIGNAL_PANELS } from './panels/index.js';

let shown = null;

function taskId() {
  return new URLSearchParams(location.hash.split('?')[1]).get('task');
}

/** The form's field with that key, as somebody who types and clicks sees it. */
function field(form, task, key) {
  const input = () => form.querySelector(`[id$="-Field_${key}"]`);
  const choices = async () => (await schemaOf(task)).fields.find(each => each.key === key)?.options || [];
  return {
    get: () => input()?.value ?? '',
    set(text) {
      const control = input();
      if (!control) {
        return;
      }
      // The form viewer listens for what is typed, and overrides the setter of the element itself.
      const prototype = Object.getPrototypeOf(control);
      Object.getOwnPropertyDescriptor(prototype, 'value').set.call(control, text);
      control.dispatchEvent(new Event('input', { bubbles: true }));
      control.dispatchEvent(new Event('blur', { bubbles: true }));
    },
    /** The value of the choice that is taken; undefined when none is, or the field is hidden. */
    async picked() {
      const at = [...form.querySelectorAll(`[id*="-Field_${key}-"][type=radio]`)].findIndex(each => each.checked);
      return at < 0 ? undefined : (await choices())[at]?.value;
    },
    /** Takes the choice with that value, and waits until fields that depend on it have come. */
    async pick(value) {
      const at = (await choices()).findIndex(each => each.value === value);
      const choice = form.querySelector(`[id$="-Field_${key}-${at}"][type=radio]`);
      if (choice && !choice.checked) {
        choice.click();
      }
      await new Promise(done => setTimeout(done, 100));
    }
  };
}

function leave() {
  if (shown) {
    shown.left = true;
    shown.unmount?.();
    shown.node.remove();
    shown = null;
  }
}

async function enter(form, task) {
  const node = h('div', { class: 'sr sr-panel' });
  const mine = { task, form, node, left: false, unmount: null };
  shown = mine;
  form.before(node);
  let load = null;
  try {
    const place = await get(`/api/tasks/${encodeURIComponent(task)}/case`);
    load = place.caseNumber ? PANELS[place.form] : SIGNAL_PANELS[place.form];
    if (!load || mine.left) {
      return;
    }
    const [panel, found] = await Promise.all([
      load(),
      get(place.caseNumber
        ? `/api/cases/${encodeURIComponent(place.caseNumber)}`
        : `/api/tasks/${encodeURIComponent(task)}/training-signal`),
      ready()
    ]);
    if (!mine.left) {
      mine.unmount = panel.mount(node, {
        taskId: task,
        form: place.form,
        caseNumber: place.caseNumber,
        found,
        step: (found.steps || []).find(step => step.seq === place.stepSeq) || null,
        field: key => field(form, task, key)
      });
    }
  } catch (problem) {
    if (!mine.left) {
      console.error(problem);
      const again = () => {
        leave();
        look();
      };
      node.replaceChildren(h('div', { class: 'alert alert-warning', role: 'alert' },
        problem.message && problem.status !== undefined ? problem.message : t('panel.notLoaded'), ' ',
        wayOn(problem, again, 'btn btn-default btn-sm')));
    }
  }
}

function look() {
  // The dialog that starts a process has a form of its own.
  const form = [...document.querySelectorAll('.fjs-container')].find(each => !each.closest('.modal')) || null;
  const task = taskId();
  if (shown && (shown.form !== form || shown.task !== task || !shown.node.isConnected)) {
    leave();
  }
  if (!shown && form && task) {
    enter(form, task);
  }
}

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();
