// The photos and files of a case in the Case tab.
import { h } from './dom.js';
import { t } from './messages.js';
import { gallery, sender } from './files.js';

/** What is being sent goes on, and stays to be seen, while the tab is drawn anew. */
const senders = new Map();

export function photosSection(found, name) {
  const open = ['open', 'resolved'].includes(found.state);
  const changed = () => document.dispatchEvent(new CustomEvent('sr-case-changed'));
  let own = senders.get(found.number);
  if (!own) {
    own = { changed };
    own.element = sender(found.number, { step: null, label: t('photos.dropFilesHere'), added: () => own.changed() });
    senders.clear();
    senders.set(found.number, own);
  }
  own.changed = changed;
  return h('section', { class: 'sr-section', 'aria-label': t('photos.title') },
    h('h3', {}, t('photos.title'), found.files.length > 0 && h('span', { class: 'sr-note' }, String(found.files.length))),
    found.files.length > 0
      ? gallery(found.number, found.files, { name, changed })
      : h('p', { class: 'sr-quiet' }, t('photos.noneOfCase')),
    open && found.can.work && own.element);
}
