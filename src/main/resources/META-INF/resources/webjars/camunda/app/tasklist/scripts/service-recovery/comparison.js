// How often a failure came up before something was done about it, and after: words, a table, the interval, and what to mind.
import { h, icon } from './dom.js';
import { ofCount, t, told } from './messages.js';

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const number = (value, digits = 0) => new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(value);
/** A rate or a ratio: as many places as tell it from its neighbours. */
const measured = value => number(value, value < 1 ? 2 : 1);

const PER_JOBS = 1000;
const PER_DAYS = 30;

export const day = date => h('time', { datetime: date }, DAY.format(new Date(`${date}T00:00:00Z`)));

/** The elements; the caller has the heading. */
export function comparisonView(found) {
  const jobs = found.perJobs;
  const rows = [['before', found.before], ['after', found.after], [yearOf(found), found.year]].filter(([, each]) => each);
  const cell = (name, value) => h('td', { 'data-label': name }, h('span', {}, value));
  const names = [t('effect.time'), t('effect.days'), t('effect.cases'), jobs && t('effect.jobs'),
    t(jobs ? 'effect.perJobs' : 'effect.perDays', number(jobs ? PER_JOBS : PER_DAYS))].filter(Boolean);
  return [
    h('p', {}, h('strong', {}, verdict(found))),
    h('div', { class: 'sr-table sr-effect', role: 'group', tabindex: '0', 'aria-label': t('effect.table') },
      h('table', { class: 'table' },
        h('caption', { class: 'sr-only' }, t('effect.table')),
        h('thead', {}, h('tr', {}, names.map(each => h('th', { scope: 'col' }, each)))),
        h('tbody', {}, rows.map(([kind, each]) => h('tr', {},
          h('th', { scope: 'row', 'data-label': names[0] }, h('span', {}, t(`effect.${kind}`), each.days > 0
            && h('span', { class: 'sr-quiet sr-small sr-effect-days' }, told('effect.fromTo', day(each.from), day(each.until))))),
          cell(names[1], number(each.days)),
          cell(names[2], each.days > 0 ? number(each.cases) : '–'),
          jobs && cell(names[3], each.jobs ? number(each.jobs) : '–'),
          cell(names[names.length - 1], rate(each, jobs))))))),
    h('ul', { class: 'sr-effect-hints' }, hints(found).map(each => h('li', {}, each)))
  ];
}

/** Where the quarter of the pattern lies in the year, its days are left out. */
function yearOf({ year }) {
  const all = year && (Date.parse(year.until) - Date.parse(year.from)) / 86400000 + 1;
  return year && year.days < all ? 'yearWithoutQuarter' : 'year';
}

function rate(each, jobs) {
  const exposure = jobs ? each.jobs : each.days;
  return exposure > 0 ? measured(each.cases / exposure * (jobs ? PER_JOBS : PER_DAYS)) : '–';
}

/** What the figures say, in one sentence. */
function verdict({ ratio, before, after, verdict: said }) {
  if (!ratio) {
    return t('effect.noBefore');
  }
  if (before.cases + after.cases === 0) {
    return t('effect.noneAtAll');
  }
  return (ratio.value ?? null) === null
    ? t(said === 'more' ? 'effect.moreThanNone' : 'effect.hardlyMoreThanNone', measured(ratio.low))
    : t(`effect.is.${said}`, measured(ratio.value), measured(ratio.low), upTo(ratio));
}

const upTo = ratio => ((ratio.high ?? null) === null ? t('effect.noEnd') : measured(ratio.high));

function hints(found) {
  return [
    found.proposal && [icon('hand-right'), ' ', t(`effect.proposes.${found.proposal}`)],
    found.smallNumbers && found.ratio && t('effect.small'),
    found.before.days > 0 && found.before.days < found.weeks * 7 && told('effect.begins', day(found.before.from)),
    found.withheld && t(`effect.withheld.${found.withheld}`),
    found.countedAlong?.length > 0 && t('effect.along', found.countedAlong.join(', ')),
    found.stillOpen > 0 && t(ofCount('effect.open', found.stillOpen), number(found.stillOpen)),
    found.dependsOnOpen && t('effect.dependsOnOpen'),
    t('effect.regression'),
    found.toYear ? againstYear(found) : t('effect.noYear'),
    !found.perJobs && t('effect.noJobs')
  ].filter(Boolean);
}

function againstYear({ toYear, year, after, perJobs }) {
  if (year.cases + after.cases === 0) {
    return t('effect.yearNone');
  }
  const sentence = (toYear.value ?? null) === null
    ? t('effect.yearWithout')
    : t('effect.yearIs', measured(toYear.value), measured(toYear.low), upTo(toYear));
  return perJobs && !year.jobs ? `${sentence} ${t('effect.yearPerDay')}` : sentence;
}
