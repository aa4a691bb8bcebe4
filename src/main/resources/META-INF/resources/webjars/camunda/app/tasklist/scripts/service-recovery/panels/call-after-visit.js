// Call after the visit: whom to call, whether the work was done, and what the customer had complained of.
import { h } from '../dom.js';
import { t } from '../messages.js';
import { part, phone, whatCustomerSaid } from './parts.js';
import { mountVisit } from './visit.js';

export function mount(node, place) {
  const { found } = place;
  return mountVisit(node, place,
    h('div', { class: 'sr-panel-top' }, h('strong', {}, found.customer.name), ' ', phone(found.customer)),
    part(t('call.customerSaid'), whatCustomerSaid(found)));
}
