// Above the form of "Write apology letter": where it goes, a text to start from, its pages, and the way to paper.
import { fill, h, icon } from '../dom.js';
import { address, get, post } from '../api.js';
import { t } from '../messages.js';
import { templateChooser, trouble, filled, write } from '../template-chooser.js';

const PARTS = ['decision', 'reasons', 'remedy', 'outstandingActions', 'takeItFurther'];
const TEXTS = ['letterTitle', 'letter', ...PARTS];

export function mount(node, { caseNumber, step, field }) {
  const leaving = new AbortController();
  const path = `/api/cases/${encodeURIComponent(caseNumber)}`;
  const root = h('section', { 'aria-label': t('letter.panelTitle') },
    h('h3', {}, t('letter.panelTitle')), h('p', { role: 'status' }, t('mail.loading')));
  node.append(root);

  async function load() {
    try {
      draw(await get(`${path}/letter-preview`, leaving.signal));
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        root.replaceChildren(h('h3', {}, t('letter.panelTitle')), trouble(problem, t('mail.loadFailed'), load));
      }
    }
  }

  async function asWritten() {
    const letter = {
      letterPurpose: await field('letterPurpose').picked(), letterLanguage: await field('letterLanguage').picked()
    };
    for (const key of TEXTS) {
      const text = (field(key).get() || '').trim();
      if (text) {
        letter[key] = text;
      }
    }
    return letter;
  }

  function draw(where) {
    const pages = h('div', { class: 'sr-pages', 'aria-live': 'polite' });
    const paper = h('div', { role: 'status' });

    async function showPages() {
      pages.setAttribute('aria-busy', 'true');
      try {
        const shown = await post(`${path}/letters/preview`, await asWritten());
        pages.replaceChildren(
          ...shown.images.map((image, at) => h('img', { class: 'sr-sheet', src: image,
            alt: t('letter.previewOf', at + 1, shown.pages) })),
          ...(shown.images.length < shown.pages
            ? [h('p', { class: 'sr-quiet' }, t('letter.previewMore', shown.images.length, shown.pages))] : []));
      } catch (problem) {
        pages.replaceChildren(trouble(problem, t('letter.previewFailed'), showPages));
      } finally {
        pages.removeAttribute('aria-busy');
      }
    }

    async function print() {
      button.disabled = true;
      try {
        const kept = await post(`${path}/steps/${step.seq}/letter`, await asWritten());
        const link = h('a', { class: 'btn btn-default', href: address(kept.pdf), download: `${caseNumber}.pdf` },
          icon('print'), ' ', t('letter.download'));
        await field('letterHow').pick('post');
        paper.replaceChildren(h('p', {}, t('letter.printed'), ' ', link));
        link.focus();
      } catch (problem) {
        paper.replaceChildren(trouble(problem, t('letter.printFailed'), print));
      } finally {
        button.disabled = false;
      }
    }

    const button = h('button', { type: 'button', class: 'btn btn-default', onclick: print },
      icon('print'), ' ', t('letter.print'));
    const way = !where.address && !where.email ? 'letter.noWay'
      : !where.address ? 'letter.noAddress' : !where.email ? 'letter.noEmail' : null;
    fill(root,
      h('h3', {}, t('letter.panelTitle')),
      h('div', { class: 'sr-letter-to' },
        h('address', {}, h('strong', {}, where.addressee), where.address && h('div', { class: 'sr-lines' }, where.address)),
        where.email && h('div', { class: 'sr-quiet' }, icon('envelope'), ' ', where.email)),
      way && h('p', { class: 'sr-late' }, icon('warning-sign'), ' ', t(way)),
      where.stage && h('p', { class: 'sr-notes' }, icon('info-sign'), ' ', t('letter.stage', where.stageLabel)),
      templateChooser({
        path: '/api/letter-templates',
        signal: leaving.signal,
        accepts: template => !template.stage || template.stage === where.stage,
        isEmpty: () => !['letterTitle', 'letter', ...PARTS].some(key => (field(key).get() || '').trim()),
        use: async template => {
          const letter = await get(`${path}/letter-preview?template=${encodeURIComponent(template.template)}`
            + `&language=${encodeURIComponent(template.language)}`, leaving.signal);
          await field('outcome').pick('completed');
          await field('letterPurpose').pick(letter.fields.letterPurpose);
          await field('letterLanguage').pick(letter.fields.letterLanguage);
          await write(field, Object.fromEntries(
            TEXTS.filter(key => letter.fields[key] !== undefined && (letter.stage || !PARTS.includes(key)))
              .map(key => [key, letter.fields[key]])));
          await showPages();
          return filled(t('letter.filled'), letter.missing);
        }
      }),
      h('div', { class: 'sr-buttons' },
        h('button', { type: 'button', class: 'btn btn-default', onclick: showPages },
          icon('eye-open'), ' ', t('letter.previewAgain')),
        where.address && button),
      where.address && h('p', { class: 'sr-quiet sr-small' }, t('letter.printHint')),
      paper, pages);
  }

  load();
  return () => {
    leaving.abort();
    root.remove();
  };
}
