// What a pattern is made of: by which rule it was found, where its cases cluster, how many there were before, and the cases;
// and what was tried against it. Cockpit shows the same.
import { h, part, time } from './dom.js';
import { get } from './api.js';
import { comparisonView, day } from './comparison.js';
import { code, ofCount, originOf, t, told } from './messages.js';

const number = (value, digits = 0) => new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(value);
/** A probability: its first digits, however small it is. */
const small = value => new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 }).format(value);

const of = found => `/api/tasks/${encodeURIComponent(found)}/training-signal`;

export const signalOf = (taskId, signal) => get(of(taskId), signal);
export const patternOf = (taskId, signal) => get(`${of(taskId)}/pattern`, signal);

/** How many cases, of what, when. */
export function patternTitle(found) {
  const origin = found.dimension === 'tag' ? ''
    : found.dimension === 'family' ? ` (${t('signal.family')})` : ` (${originOf(code('origin', found.dimension), found.key)})`;
  return t(ofCount('signal.cases', found.cases), found.cases, found.label + origin, found.quarter);
}

/** The measure that is under way. */
export function measureView(now, { due }) {
  return part(t('signal.measure'),
    h('p', { class: 'sr-notes' }, now.measure),
    due && now.dueOn && h('p', { class: 'sr-quiet' }, told('signal.dueOn', day(now.dueOn))),
    now.tookHoldOn && h('p', {}, told('signal.since', day(now.tookHoldOn))),
    now.evidence && h('p', { class: 'sr-notes' }, now.evidence));
}

/** Measures that were judged, the first one first. */
export const triedView = judged => judged.length > 0 && part(t(ofCount('signal.tried', judged.length), judged.length),
  h('ol', { class: 'sr-tried' }, judged.map(each => h('li', {},
    h('strong', {}, each.measure),
    h('div', {}, t(`signal.effect.${each.effect}`), each.checkedAt && [', ', time(each.checkedAt)]),
    each.tookHoldOn && h('div', { class: 'sr-quiet' }, told('signal.since', day(each.tookHoldOn))),
    each.evidence && h('div', { class: 'sr-notes' }, each.evidence),
    each.notes && h('div', { class: 'sr-notes' }, each.notes),
    each.reason && h('div', { class: 'sr-notes' }, t('signal.reason', each.reason)),
    each.comparison && h('details', {}, h('summary', {}, t('signal.comparison')), comparisonView(each.comparison))))));

/**
 * The elements; the caller has the heading.
 *
 * @param open whether the cases stand open
 * @param placeOf where a case is, by its number
 */
export function patternView(found, pattern, { open, placeOf }) {
  const others = found.cases - pattern.seen;
  return [
    found.mergedInto ? h('p', {}, t('signal.mergedInto', found.mergedInto)) : found.cases === 0 && h('p', {}, t('signal.noCases')),
    listed('signal.foundBy', found.evidence.map(each => h('li', {}, rule(each)))),
    listed('signal.where', pattern.where.map(each => h('li', {}, where(each, found)))),
    listed('signal.quarters', pattern.quarters.map(each => h('li', {}, h('span', { class: 'sr-quiet' }, each.period), ' ', number(each.cases))),
      'sr-quarters'),
    found.cases > 0 && h('details', { class: 'sr-pattern-cases', open },
      h('summary', {}, t(ofCount('signal.theCases', pattern.seen), number(pattern.seen))),
      pattern.cases.length > 0 && h('ul', {}, pattern.cases.map(each => h('li', {},
        h('a', { href: placeOf(each.number) }, each.number),
        each.resolvedOn && [' · ', told('signal.resolved', day(each.resolvedOn))],
        each.label && each.label !== found.label && ` · ${each.label}`,
        h('div', { class: 'sr-small' }, each.summary)))),
      pattern.seen > pattern.cases.length && h('p', { class: 'sr-quiet' }, t('signal.firstCases', number(pattern.cases.length))),
      others > 0 && h('p', { class: 'sr-quiet' }, t(ofCount('signal.ofOthers', others), number(others))))
  ];
}

const listed = (title, lines, look) => lines.length > 0 && part(t(title), h('ul', { class: look }, lines));

function rule(each) {
  return [
    told(ofCount(`signal.rule.${each.rule}`, each.cases), time(each.at), number(each.cases),
      each.rule === 'threshold' ? number(each.threshold) : each.rule === 'rate' ? small(each.threshold) : number(each.threshold, 1),
      number(each.expected ?? 0, 1), number(each.jobs ?? 0),
      each.rule === 'rate' ? small(each.value) : number(each.value, 1)),
    each.smallNumbers && ` ${t('signal.small')}`
  ];
}

function where(each, found) {
  const what = each.dimension === 'tag' ? each.label
    : each.dimension === 'family' ? `${each.label} (${t('signal.family')})`
      : [each.label && `${each.label}, `, originOf(code('origin', each.dimension), each.key)];
  // Of another cluster: not so many of these cases.
  return [what, ': ', each.merged ? t('signal.merged') : each.label ? t(ofCount('signal.inAll', each.cases), number(each.cases)) : t('signal.ofThem', number(each.cases), number(found.cases)),
    each.evidence.length > 0 && h('span', { class: 'sr-quiet' }, ' · ', t('signal.foundItself',
      each.evidence.map(one => t(`signal.by.${one.rule}`)).join(', ')))];
}
