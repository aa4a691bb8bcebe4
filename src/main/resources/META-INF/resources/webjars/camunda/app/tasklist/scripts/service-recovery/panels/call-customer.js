// Call customer: the number, what to say, what the customer wrote, and the tries before.
import { h, time } from '../dom.js';
import { t, code } from '../messages.js';
import { part, phone, whatCustomerSaid, wants, deadline } from './parts.js';

export function mount(node, { found, step }) {
  const tries = found.work.calls.filter(call => step && call.stepSeq === step.seq);
  const guidance = [
    found.severity === 'critical' && t('call.critical'),
    t('call.first'),
    ['negative-review', 'low-nps'].includes(found.source) && t('call.written'),
    tries.some(call => call.result === 'voicemail') && t('call.afterVoicemail'),
    t('call.last')
  ].filter(Boolean);
  node.append(
    h('div', { class: 'sr-panel-top' },
      h('strong', {}, found.customer.name), ' ', phone(found.customer), h('span', { class: 'sr-quiet' }, deadline(found))),
    step && step.purpose && h('p', {}, step.purpose),
    part(t('call.customerSaid'), whatCustomerSaid(found),
      wants(found) && h('p', {}, t('call.wanted'), ' ', h('strong', {}, wants(found)))),
    part(t('call.guidance'), h('ul', {}, guidance.map(each => h('li', {}, each)))),
    tries.length > 0 ? part(t('call.tries', tries.length), h('ol', {}, tries.map(call => h('li', {},
      time(call.at), ' ', found.people[call.by] || call.by, ': ', h('strong', {}, code('callResult', call.result)), '. ',
      call.notes)))) : '');
  return () => node.replaceChildren();
}
