// Who would have to approve what stands in the form, and what was offered before. It is asked again as the form changes.
import { h, money } from '../dom.js';
import { get } from '../api.js';
import { sentenceOf } from '../forms.js';
import { t, code } from '../messages.js';
import { onChange, part } from './parts.js';

/** As the server reads it. */
const AMOUNT = /^\d{1,12}(\.\d{1,4}|,\d{1,2})?$/;

/** @param offer gives {kind, amount, currency}, or null while nothing can be asked */
export function approval(node, form, caseNumber, offer) {
  const left = new AbortController();
  const box = h('div', { role: 'status' });
  let last = '';
  async function ask() {
    const now = offer();
    if (!now || !now.currency) {
      last = '';
      box.replaceChildren(h('p', { class: 'sr-quiet' }, t('money.nothingYet')));
      return;
    }
    const amount = AMOUNT.test(now.amount) ? now.amount.replace(',', '.') : '';
    const query = new URLSearchParams({ kind: now.kind, currency: now.currency, ...(amount && { amount }) }).toString();
    if (query === last) {
      return;
    }
    last = query;
    try {
      const told = await get(`/api/cases/${encodeURIComponent(caseNumber)}/approval-preview?${query}`, left.signal);
      if (query !== last) {
        return;
      }
      box.replaceChildren(
        h('p', {}, t('money.offered', money(told.offeredOnCase, told.currency),
          money(told.offeredToCustomer, told.currency))),
        told.approval
          ? h('p', {}, h('strong', {}, code('approvalBy', told.approval)))
          : h('p', { class: 'sr-quiet' }, t('money.amountMissing')));
    } catch (problem) {
      if (problem.name !== 'AbortError' && query === last) {
        last = '';
        box.replaceChildren(h('p', { role: 'alert' },
          problem.status === undefined ? t('panels.notLoaded') : sentenceOf(problem)));
      }
    }
  }
  node.append(part(t('money.approval'), box));
  ask();
  const stop = onChange(form, ask);
  return {
    again: ask,
    leave() {
      left.abort();
      stop();
    }
  };
}
