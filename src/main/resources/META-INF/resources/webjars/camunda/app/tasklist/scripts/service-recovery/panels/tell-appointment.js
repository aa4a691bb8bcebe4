// Tell the customer the appointment: whom to tell, and what.
import { h } from '../dom.js';
import { phone } from './parts.js';
import { mountVisit } from './visit.js';

export function mount(node, place) {
  const { customer } = place.found;
  return mountVisit(node, place,
    h('div', { class: 'sr-panel-top' }, h('strong', {}, customer.name), ' ', phone(customer),
      customer.email && h('span', { class: 'sr-quiet' }, customer.email)));
}
