// In the Case tab: what was sent to the customer, to be read again as it went out.
import { h, icon, time } from './dom.js';
import { address, get } from './api.js';
import { t } from './messages.js';
import { trouble } from './template-chooser.js';

/** What was sent never changes; it is there at once when the tab is drawn anew. */
const bodies = new Map();

/** The lines of a section; null when nothing was sent. name(id) tells who somebody is. */
export function mailsAndLetters(found, name) {
  const mails = found.mails.filter(mail => mail.audience === 'customer');
  if (mails.length === 0 && found.letters.length === 0) {
    return null;
  }
  return h('ul', { class: 'sr-list' },
    mails.map(mail => mailLine(found, mail, name)),
    found.letters.map(letter => letterLine(found, letter, name)));
}

function mailLine(found, mail, name) {
  const text = h('div', { hidden: true });
  const toggle = h('button', { type: 'button', class: 'btn btn-link btn-sm sr-more', 'aria-expanded': 'false',
    'data-key': `mail-${mail.id}`, onclick: () => read() }, t('mail.read'));

  async function read() {
    if (!text.hidden) {
      text.hidden = true;
    } else {
      try {
        if (!bodies.has(mail.id)) {
          bodies.set(mail.id, (await get(`/api/cases/${encodeURIComponent(found.number)}/mails/${mail.id}`)).body);
        }
        text.replaceChildren(h('pre', { class: 'sr-sheet' }, bodies.get(mail.id)));
      } catch (problem) {
        text.replaceChildren(trouble(problem, t('mail.loadFailed')));
      }
      text.hidden = false;
    }
    toggle.textContent = text.hidden ? t('mail.read') : t('mail.hide');
    toggle.setAttribute('aria-expanded', String(!text.hidden));
  }

  return h('li', {}, icon('envelope'), h('div', {},
    h('strong', {}, mail.subject), ' ', toggle,
    h('div', { class: 'sr-quiet sr-small' }, t('mail.sentTo', mail.recipient), ', ', name(mail.queuedBy), ', ',
      mail.sentAt ? time(mail.sentAt) : t('mail.waiting')),
    mail.bouncedAt && h('div', { class: 'sr-late' }, icon('warning-sign'), ' ', t('mail.bounced'), ' ', time(mail.bouncedAt)),
    mail.failure && h('div', { class: 'sr-notes' }, mail.failure),
    text));
}

function letterLine(found, letter, name) {
  return h('li', {}, icon('file'), h('div', {},
    h('strong', {}, letter.title), ' ',
    h('a', { class: 'btn btn-link btn-sm', 'data-key': `letter-${letter.id}`,
      href: address(`/api/cases/${encodeURIComponent(found.number)}/letters/${letter.id}.pdf`),
      download: `${found.number}-${letter.id}.pdf` }, t('letter.download')),
    h('div', { class: 'sr-quiet sr-small' },
      [t(letter.delivery === 'mail' ? 'letter.byMail' : 'letter.byPost'), t('letter.pages', letter.pages),
        name(letter.writtenBy)].join(', '), ', ',
      letter.sentAt ? [letter.delivery === 'post' && t('letter.posted'), ' ', time(letter.sentAt)]
        : letter.delivery === 'post' ? t('letter.notPosted') : t('mail.waiting'))));
}
