// Issue credit: what the customer has already and until when, and who will approve.
import { h, money, time } from '../dom.js';
import { t } from '../messages.js';
import { formOf, part, wants } from './parts.js';
import { approval } from './approval.js';

export function mount(node, { caseNumber, found, field }) {
  const open = found.credits.filter(each => Number(each.left) > 0);
  const latest = [...found.payments].sort((one, other) => Date.parse(other.paidAt) - Date.parse(one.paidAt))[0];
  node.append(
    wants(found) ? h('p', {}, t('call.wanted'), ' ', h('strong', {}, wants(found))) : '',
    part(t('money.credits'), open.length === 0
      ? h('p', { class: 'sr-quiet' }, t('money.noCredits'))
      : h('ul', {}, open.map(each => h('li', {},
        t('money.creditLeft', money(each.left, each.currency), money(each.amount, each.currency)), ' ',
        time(each.expiresAt), ' ', h('span', { class: 'sr-quiet sr-small' }, each.caseNumber))))));
  const told = approval(node, formOf(node), caseNumber, () => ({
    kind: 'credit',
    currency: field('currency').get().trim().toUpperCase() || (latest ? latest.currency : ''),
    amount: field('amount').get().trim()
  }));
  return () => {
    told.leave();
    node.replaceChildren();
  };
}
