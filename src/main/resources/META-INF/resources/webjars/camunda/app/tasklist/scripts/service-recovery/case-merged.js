// On the Case tab: what stands on the record of the cases that were merged into this one, and where a merged one goes on.
import { h, icon, money, time } from './dom.js';
import { label, t } from './messages.js';
import { gallery } from './files.js';
import { mailsAndLetters } from './case-letters.js';
import { placeOf } from './find-case.js';

/** Where a case goes on that was merged into another; null for any other. */
export function goesOnElsewhere(found) {
  if (!found.duplicateOf) {
    return null;
  }
  const last = found.goesOnAs || found.duplicateOf;
  return h('p', { class: 'alert alert-info sr-goes-on', role: 'status' },
    t(last === found.duplicateOf ? 'merged.goesOn' : 'merged.goesOnOver', found.number, found.duplicateOf, last), ' ',
    h('a', { href: placeOf(last), 'data-key': 'goes-on' }, t('merged.show', last)));
}

/** Galleries are kept while the tab is drawn anew, so that an opened picture stays. */
const galleries = new Map();

export function mergedCases(found, name) {
  return (found.merged || []).map(each => h('section', { class: 'sr-section sr-merged', 'aria-label': t('merged.title', each.number) },
    h('h3', {}, t('merged.title', each.number),
      h('span', { class: 'sr-note' }, each.mergedAt && time(each.mergedAt))),
    h('p', { class: 'sr-quiet sr-small' },
      [label('severity', each.severity), label('failureSource', each.source), each.owner && name(each.owner)].filter(Boolean).join(' · '), ' · ',
      t('merged.opened'), ' ', time(each.openedAt)),
    h('p', { class: 'sr-summary' }, each.summary),
    each.verbatim && h('blockquote', { class: 'sr-verbatim' }, each.verbatim),
    each.compensations.length > 0 && [h('h4', {}, t('merged.money')), h('ul', { class: 'sr-list' },
      each.compensations.map(given => h('li', {}, icon('gift'), h('div', {},
        h('strong', {}, money(given.amount, given.currency)), ` ${label('kind', given.kind)} · ${label('compensationState', given.state)}`,
        h('div', { class: 'sr-quiet sr-small' }, given.reason)))))],
    each.steps.length > 0 && [h('h4', {}, t('merged.steps')), h('ul', { class: 'sr-list' },
      each.steps.map(step => h('li', {}, icon('check'), h('div', {},
        h('strong', {}, step.label), ` · ${label('stepState', step.state)}`, step.purpose && ` · ${step.purpose}`,
        step.notes && h('div', { class: 'sr-notes' }, step.notes)))))],
    each.workOrders.length > 0 && h('ul', { class: 'sr-list' }, each.workOrders.map(order =>
      h('li', {}, icon('wrench'), h('div', {}, 
        h('strong', {}, order.number ? t('caseTab.workOrder', order.number) : t('caseTab.workOrderUnnumbered')),
        ` · ${label('jobState', order.state)} · ${order.task}`)))),
    each.files.length > 0 && [h('h4', {}, t('photos.title')), pictures(each, name)],
    mailsAndLetters(each, name),
    h('details', { 'data-key': `merged-${each.number}` }, h('summary', {}, t('merged.timeline')),
      h('ol', { class: 'sr-timeline', reversed: true }, [...each.timeline].reverse().map(entry => h('li', {},
        h('div', { class: 'sr-quiet sr-small' }, time(entry.at), ' · ',
          entry.actor === 'system' ? t('case.byItself') : name(entry.actor)),
        h('div', {}, entry.text)))))));
}

function pictures(each, name) {
  const files = JSON.stringify(each.files);
  const kept = galleries.get(each.number);
  if (kept && kept.files === files) {
    return kept.node;
  }
  const node = gallery(each.number, each.files, { name, changed: () => document.dispatchEvent(new CustomEvent('sr-case-changed')) });
  galleries.set(each.number, { files, node });
  return node;
}
