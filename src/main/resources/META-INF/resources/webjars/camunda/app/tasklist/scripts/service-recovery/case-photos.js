// The photos and files of a case in the Case tab.
import { h } from './dom.js';
import { t } from './messages.js';
import { gallery, sender } from './files.js';

/** What is being sent or written goes on, and stays to be seen, while the tab is drawn anew. */
let kept = null;

/** The tab reads the case again. */
const changed = () => document.dispatchEvent(new CustomEvent('sr-case-changed'));

export function photosSection(found, name) {
  if (!kept || kept.number !== found.number) {
    kept = {
      number: found.number,
      sender: sender(found.number, { step: null, label: t('photos.dropFilesHere'), added: changed })
    };
  }
  const files = JSON.stringify(found.files);
  if (kept.files !== files) {
    kept.files = files;
    kept.gallery = found.files.length > 0
      ? gallery(found.number, found.files, { name, changed })
      : h('p', { class: 'sr-quiet' }, t('photos.noneOfCase'));
  }
  return h('section', { class: 'sr-section', 'aria-label': t('photos.title') },
    h('h3', {}, t('photos.title'), found.files.length > 0 && h('span', { class: 'sr-note' }, String(found.files.length))),
    kept.gallery,
    ['open', 'resolved'].includes(found.state) && found.can.work && kept.sender);
}
