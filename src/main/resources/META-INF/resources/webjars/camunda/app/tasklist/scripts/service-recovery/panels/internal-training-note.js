// Internal training note: causes that fit, and what was analysed.
import { h } from '../dom.js';
import { t } from '../messages.js';
import { part } from './parts.js';
import { suggestions } from './suggestions.js';

export function mount(node, { caseNumber, found, field }) {
  const analysis = found.work.analysis;
  node.append(
    h('p', {}, found.summary),
    analysis ? part(t('cause.analysed', analysis.tagLabel),
      h('ol', {}, analysis.whys.map(why => h('li', {}, why))), h('p', {}, analysis.prevention)) : '');
  const leave = suggestions(node, caseNumber, field, () => field('notes').get());
  return () => {
    leave();
    node.replaceChildren();
  };
}
