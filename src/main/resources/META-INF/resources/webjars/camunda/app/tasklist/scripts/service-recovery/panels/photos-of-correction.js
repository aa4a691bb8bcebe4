// Above the form of "Photos of correction": the photos of this step, and where to add them.
import { fill, h } from '../dom.js';
import { get } from '../api.js';
import { t } from '../messages.js';
import { wayOn } from '../way-on.js';
import { dropsElsewhereDoNothing, filesOf, gallery, sender } from '../files.js';

export function mount(node, { caseNumber, step }) {
  const leaving = new AbortController();
  const shown = h('div', {}, h('p', { class: 'sr-loading', role: 'status' }, t('photos.loading')));
  const stopIgnoring = dropsElsewhereDoNothing();
  node.append(h('section', { class: 'sr-section', 'aria-label': t('photos.title') },
    h('h3', {}, t('photos.title')),
    sender(caseNumber, { step: step && step.seq, label: t('photos.dropHere'), added: load }),
    shown));

  async function load() {
    try {
      const answer = await get(filesOf(caseNumber), leaving.signal);
      const files = answer.files.filter(file => !step || file.stepSeq === step.seq);
      shown.replaceChildren(files.length > 0
        ? gallery(caseNumber, files, { name: id => answer.people[id] || id, changed: load })
        : h('p', { class: 'sr-quiet' }, t('photos.none')));
    } catch (problem) {
      if (problem.name === 'AbortError') {
        return;
      }
      fill(shown, h('p', { class: 'sr-bad-text', role: 'alert' }, t('photos.loadFailed'), ' ', problem.message),
        problem.status !== 403 && wayOn(problem, load, 'btn btn-default btn-sm'));
    }
  }

  load();
  return () => {
    leaving.abort();
    stopIgnoring();
  };
}
