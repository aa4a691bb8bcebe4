// What a pattern is made of: by which rule it was found, where its cases cluster, how many there were before, and the cases.
import { h, time } from './dom.js';
import { get } from './api.js';
import { day } from './comparison.js';
import { placeOf } from './find-case.js';
import { code, t, told } from './messages.js';

const number = (value, digits = 0) => new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(value);
/** A probability: its first digits, however small it is. */
const small = value => new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 }).format(value);

const of = found => `/api/tasks/${encodeURIComponent(found)}/training-signal`;

export const signalOf = (taskId, signal) => get(of(taskId), signal);
export const patternOf = (taskId, signal) => get(`${of(taskId)}/pattern`, signal);

/** How many cases, of what, when. */
export function patternTitle(found) {
  const origin = found.dimension === 'tag' ? ''
    : found.dimension === 'family' ? ` (${t('signal.family')})` : ` (${code('origin', found.dimension)} ${found.key})`;
  return t(found.cases === 1 ? 'signal.oneCase' : 'signal.cases', found.cases, found.label + origin, found.quarter);
}

/**
 * The elements; the caller has the heading.
 *
 * @param open whether the cases stand open
 */
export function patternView(found, pattern, open) {
  const others = found.cases - pattern.seen;
  return [
    part('signal.foundBy', found.evidence.map(each => h('li', {}, rule(each)))),
    part('signal.where', pattern.where.map(each => h('li', {}, where(each, found)))),
    part('signal.quarters', pattern.quarters.map(each => h('li', {}, h('span', { class: 'sr-quiet' }, each.period), ' ', number(each.cases))),
      'sr-quarters'),
    h('details', { class: 'sr-pattern-cases', open },
      h('summary', {}, t(pattern.seen === 1 ? 'signal.theCase' : 'signal.theCases', number(pattern.seen))),
      pattern.cases.length > 0 && h('ul', {}, pattern.cases.map(each => h('li', {},
        h('a', { href: placeOf(each.number) }, each.number),
        each.resolvedOn && [' · ', told('signal.resolved', day(each.resolvedOn))],
        each.label && each.label !== found.label && ` · ${each.label}`,
        h('div', { class: 'sr-small' }, each.summary)))),
      pattern.seen > pattern.cases.length && h('p', { class: 'sr-quiet' }, t('signal.firstCases', number(pattern.cases.length))),
      others > 0 && h('p', { class: 'sr-quiet' }, t(others === 1 ? 'signal.oneOfOthers' : 'signal.ofOthers', number(others))))
  ];
}

function part(title, lines, look) {
  return lines.length > 0 && h('section', { class: 'sr-panel-part' }, h('h4', {}, t(title)), h('ul', { class: look }, lines));
}

function rule(each) {
  return [
    told(`signal.rule.${each.rule}`, time(each.at), number(each.cases),
      each.rule === 'threshold' ? number(each.threshold) : each.rule === 'rate' ? small(each.threshold) : number(each.threshold, 1),
      number(each.expected ?? 0, 1), number(each.jobs ?? 0),
      each.rule === 'rate' ? small(each.value) : number(each.value, 1)),
    each.smallNumbers && ` ${t('signal.small')}`
  ];
}

function where(each, found) {
  const what = each.dimension === 'tag' ? each.label
    : each.dimension === 'family' ? `${each.label} (${t('signal.family')})`
      : [each.label && `${each.label}, `, `${code('origin', each.dimension)} `, h('strong', {}, each.key)];
  return [what, ': ', each.label ? number(each.cases) : t('signal.ofThem', number(each.cases), number(found.cases)),
    each.evidence.length > 0 && h('span', { class: 'sr-quiet' }, ' · ', t('signal.foundItself',
      each.evidence.map(one => t(`signal.by.${one.rule}`)).join(', ')))];
}
