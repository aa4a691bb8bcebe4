// What waits for somebody now: escalations, who has how much, patterns, prevention.
import { address, code, day, duration, h, icon, label, number, ofCount, originOf, t, time, told } from './shared.js';
import { scroll, table } from './chart.js';
import { signalOpener } from './recovery-signal.js';

const SHOWN = 8;
const card = (title, note, ...content) => h('section', { class: 'srr-card', 'aria-label': title },
  h('header', { class: 'srr-card-head' }, h('h2', {}, title), note && h('span', { class: 'srr-quiet' }, note)), ...content);
const none = sentence => h('p', { class: 'srr-none' }, icon('ok-circle'), ' ', sentence);
const name = person => (person && person.name) || h('em', {}, t('recovery.nobody'));

/** The first rows of a table, and the others once they are asked for; on paper nobody can ask, so all are there. */
function some(caption, header, rows, total) {
  const all = table(caption, header, rows, { numbers: false });
  const later = [...all.tBodies[0].rows].slice(SHOWN);
  later.forEach(row => row.classList.add('srr-later'));
  const more = h('button', { type: 'button', class: 'btn btn-link btn-sm srr-more', onclick: () => {
    later.forEach(row => row.classList.remove('srr-later'));
    more.remove();
    later[0].querySelector('a')?.focus();
  } }, t('recovery.more', number(later.length)));
  const box = scroll(caption, '', all);
  return [box, rows.length > SHOWN && more,
    total > rows.length && h('p', { class: 'srr-quiet' }, t('recovery.firstOf', number(rows.length), number(total)))];
}

export function escalations({ escalations: now, readAt }) {
  const title = t('recovery.escalations');
  if (now.all === 0) {
    return card(title, null, none(t('recovery.noEscalations')));
  }
  const at = new Date(readAt).getTime();
  const rows = now.rows.map(each => [
    each.instance
      ? h('a', { class: 'srr-nowrap', href: `#/process-instance/${each.instance}/runtime` }, each.caseNumber)
      : h('span', { class: 'srr-nowrap' }, each.caseNumber),
    label('severity', each.severity),
    level(each),
    left(each, at),
    name(each.owner)
  ]);
  return card(title, number(now.all), h('p', { class: 'srr-chips' }, Object.entries(now.levels).map(([number_, cases]) =>
    h('span', { class: `srr-chip srr-level-${Math.min(3, number_)}` }, `${levelName(Number(number_))}: ${number(cases)}`))),
  some(title, [t('recovery.case'), t('recovery.severity'), t('recovery.level'), t('recovery.timeLeft'), t('recovery.owner')], rows, now.all));
}

const levelName = level => (level === 1 ? t('recovery.levelNear') : level === 2 ? t('recovery.levelMissed') : t('recovery.levelFurther', level));

function level(each) {
  return h('span', {}, h('span', { class: `srr-chip srr-level-${Math.min(3, each.level)}` }, levelName(each.level)),
    each.clock !== 'resolution' && h('span', { class: 'srr-quiet' }, ' ', label('clockName', each.clock)));
}

function left(each, at) {
  if (!each.dueAt) {
    return t('recovery.waits');
  }
  const seconds = (new Date(each.dueAt).getTime() - at) / 1000;
  return h('span', { class: seconds < 0 ? 'srr-bad-text' : null, title: time(each.dueAt).title },
    seconds < 0 ? t('recovery.late', duration(seconds)) : t('recovery.left', duration(seconds)));
}

export function workload({ workload: loads }) {
  const title = t('recovery.workload');
  if (loads.length === 0) {
    return card(title, null, none(t('recovery.noOpenCases')));
  }
  const most = Math.max(...loads.map(each => each.cases));
  // Bars of text and boxes: the list is its own table.
  const bar = each => h('span', { class: 'srr-load', 'aria-hidden': 'true', style: `width:${Math.max(2, each.cases / most * 100)}%` },
    h('i', { class: 'srr-load-missed', style: `flex-grow:${each.missed}` }),
    h('i', { class: 'srr-load-near', style: `flex-grow:${each.near}` }),
    h('i', { class: 'srr-load-other', style: `flex-grow:${each.cases - each.missed - each.near}` }));
  return card(title, null, h('p', { class: 'srr-key' }, ['missed', 'near', 'other'].map(each =>
    h('span', {}, h('i', { class: `srr-load-${each}` }), t(`recovery.load.${each}`)))),
  scroll(title, 'srr-loads', table(title, [t('recovery.owner'), t('recovery.load.cases'), t('recovery.load.near'), t('recovery.load.missed')],
    loads.map(each => [[h('span', { class: 'srr-load-name' }, name(each.owner)), bar(each)], number(each.cases), number(each.near),
      each.missed ? h('span', { class: 'srr-bad-text' }, number(each.missed)) : '0']))));
}

const cameBack = times => t(ofCount('recovery.cameBack', times), number(times));

export function patterns({ patterns: found }, leaving) {
  const title = t('recovery.patterns');
  if (found.length === 0) {
    return card(title, null, none(t('recovery.noPatterns')));
  }
  const header = [t('recovery.cause'), t('recovery.quarter'), t('recovery.cases'), t('recovery.state'), t('recovery.owner'), t('recovery.due')];
  const rows = found.map(each => [
    h('span', {}, each.instance ? h('a', { href: `#/process-instance/${each.instance}/runtime` }, each.label) : each.label,
      each.key && h('span', { class: 'srr-quiet' }, ` ${originOf(code('origin', each.dimension), each.key)}`),
      ' ', signalOpener(each, header.length, leaving)),
    h('span', { class: 'srr-nowrap' }, each.quarter),
    number(each.cases),
    h('span', {}, h('span', { class: `srr-chip srr-pattern-${each.state}` }, t(`recovery.pattern.${each.state}`)),
      each.state === 'watched' && h('span', { class: 'srr-quiet' }, ' ', told('recovery.until', h('span', { class: 'srr-nowrap' }, day(each.watchedUntil)))),
      each.cameBack > 0 && h('span', { class: 'srr-bad-text' }, ' ', cameBack(each.cameBack))),
    each.owner ? name(each.owner) : '–',
    each.dueOn ? h('span', { class: 'srr-nowrap' }, day(each.dueOn)) : '–'
  ]);
  return card(title, null, some(title, header, rows, found.length));
}

export function actions({ prevention }) {
  const title = t('recovery.actions');
  if (prevention.open === 0) {
    return card(title, null, none(t('recovery.noActions')));
  }
  const rows = prevention.rows.map(each => [
    h('a', { class: 'srr-nowrap', href: address(`/cases/${each.caseNumber}`) }, each.caseNumber),
    h('span', {}, each.action, each.cameBack > 0 && h('span', { class: 'srr-bad-text' }, ' ', cameBack(each.cameBack))),
    name(each.owner),
    h('span', { class: each.overdue ? 'srr-bad-text' : null }, h('span', { class: 'srr-nowrap' }, day(each.dueOn)), each.overdue && [' ', h('span', { class: 'srr-nowrap' }, t('recovery.overdue'))])
  ]);
  return card(title, t('recovery.actionsOf', number(prevention.open), number(prevention.overdue)),
    some(title, [t('recovery.case'), t('recovery.action'), t('recovery.owner'), t('recovery.due')], rows, prevention.open));
}
