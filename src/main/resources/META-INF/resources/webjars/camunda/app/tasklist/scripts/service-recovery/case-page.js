// One case on a page of its own, open or closed: the address of this page is the link that people send each other.
import { h, icon } from './dom.js';
import { get } from './api.js';
import { t } from './messages.js';
import { showCase } from './case-tab.js';

/** The number in the address #/case/SR-2026-000123. */
function numberInAddress() {
  const found = /^#\/case\/([^?/]+)/.exec(location.hash);
  return found ? decodeURIComponent(found[1]) : '';
}

export function mount(node) {
  const number = numberInAddress();
  const before = document.title;
  document.title = `${number} · ${before}`;
  const work = h('p', { class: 'sr-case-work', hidden: true });
  const place = h('div', {});
  const root = h('main', { class: 'sr sr-page sr-page-wide' },
    h('p', { class: 'sr-back' }, h('a', { href: '#/' }, icon('chevron-left'), ' ', t('case.backToTasks'))),
    work, place);
  node.append(root);
  const leaving = new AbortController();
  const stop = showCase(place, async () => ({ caseNumber: number }));

  // What the reader has to do here. The page works without it.
  get(`/api/cases/search?limit=1&q=${encodeURIComponent(number)}`, leaving.signal).then(answer => {
    const hit = answer.cases.find(each => each.number === number);
    if (hit && hit.task) {
      work.replaceChildren(
        h('a', { class: 'btn btn-default btn-sm', href: `#/?forceDisplayTask=true&task=${encodeURIComponent(hit.task.id)}` },
          icon(hit.task.mine ? 'tasks' : 'hand-right'), ' ',
          t(hit.task.mine ? 'case.yourTask' : 'case.freeTask', hit.task.name)));
      work.hidden = false;
    }
  }, () => {});

  return () => {
    leaving.abort();
    stop();
    document.title = before;
    root.remove();
  };
}
