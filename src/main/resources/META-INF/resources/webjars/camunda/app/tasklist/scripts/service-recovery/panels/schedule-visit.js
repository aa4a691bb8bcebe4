// Schedule visit: whom to ring for an appointment, and where colleagues have been before.
import { h, time } from '../dom.js';
import { get } from '../api.js';
import { t } from '../messages.js';
import { asked, formOf, part, phone } from './parts.js';

export function mount(node, { caseNumber, found, step, field }) {
  const left = new AbortController();
  const said = h('p', { role: 'status', class: 'sr-quiet' });
  async function take(visit) {
    await field('outcome').pick('completed');
    field('site').set(visit.site);
    said.textContent = t('visit.taken', visit.site);
  }
  node.append(
    h('div', { class: 'sr-panel-top' }, h('strong', {}, found.customer.name), ' ', phone(found.customer)),
    step && step.purpose ? h('p', {}, step.purpose) : '',
    part(t('visit.earlier'), asked(
      () => get(`/api/cases/${encodeURIComponent(caseNumber)}/visits`, left.signal),
      visits => visits.length === 0
        ? h('p', { class: 'sr-quiet' }, t('visit.none'))
        : h('ul', { class: 'sr-panel-choices' }, visits.slice(0, 5).map(visit => h('li', {},
          h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => take(visit) },
            t('visit.use', visit.site)), ' ',
          h('span', { class: 'sr-quiet sr-small' }, visit.task, ', ', time(visit.windowFrom || visit.placedAt), ', ',
            visit.caseNumber)))),
      left.signal), said));
  // Letting marked words through is for leads; others would be refused.
  formOf(node)?.classList.toggle('sr-no-lead', !found.can.letThrough);
  return () => {
    left.abort();
    node.replaceChildren();
  };
}
