// Root cause analysis: what is known of the case, and causes that fit its words.
import { h } from '../dom.js';
import { t } from '../messages.js';
import { part, whatCustomerSaid } from './parts.js';
import { suggestions } from './suggestions.js';

export function mount(node, { caseNumber, found, field }) {
  node.append(
    h('p', {}, found.summary),
    found.verbatim ? part(t('call.customerSaid'), whatCustomerSaid(found)) : '');
  const whys = () => [1, 2, 3, 4, 5].map(each => field(`why${each}`).get()).filter(Boolean).join(' ');
  const leave = suggestions(node, caseNumber, field, whys);
  return () => {
    leave();
    node.replaceChildren();
  };
}
