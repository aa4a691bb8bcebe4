// Merging a case into the one that goes on: which one that is stands there before the final click.
import { fill, h, icon } from './dom.js';
import { get, post } from './api.js';
import { label, t } from './messages.js';
import { area } from './action-form.js';
import { field, forget, sentenceOf } from './forms.js';

const NUMBER = /^SR-\d{4}-\d{6,9}$/;

export function mergeForm(found) {
  const open = found.steps.filter(step => !step.settledAt);
  const seen = h('div', { class: 'sr-seen', role: 'status', 'aria-live': 'polite' });
  let shown = null;
  let asked = 0;

  const wanted = () => number.value.trim().toUpperCase();

  async function look() {
    const mine = ++asked;
    const typed = wanted();
    if (!NUMBER.test(typed) || typed === shown) {
      if (typed !== shown) {
        shown = null;
        fill(seen);
      }
      return;
    }
    shown = null;
    // What was said of another number is not about this one.
    if (number.form) {
      forget(number.form);
    }
    fill(seen, h('p', { class: 'sr-quiet' }, t('desk.merge.looking')));
    try {
      const other = await get(`/api/cases/${encodeURIComponent(typed)}`);
      if (mine === asked) {
        shown = typed;
        fill(seen, card(other));
      }
    } catch (problem) {
      if (mine === asked) {
        fill(seen, h('p', { class: 'sr-bad-text' }, sentenceOf(problem)));
      }
    }
  }

  function card(other) {
    const same = other.customer.number === found.customer.number;
    return h('div', { class: 'sr-card' },
      h('strong', {}, other.number), ` · ${label('severity', other.severity)} · ${label('caseState', other.state)}`,
      other.owner && ` · ${other.people[other.owner] || other.owner}`,
      h('div', {}, other.customer.name, ' ', h('span', { class: 'sr-quiet' }, other.customer.number)),
      h('div', {}, other.summary),
      !same && h('div', { class: 'sr-late' }, icon('warning-sign'), ' ', t('desk.merge.otherCustomer')),
      other.state !== 'open' && h('div', { class: 'sr-late' }, icon('warning-sign'), ' ', t('desk.merge.notOpen')));
  }

  const number = h('input', { type: 'text', autocomplete: 'off', class: 'form-control input-sm',
    oninput: look, onchange: look });

  return {
    name: 'duplicate',
    title: t('desk.merge.title', found.number),
    submit: t('desk.merge.submit'),
    danger: true,
    fields: [
      h('p', { class: 'sr-quiet' }, t('desk.merge.what')),
      field('duplicateOf', t('desk.merge.into'), number, { hint: t('desk.merge.hint'), required: true }),
      seen,
      open.length > 0 && h('fieldset', {},
        h('legend', { class: 'sr-small' }, t('desk.merge.steps')),
        open.map(step => h('div', { class: 'checkbox' }, h('label', {},
          h('input', { type: 'checkbox', name: `step-${step.seq}` }),
          ` ${step.seq} ${step.label}`, step.purpose && `: ${step.purpose}`)))),
      area('reason', t('desk.merge.why'), { required: true })
    ],
    async send(data) {
      if (shown !== wanted()) {
        // Nobody merges into a case that they have not seen.
        await look();
        if (NUMBER.test(wanted())) {
          throw Object.assign(new Error(t(shown ? 'desk.merge.lookFirst' : 'desk.merge.notFound')), { status: 0, fields: [] });
        }
      }
      await post(`/api/cases/${encodeURIComponent(found.number)}/duplicate`, {
        duplicateOf: wanted() || null,
        reason: data.get('reason'),
        steps: open.filter(step => data.has(`step-${step.seq}`)).map(step => step.seq)
      });
    }
  };
}
