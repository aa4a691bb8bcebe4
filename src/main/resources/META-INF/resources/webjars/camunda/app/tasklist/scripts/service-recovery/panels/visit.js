// What the panels beside a visit share: the appointment, where the work stands, and what the operative wrote and took
// pictures of. It is asked for again every few seconds, so that somebody who is on the phone sees it change.
import { fill, h, time } from '../dom.js';
import { address, get, post } from '../api.js';
import { t, told, code, label } from '../messages.js';
import { part } from './parts.js';

const EVERY_MS = 5000;

const visitOf = (caseNumber, step) => `/api/cases/${encodeURIComponent(caseNumber)}/steps/${step.seq}/visit`;

export function photosOfVisit(path, photos) {
  return h('ul', { class: 'sr-photos' }, photos.map((photo, at) => h('li', {},
    h('a', { class: 'sr-thumb', href: address(`${path}/photos/${photo.id}`), target: '_blank', rel: 'noopener',
      'aria-label': t('visit.photoOpen', at + 1) },
      h('img', { src: address(`${path}/photos/${photo.id}/thumbnail`), alt: t('visit.photo', at + 1), loading: 'lazy' })))));
}

function appointment(visit) {
  return part(t('visit.appointment'),
    h('p', {}, h('strong', {}, told('visit.window', time(visit.windowFrom), time(visit.windowTo)))),
    h('p', {}, told('visit.where', visit.site, visit.contactName, visit.contactPhone)),
    visit.agreed && h('p', { class: 'sr-quiet' }, t('visit.agreed', visit.agreed)),
    visit.told && h('p', { class: 'sr-quiet' }, told('visit.told', code('appointmentTold', visit.told), time(visit.toldAt)),
      visit.toldNotes && ` ${visit.toldNotes}`));
}

function work(visit, path) {
  return part(t('visit.work'),
    h('p', {}, h('strong', {}, visit.orderNumber ? t('caseTab.workOrder', visit.orderNumber) : t('caseTab.workOrderUnnumbered')),
      ' · ', visit.state === 'open' ? t(`visit.stands.${visit.stands}`) : label('jobState', visit.state),
      visit.endedAt && [' · ', time(visit.endedAt)]),
    h('p', { class: 'sr-quiet' }, visit.task),
    h('p', { class: 'sr-quiet' }, t('visit.price', visit.priceReference),
      visit.charged && ` ${t('visit.charged', code('charged', visit.charged))}`, visit.chargedNotes && ` (${visit.chargedNotes})`),
    visit.notes && h('blockquote', { class: 'sr-verbatim' }, visit.notes),
    visit.photos.length > 0 && photosOfVisit(path, visit.photos));
}

/** "Cancel the visit": a button that asks why first. */
function cancellation(path, done) {
  const why = h('textarea', { id: 'sr-visit-why', rows: '2', maxlength: '2000', class: 'form-control input-sm' });
  const problem = h('p', { class: 'sr-bad-text', role: 'alert', hidden: true });
  const button = h('button', { type: 'submit', class: 'btn btn-default btn-sm' }, t('visit.cancelNow'));
  return h('details', {}, h('summary', {}, t('visit.cancel')),
    h('form', { class: 'sr-action', novalidate: true, onsubmit: async event => {
      event.preventDefault();
      button.disabled = true;
      problem.hidden = true;
      try {
        await post(`${path}/cancellation`, { reason: why.value });
        done();
      } catch (refused) {
        const own = refused.fields && refused.fields.find(each => each.field === 'reason');
        problem.textContent = own ? `${t('visit.cancelWhy')}: ${own.message}` : refused.message;
        problem.hidden = false;
        button.disabled = false;
      }
    } },
    h('p', { class: 'sr-quiet' }, t('visit.cancelMeans')),
    h('label', { for: 'sr-visit-why' }, t('visit.cancelWhy')), why, problem,
    h('div', { class: 'sr-buttons' }, button)));
}

/**
 * Draws the visit of a step, and again when something of it has changed.
 * @param above what stands over it, such as the number to call
 */
export function mountVisit(node, { caseNumber, step }, ...above) {
  const left = new AbortController();
  const path = visitOf(caseNumber, step);
  const shown = h('div', { 'aria-live': 'polite' }, h('p', { class: 'sr-quiet', role: 'status' }, t('panels.loading')));
  const cancel = h('div', {});
  let last = '';

  async function load() {
    try {
      const visit = await get(path, left.signal);
      const now = JSON.stringify(visit);
      if (left.signal.aborted || now === last) {
        return;
      }
      last = now;
      fill(shown, appointment(visit), work(visit, path));
      if (visit.state !== 'open') {
        fill(cancel);
      } else if (!cancel.firstChild) {
        fill(cancel, cancellation(path, load));
      }
    } catch (problem) {
      if (problem.name === 'AbortError' || last) {
        // What is shown stays; it is asked for again.
        return;
      }
      fill(shown, h('div', { role: 'alert' }, problem.status === undefined ? t('panels.notLoaded') : problem.message, ' ',
        h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: load }, t('tryAgain'))));
    }
  }

  node.append(...above.filter(Boolean), shown, cancel);
  load();
  const asking = setInterval(() => document.visibilityState === 'visible' && last && load(), EVERY_MS);
  return () => {
    clearInterval(asking);
    left.abort();
    node.replaceChildren();
  };
}
