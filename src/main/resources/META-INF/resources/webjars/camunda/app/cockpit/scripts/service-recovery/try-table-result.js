// What a table would have done with the past: a sentence, what is wrong with the table, sums, and each difference.
import { address, code, duration, h, fill, icon, label, money, number, ofCount, originOf, t, time } from './shared.js';
import { scroll, table } from './chart.js';

const nowrap = content => h('span', { class: 'srr-nowrap' }, content);
const yes = (is, good) => h('span', { class: is === good ? null : 'srr-bad-text' }, t(is ? 'tryTable.missed' : 'tryTable.met'));
const link = number_ => h('a', { class: 'srr-nowrap', href: address(`/cases/${encodeURIComponent(number_)}`) }, number_);
const promised = (hours, calendar) => (hours === undefined ? '–'
  : calendar === '24x7' ? t('tryTable.hours', hours) : t('tryTable.hoursOn', hours, calendar));
const term = (length, unit) => (unit === 'hours' ? t('tryTable.hours', length) : unit === 'weeks' ? t('term.weeks', length)
  : unit === 'working-days-until-close' ? t('term.untilClose', term(length, 'working-days'))
    : length === '1' ? t('term.workingDay') : t('term.workingDays', length));
const termOn = (length, unit, calendar) => (length === undefined ? '–'
  : calendar === '24x7' ? term(length, unit) : t('tryTable.termOn', term(length, unit), calendar));
const missed = (is, dueAt) => (is === null || is === undefined ? dueAt ? t('tryTable.notKnown') : '–' : yes(is, false));
const shift = seconds => (seconds === 0 ? '–' : nowrap(t(seconds > 0 ? 'tryTable.longer' : 'tryTable.shorter', duration(seconds))));
const stepType = value => label('step', value);
const approval = value => (value === undefined ? '–' : label('approval', value));
const kind = value => label('tryTable.kind', value);
const instant = (value, otherwise) => (value ? time(value) : t(otherwise));

/** How each table is told: its columns by the sums, and by the single differences. */
const SHAPES = {
  'resolution-deadline': {
    groups: ['tryTable.byDeadline', () => ['severity', 'cases', 'promisedBefore', 'promisedAfter', 'longer', 'shorter', 'missedBefore',
      'missedAfter'].map(column), ({ of, counts }) => [label('severity', of.severity), number(counts.cases),
      promised(of.hoursBefore, of.calendarBefore), promised(of.hoursAfter, of.calendarAfter), number(counts.longer), number(counts.shorter),
      number(counts.missedBefore), number(counts.missedAfter)]],
    differences: ['tryTable.otherDeadlines', () => ['case', 'severity', 'resolvedAt', 'dueBefore', 'dueAfter', 'difference', 'before', 'after']
      .map(column), each => [
      link(each.caseNumber),
      [label('severity', each.severity), each.changes > 0 && h('span', { class: 'srr-quiet' }, ` ${t('tryTable.changed')}`)],
      time(each.resolvedAt), instant(each.dueBefore, 'tryTable.paused'), instant(each.dueAfter, 'tryTable.paused'),
      shift(each.secondsLonger),
      yes(each.missedBefore, false), yes(each.missedAfter, false)]]
  },
  'further-clocks': {
    groups: ['tryTable.byClock', () => ['clock', 'stage', 'severity', 'clocks', 'promisedBefore', 'promisedAfter', 'longer', 'shorter',
      'wouldStart', 'wouldNotStart', 'missedBefore', 'missedAfter'].map(column), ({ of, counts }) => [label('clockName', of.clock), of.stage,
      label('severity', of.severity), number(counts.clocks), termOn(of.lengthBefore, of.unitBefore, of.calendarBefore),
      termOn(of.lengthAfter, of.unitAfter, of.calendarAfter),
      ...['longer', 'shorter', 'wouldStart', 'wouldNotStart', 'missedBefore', 'missedAfter'].map(each => number(counts[each]))]],
    differences: ['tryTable.otherClocks', () => ['case', 'clock', 'stage', 'severity', 'stoppedAt', 'dueBefore', 'dueAfter', 'difference',
      'before', 'after'].map(column), each => [link(each.caseNumber), label('clockName', each.clock), number(each.stage),
      label('severity', each.severity), instant(each.stoppedAt, 'tryTable.notKnown'), instant(each.dueBefore, 'tryTable.noClock'),
      instant(each.dueAfter, 'tryTable.noClock'), shift(each.secondsLonger), missed(each.missedBefore, each.dueBefore),
      missed(each.missedAfter, each.dueAfter)]]
  },
  'step-deadline': {
    groups: ['tryTable.byStep', () => ['stepType', 'steps', 'longer', 'shorter', 'missedBefore', 'missedAfter'].map(column),
      ({ of, counts }) => [stepType(of.stepType), ...['steps', 'longer', 'shorter', 'missedBefore', 'missedAfter'].map(each => number(counts[each]))]],
    differences: ['tryTable.otherSteps', () => ['case', 'step', 'severity', 'settledAt', 'dueBefore', 'dueAfter', 'difference', 'before', 'after']
      .map(column), each => [link(each.caseNumber), t('tryTable.stepOf', stepType(each.type), each.step), label('severity', each.severity),
      time(each.settledAt), time(each.dueBefore), time(each.dueAfter), shift(each.secondsLonger), yes(each.missedBefore, false),
      yes(each.missedAfter, false)]]
  },
  'approval-limit': {
    groups: ['tryTable.byApproval', data => ['kind', 'currency', 'approvalBefore', 'approvalAfter', 'offers'].map(column)
      .concat(data.sees.money ? [column('amount')] : []), ({ of, counts, amount }, data) => [kind(of.kind), of.currency,
      approval(of.approvalBefore), approval(of.approvalAfter), number(counts.offers)]
      .concat(data.sees.money ? [amount ? money(amount, of.currency) : '–'] : [])],
    differences: ['tryTable.otherApprovals', () => ['case', 'kind', 'amount', 'onCase', 'toCustomer', 'severity', 'askedAt', 'approvalBefore',
      'approvalAfter'].map(column), each => [link(each.caseNumber), kind(each.kind), nowrap(money(each.amount, each.currency)),
      nowrap(money(each.onCase, each.currency)), nowrap(money(each.toCustomer, each.currency)), label('severity', each.severity),
      time(each.askedAt), approval(each.approvalBefore), approval(each.approvalAfter)]]
  },
  'training-threshold': {
    groups: ['tryTable.byQuarter', () => ['quarter', 'clusters', 'signalsBefore', 'signalsAfter', 'new', 'gone', 'tasksBefore', 'tasksAfter']
      .map(column), ({ of, counts }) => [of.quarter, ...['clusters', 'signalsBefore', 'signalsAfter', 'new', 'gone', 'tasksBefore', 'tasksAfter']
      .map(each => number(counts[each]))]],
    differences: ['tryTable.otherSignals', () => ['quarter', 'cause', 'clusterBy', 'cases', 'thresholdBefore', 'thresholdAfter', 'signal', 'days']
      .map(column), each => [nowrap(each.quarter), each.label,
      each.key ? originOf(code('tryTable.dimension', each.dimension), each.key) : code('tryTable.dimension', each.dimension), number(each.cases), number(each.thresholdBefore),
      number(each.thresholdAfter), t(each.signalBefore === each.signalAfter ? 'tryTable.signal.same' : each.signalAfter
        ? 'tryTable.signal.new' : 'tryTable.signal.gone'),
      each.planWithinDaysBefore === each.planWithinDaysAfter ? number(each.planWithinDaysAfter)
        : `${number(each.planWithinDaysBefore)} → ${number(each.planWithinDaysAfter)}`]]
  }
};

function column(name) {
  return t(`tryTable.column.${name}`);
}

const card = (title, ...content) => h('section', { class: 'srr-card srt-card', 'aria-label': title },
  h('header', { class: 'srr-card-head' }, h('h2', {}, title)), ...content);

/**
 * @param page reads further differences: page(offset)
 * @param csv saves them all
 */
export function result(data, { page, csv }) {
  const shape = SHAPES[data.table];
  return [
    h('section', { class: 'srr-card srr-headline srt-sentence', 'aria-label': t('tryTable.result') },
      h('p', { class: 'srt-said', role: 'status' }, data.sentence),
      h('p', { class: 'srr-quiet' }, t(data.comparedWith === 'deployed' ? 'tryTable.comparedDeployed' : 'tryTable.comparedSent',
        data.name, data.version ?? ''), ' ', t(`tryTable.past.${data.table}`), ' ', t('tryTable.daysOf', data.zone)),
      data.cut && h('p', { class: 'srr-few' }, icon('info-sign'), ' ', t('tryTable.cut', number(data.looked))),
      data.counts.notComparable > 0 && h('p', { class: 'srr-few' }, icon('info-sign'), ' ',
        t(ofCount('tryTable.notComparable', data.counts.notComparable), number(data.counts.notComparable)))),
    wrong(data),
    data.looked > 0 && sums(data, shape),
    differences(data, shape, page, csv),
    rows(data)
  ];
}

function wrong(data) {
  if (data.notDeployable.length === 0 && data.unanswered.length === 0) {
    return null;
  }
  const title = t('tryTable.wrong');
  return card(title,
    data.notDeployable.length > 0 && [h('p', {}, icon('exclamation-sign'), ' ', t('tryTable.notDeployable')),
      h('ul', {}, data.notDeployable.map(each => h('li', {}, each)))],
    data.unanswered.length > 0 && [h('p', {}, t('tryTable.unanswered')), scroll(title, '', table(title,
      ['whichTable', 'asked', 'problem', 'times'].map(column), data.unanswered.map(each => [t(`tryTable.which.${each.table}`),
        Object.entries(each.inputs).map(([name, value]) => `${name}: ${value}`).join(', '), each.sentence, number(each.times)]), { numbers: false }))]);
}

function sums(data, shape) {
  const [key, header, row] = shape.groups;
  return card(t(key), scroll(t(key), '', table(t(key), header(data), data.groups.map(each => row(each, data)), { numbers: false })));
}

function differences(data, shape, page, csv) {
  const [key, header, row] = shape.differences;
  const title = t(key);
  const save = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: event => csv(event.currentTarget) },
    icon('download-alt'), ' ', t('tryTable.csv'));
  if (!data.differences) {
    return card(title, h('p', { class: 'srr-none' }, icon('lock'), ' ', t('tryTable.countsAlone')), h('div', {}, save));
  }
  if (data.differing === 0) {
    return data.looked > 0 && card(title, h('p', { class: 'srr-none' }, icon('ok-circle'), ' ', t('tryTable.nothingChanges')));
  }
  const box = scroll(title);
  const shown = h('span', { class: 'srr-quiet', role: 'status' });
  const back = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => turn(-1) }, icon('chevron-left'), ' ', t('tryTable.previous'));
  const on = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => turn(1) }, t('tryTable.next'), ' ', icon('chevron-right'));
  const size = Math.max(1, data.differences.length);
  let at = data;

  function draw(now) {
    at = now;
    fill(box, table(title, header(now), now.differences.map(each => row(each, now)), { numbers: false }));
    fill(shown, t('tryTable.fromTo', number(now.offset + 1), number(now.offset + now.differences.length), number(now.differing)));
    back.disabled = now.offset === 0;
    on.disabled = now.offset + now.differences.length >= now.differing;
  }

  async function turn(by) {
    back.disabled = true;
    on.disabled = true;
    const next = await page(at.offset + by * size, shown);
    draw(next || at);
    if (next) {
      box.scrollTop = 0;
      box.focus();
    }
  }

  draw(data);
  return card(title, box, h('div', { class: 'srr-tools srt-pages' }, data.differing > size && [back, on], shown, save));
}

function rows(data) {
  const never = data.rows.filter(each => each.reached === 0);
  const untold = data.rows.some(each => !told(each));
  const title = t('tryTable.reached');
  return data.looked > 0 && card(title,
    never.length === 0 ? !untold && h('p', {}, t('tryTable.everyRow'))
      : h('p', {}, t(ofCount('tryTable.never', never.length), never.map(each => each.number).join(', '))),
    untold && h('p', {}, t(data.table === 'training-threshold' ? 'tryTable.reachedByOperatives' : 'tryTable.reachedByAmounts')),
    scroll(title, '', table(title, [t('tryTable.row'), ...data.columns, column('times')],
      data.rows.map(each => [String(each.number), ...each.cells.map(cell => cell || '–'), times(each)]), { numbers: false })));
}

/** Not of rows with amounts to those who see no money, nor of those for operatives to those who do not lead. */
function told(row) {
  return row.reached !== undefined && row.reached !== null;
}

function times(row) {
  if (!told(row)) {
    return '–';
  }
  return row.reached === 0 ? h('span', { class: 'srr-chip srr-level-1' }, t('tryTable.neverReached')) : number(row.reached);
}
