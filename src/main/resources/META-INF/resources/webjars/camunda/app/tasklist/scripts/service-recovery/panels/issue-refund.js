// Issue refund: the payments with what is left of each, one of them taken over with a click, and who will approve.
import { h, money, time } from '../dom.js';
import { schemaOf } from '../form-schema.js';
import { t } from '../messages.js';
import { formOf, part, wants } from './parts.js';
import { approval } from './approval.js';

export function mount(node, { taskId, caseNumber, found, field }) {
  const form = formOf(node);
  let valueOf = () => null;
  const said = h('p', { role: 'status', class: 'sr-quiet' });
  const ofCase = () => found.payments.find(each => each.reference === field('paymentReference').get().trim())
    || found.payments.find(each => found.origin && each.id === found.origin.paymentId)
    || (found.payments.length === 1 ? found.payments[0] : null);
  async function take(payment) {
    await field('outcome').pick('completed');
    field('paymentReference').set(payment.reference);
    said.textContent = t('money.paymentTaken', payment.reference);
    told.again();
  }
  node.append(
    wants(found) ? h('p', {}, t('call.wanted'), ' ', h('strong', {}, wants(found))) : '',
    part(t('money.payments'), found.payments.length === 0
      ? h('p', { class: 'sr-quiet' }, t('money.noPayments'))
      : h('ul', { class: 'sr-panel-choices' }, found.payments.map(each => h('li', {},
        h('button', { type: 'button', class: 'btn btn-default btn-sm', disabled: !(Number(each.refundable) > 0),
          onclick: () => take(each) }, each.reference), ' ',
        t('money.left', money(each.refundable, each.currency), money(each.amount, each.currency)), ', ', time(each.paidAt),
        found.origin && found.origin.paymentId === each.id && h('strong', {}, ' ', t('money.affected'))))), said));
  const told = approval(node, form, caseNumber, () => {
    const payment = ofCase();
    // The form asks for no amount where all that is left is given back.
    const amount = form.querySelector('[id$="-Field_amount"]');
    return payment && {
      kind: 'partial-refund',
      currency: payment.currency,
      amount: amount ? amount.value.trim()
        : (valueOf('refundKind', field('refundKind').get()) === 'full' ? payment.refundable : '')
    };
  });
  schemaOf(taskId).then(schema => {
    valueOf = schema.valueOf;
    told.again();
  }).catch(problem => console.warn(problem.message));
  return () => {
    told.leave();
    node.replaceChildren();
  };
}
