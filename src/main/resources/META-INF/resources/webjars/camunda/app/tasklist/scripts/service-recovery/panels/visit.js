// What the panels beside a visit share: the appointment, where the work stands, and what the operative wrote and took
// pictures of. It is asked for again every few seconds, so that somebody who is on the phone sees it change.
import { fill, h, time } from '../dom.js';
import { address, get, post } from '../api.js';
import { t, told, code, label } from '../messages.js';
import { area, changed } from '../action-form.js';
import { explain, field, forget, local } from '../forms.js';
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

/** A form that asks why, behind a line that opens it. */
function wish({ title, submit, means, fields, send }, done) {
  const button = h('button', { type: 'submit', class: 'btn btn-default btn-sm' }, submit);
  const form = h('form', { class: 'sr-action', 'aria-label': submit, novalidate: true, onsubmit: async event => {
    event.preventDefault();
    button.disabled = true;
    forget(form);
    try {
      await send(new FormData(form));
      changed();
      done();
    } catch (refused) {
      explain(form, refused);
    }
    button.disabled = false;
  } }, h('p', { class: 'sr-quiet' }, means), fields, h('div', { class: 'sr-buttons' }, button));
  return h('details', {}, h('summary', {}, title), form);
}

const cancellation = (path, done) => wish({
  title: t('visit.cancel'), submit: t('visit.cancelNow'), means: t('visit.cancelMeans'),
  fields: [area('reason', t('visit.cancelWhy'), { required: true })],
  send: data => post(`${path}/cancellation`, { reason: data.get('reason') })
}, done);

const instant = text => (text ? new Date(text).toISOString() : null);

function move(path, visit, done) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = (name, label, value) => field(name, label,
    h('input', { type: 'datetime-local', step: '900', class: 'form-control input-sm', value: local(value) }), { required: true });
  return wish({
    title: t('visit.move'), submit: t('visit.moveNow'), means: t('visit.moveMeans'),
    fields: [
      at('windowFrom', t('visit.moveFrom', zone), visit.windowFrom),
      at('windowTo', t('visit.moveTo', zone), visit.windowTo),
      area('reason', t('visit.moveWhy'), { required: true })],
    send: data => post(`${path}/rescheduling`, {
      windowFrom: instant(data.get('windowFrom')), windowTo: instant(data.get('windowTo')), reason: data.get('reason') })
  }, done);
}

/**
 * Draws the visit of a step, and again when something of it has changed.
 * @param above what stands over it, such as the number to call
 */
export function mountVisit(node, { caseNumber, step }, ...above) {
  const left = new AbortController();
  const path = visitOf(caseNumber, step);
  const shown = h('div', { 'aria-live': 'polite' }, h('p', { class: 'sr-quiet', role: 'status' }, t('panels.loading')));
  const wishes = h('div', {});
  let last = '';
  let offered = false;

  async function load() {
    try {
      const visit = await get(path, left.signal);
      const now = JSON.stringify(visit);
      if (left.signal.aborted || now === last) {
        return;
      }
      last = now;
      fill(shown, appointment(visit), work(visit, path));
      const window = visit.state === 'open' && `${visit.windowFrom} ${visit.windowTo}`;
      if (window !== offered) {
        // A form that is being filled in goes when the time it starts from is another.
        offered = window;
        fill(wishes, window && [move(path, visit, load), cancellation(path, load)]);
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

  node.append(...above.filter(Boolean), shown, wishes);
  load();
  const asking = setInterval(() => document.visibilityState === 'visible' && last && load(), EVERY_MS);
  return () => {
    clearInterval(asking);
    left.abort();
    node.replaceChildren();
  };
}
