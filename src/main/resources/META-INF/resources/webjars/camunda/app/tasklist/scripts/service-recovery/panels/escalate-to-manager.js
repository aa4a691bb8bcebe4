// Escalate to manager: what is asked, until when, and what was tried so far.
import { h, time } from '../dom.js';
import { t, code } from '../messages.js';
import { deadline, part, wants, whatCustomerSaid } from './parts.js';

export function mount(node, { found, step }) {
  const tried = found.steps.filter(each => each.settledAt && (!step || each.seq !== step.seq));
  node.append(
    h('div', { class: 'sr-panel-top' }, h('strong', {}, deadline(found)),
      h('span', { class: 'sr-quiet' }, t('escalate.owner'), ' ', found.people[found.owner] || found.owner || '–')),
    part(t('escalate.asked'), h('p', {}, step && step.purpose ? step.purpose : t('escalate.nothingAsked'))),
    part(t('call.customerSaid'), whatCustomerSaid(found),
      wants(found) ? h('p', {}, t('call.wanted'), ' ', h('strong', {}, wants(found))) : ''),
    part(t('escalate.tried'), tried.length === 0 && found.work.calls.length === 0
      ? h('p', { class: 'sr-quiet' }, t('escalate.nothingTried'))
      : h('ul', {}, found.work.calls.map(call => h('li', {},
        h('strong', {}, t('escalate.call', code('callResult', call.result))), ' (', time(call.at), ') ', call.notes)),
      tried.map(each => h('li', {},
        h('strong', {}, each.label), ` (${code('stepState', each.state)}, `, time(each.settledAt), ') ', each.notes)))));
  return () => node.replaceChildren();
}
