// A task that was claimed, completed or taken along by its case while somebody had it open: Tasklist shows the engine's
// words for that, if any. Here is said what happened, and what was written can be kept as a note of the case.
import { fill, h } from './dom.js';
import { get, post } from './api.js';
import { sentenceOf } from './forms.js';
import { ready, t } from './messages.js';

const BOX = 'sr-gone';

/** @returns {Promise<?{status, message}>} what is to be said of a task that did not take what was done; null: nothing better */
export async function whatBecameOf(task) {
  await ready();
  let state;
  try {
    state = await get(`/api/tasks/${encodeURIComponent(task)}/state`);
  } catch (problem) {
    return problem.status === 404 ? { status: t('taskState.tooLate'), message: `${t('taskState.gone.unknown')} ${rest()}`.trim() } : null;
  }
  if (!state.sentence) {
    return null;
  }
  if (state.caseNumber) {
    offer(task, state);
  }
  return { status: t(state.open ? 'taskState.notYours' : 'taskState.tooLate'), message: `${state.sentence} ${rest()}`.trim() };
}

const form = () => [...document.querySelectorAll('.fjs-form')].find(each => !each.closest('.modal'));

/** Nobody is left to wonder whether half of it was done. */
const rest = () => (form() && written(form()).length > 0 ? t('taskState.nothingSent') : '');

/** What somebody wrote into the form; not what they chose. */
function written(form) {
  return [...form.querySelectorAll('textarea, .fjs-form-field-textfield input')]
    .map(each => each.value.trim())
    .filter(Boolean);
}

function offer(task, state) {
  document.querySelectorAll(`.${BOX}`).forEach(each => each.remove());
  const shown = form();
  if (!shown || written(shown).length === 0) {
    return;
  }
  const said = h('span', { role: 'status' });
  const button = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: keep },
    t('taskState.keep', state.caseNumber));
  const box = h('div', { class: `sr ${BOX} alert alert-info` }, button, said);

  async function keep() {
    button.disabled = true;
    try {
      await post(`/api/cases/${encodeURIComponent(state.caseNumber)}/notes`,
        { text: [t('taskState.note', state.task), ...written(shown)].join('\n') });
      button.remove();
      fill(said, t('taskState.kept', state.caseNumber));
      document.dispatchEvent(new CustomEvent('sr-case-changed'));
    } catch (problem) {
      fill(said, ` ${sentenceOf(problem)}`);
      button.disabled = false;
    }
  }

  shown.before(box);
}

// What was said of one task is not about the next.
window.addEventListener('hashchange', () => document.querySelectorAll(`.${BOX}`).forEach(each => each.remove()));
