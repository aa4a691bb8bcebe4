// Causes that the case may have, to be taken over with a click; none is chosen by itself.
import { h } from '../dom.js';
import { post } from '../api.js';
import { ofCount, t } from '../messages.js';
import { asked, formOf, onChange, part, pick } from './parts.js';

/** @param words gives what is known beyond the case's own texts */
export function suggestions(node, caseNumber, field, words) {
  const form = formOf(node);
  const left = new AbortController();
  const said = h('p', { role: 'status', class: 'sr-quiet' });
  let last = null;
  const place = h('div', {});
  async function take(suggestion) {
    await field('outcome').pick('completed');
    const taken = await pick(form, 'rootCauseTag', suggestion.label);
    said.textContent = taken ? t('cause.taken', suggestion.label) : t('cause.notTaken');
  }
  const why = each => [
    each.words.length > 0 && t('cause.byWords', each.words.join(', ')),
    each.similarCases > 0 && t(ofCount('cause.byCases', each.similarCases), each.similarCases)
  ].filter(Boolean).join('; ');
  function show() {
    const now = words();
    if (now === last) {
      return;
    }
    last = now;
    place.replaceChildren(asked(
      () => post(`/api/cases/${encodeURIComponent(caseNumber)}/tag-suggestions`, { words: now }),
      found => found.length === 0
        ? h('p', { class: 'sr-quiet' }, t('cause.none'))
        : h('ul', { class: 'sr-panel-choices' }, found.map(each => h('li', {},
          h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => take(each) }, each.label),
          ' ', h('span', { class: 'sr-quiet sr-small' }, why(each))))),
      left.signal));
  }
  show();
  const stop = onChange(form, show, 1500);
  node.append(part(t('cause.suggested'), place, said));
  return () => {
    left.abort();
    stop();
  };
}
