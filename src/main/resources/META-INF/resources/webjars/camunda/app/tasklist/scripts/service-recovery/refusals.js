// What the server refuses of a form ("rootCauseTag: is missing. …"), told in the form: under the field it is about, and
// by the field's label where the server says its name.
import { t } from './messages.js';

const NAME = /(^|\s)([A-Za-z]\w*(?:\[\d+\])?(?:\.[A-Za-z]\w*)?): /g;
const MARK = 'sr-refusal';
/** What Tasklist says of a form that was refused, in its two languages. */
const NOT_COMPLETED = /submitting the task form|beim Abschließen der Aufgabe/;

/** The form that was sent: the dialog of a new process lies over the form of a task. */
function form() {
  return document.querySelector('.modal .fjs-form') || document.querySelector('.fjs-form');
}

/** The box of a field in the form, by its name at the server: "steps[2].assignee" is that of the list's second row. */
function box(name) {
  const [, list, row, key] = /^(?:(\w+)\[(\d+)\]\.)?(\w+)$/.exec(name) || [];
  if (!key) {
    return null;
  }
  const id = `-Field_${key}${list ? `_${row - 1}` : ''}`;
  const control = form()?.querySelector(`[id$="${id}"], [id*="${id}-"]`);
  return control ? control.closest('.fjs-form-field') : null;
}

function labelOf(found) {
  const label = found.querySelector('.fjs-form-field-label');
  // Without the asterisk of a required field.
  return label ? label.textContent.replace(/\*\s*$/, '').trim() : '';
}

/** The texts that list what can be chosen; the last words of each before the list begin it. */
const LISTS = ['taxonomy.known', 'refused.missingChoose', 'refused.notKnownChoose', 'problem.chooseOne'];

/** What can be chosen is listed by its codes for other systems; in the form it stands in the field itself. */
function inTheForm(sentence) {
  const lists = LISTS.map(key => sentence.indexOf(t(key).replace(/\{\d\}\.$/, '').split('. ').pop())).filter(at => at >= 0);
  return lists.length > 0 ? sentence.slice(0, Math.min(...lists)) + t('refusals.chooseOfList') : sentence;
}

/** [{box, label, sentence}]; empty when the message names no field of this form. */
function problems(message) {
  const named = [...message.matchAll(NAME)]
    .map(match => ({ from: match.index, to: match.index + match[0].length, box: box(match[2]) }))
    .filter(each => each.box);
  return named.map((each, at) => ({
    box: each.box,
    label: labelOf(each.box),
    sentence: inTheForm(message.slice(each.to, named[at + 1]?.from).trim())
  }));
}

function mark({ box: found, sentence }) {
  const told = document.createElement('div');
  told.className = `fjs-form-field-error ${MARK}`;
  told.setAttribute('role', 'alert');
  told.textContent = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  found.append(told);
  const over = () => told.remove();
  found.addEventListener('input', over, { once: true });
  found.addEventListener('click', over, { once: true });
}

export function clearRefusals() {
  document.querySelectorAll(`.${MARK}`).forEach(each => each.remove());
}

/** Whether an error is about answers of the form that is shown. */
export const namesFields = error => Boolean(form()) && problems(error.message || '').length > 0;

/** Tasklist's error about a form in the reader's words; any other error as it is. */
export function explained(error) {
  if (!form()) {
    return error;
  }
  if (!error.message && form().querySelector('.fjs-form-field-error')) {
    return { ...error, status: t('refusals.notAccepted'), message: t('refusals.marked') };
  }
  clearRefusals();
  const found = problems(error.message || '');
  if (/ENGINE-03005|concurrently/.test(error.message)) {
    return { ...error, status: t('taskState.notYours'), message: t('taskState.atOnce') };
  }
  if (found.length === 0) {
    // A refusal of the whole, in a sentence of its own.
    return error.message && NOT_COMPLETED.test(error.status) ? { ...error, status: t('refusals.notAccepted') } : error;
  }
  found.forEach(mark);
  found[0].box.scrollIntoView({ block: 'center' });
  return { ...error, status: t('refusals.notAccepted'),
    message: found.map(each => `${each.label}${/^[a-z]/.test(each.sentence) ? ' ' : ': '}${each.sentence}`).join(' ') };
}
