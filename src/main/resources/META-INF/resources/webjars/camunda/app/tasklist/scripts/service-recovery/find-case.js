// The search in the header: by case number, customer, phone or words.
import { h, icon } from './dom.js';
import { get } from './api.js';
import { combobox } from './combobox.js';
import { label, ofCount, t } from './messages.js';

const SHOWN = 10;

/** A case's place in Tasklist. */
export const placeOf = number => `#/case/${encodeURIComponent(number)}`;

export function mount(node) {
  let more = false;
  const box = combobox({
    id: 'sr-found-cases', label: t('find.label'), results: t('find.results'), noteClass: 'sr-find-note', reopens: true,
    attributes: { class: 'sr-find-input', placeholder: t('find.placeholder') },
    async ask(words, signal) {
      const answer = await get(`/api/cases/search?limit=${SHOWN}&q=${encodeURIComponent(words)}`, signal);
      more = answer.more;
      return answer.cases;
    },
    told: (found, words) => (found.length === 0 ? t('find.nothing', words)
      : more ? t('find.first', found.length)
        : t(ofCount('find.count', found.length), found.length)),
    draw: each => [
      h('div', {}, h('strong', {}, each.number), ' ', each.customer,
        h('span', { class: 'sr-quiet' }, ` ${each.customerNumber}`)),
      h('div', { class: 'sr-quiet sr-small' },
        [label('caseState', each.state), label('severity', each.severity), each.ownerName || t('find.nobody')].join(' · '),
        each.task && h('span', { class: 'sr-find-task' }, icon(each.task.mine ? 'tasks' : 'hand-right'), ' ', each.task.name)),
      h('div', { class: 'sr-small sr-find-summary' }, each.summary)],
    choose(hit, event) {
      if (event.ctrlKey || event.metaKey) {
        window.open(placeOf(hit.number), '_blank', 'noopener');
        return;
      }
      box.empty();
      location.hash = placeOf(hit.number);
    }
  });
  const root = box.around(h('div', { class: 'sr sr-find', role: 'search' }, icon('search'), box.input,
    h('div', { class: 'sr-find-list' }, box.list, box.note)));
  node.append(root);
  return () => {
    box.leave();
    root.remove();
  };
}
