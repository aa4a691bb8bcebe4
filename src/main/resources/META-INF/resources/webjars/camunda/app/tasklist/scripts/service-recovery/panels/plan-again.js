// Plan again after the visit: why the work was not done, and how long there is.
import { h } from '../dom.js';
import { code, t } from '../messages.js';
import { deadline } from './parts.js';
import { mountVisit } from './visit.js';

export function mount(node, place) {
  const { found } = place;
  return mountVisit(node, place,
    h('div', { class: 'sr-panel-top' }, h('strong', {}, found.customer.name), ' ',
      h('span', {}, t('visit.severityNow', code('severity', found.severity))), ' ',
      h('span', { class: 'sr-quiet' }, deadline(found))));
}
