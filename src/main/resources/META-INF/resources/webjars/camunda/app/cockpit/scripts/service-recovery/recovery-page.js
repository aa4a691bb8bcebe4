// The Recovery page: how well customers are recovered, what waits for somebody now, why it happens and what is done.
import { address, day, daysOf, duration, fill, get, h, icon, load, measure, number, ofCount, openOnPaper, percent, t, time, told, whole } from './shared.js';
import { causes, kept, money, origins, overTime, satisfaction, times } from './recovery-charts.js';
import { byMail } from './recovery-mail.js';
import { actions, escalations, patterns, workload } from './recovery-now.js';

const SPANS = [3, 12, 36];
const PERIODS = ['month', 'quarter'];
const HERE = '#/recovery';

/** Which month it is where the business is, as the server last said. */
let thisMonth = null;
/** Where the focus was when another time was asked for, by its id. */
let focused = null;

/** What was chosen stands in the address: it can be linked to, and comes back when the page is loaded anew. */
function asked() {
  const wish = new URLSearchParams(location.hash.split('?')[1] || '');
  const months = Number(wish.get('months'));
  return { months: SPANS.includes(months) ? months : 12, by: PERIODS.includes(wish.get('by')) ? wish.get('by') : 'month' };
}

export function mount(node) {
  const leaving = new AbortController();
  const place = h('div', {});
  const tools = h('div', { class: 'srr-tools srr-page-tools' });
  const head = h('header', { class: 'srr-page-head' });
  // Shown to those who see the cases that figures are of.
  const finished = h('a', { class: 'btn btn-default btn-sm', href: '#/finished-cases', hidden: true });
  const root = h('main', { class: 'srr srr-page' }, head, place);
  node.append(root);
  const wish = asked();
  let drawing = new AbortController();

  const read = () => {
    drawing.abort();
    drawing = new AbortController();
    const mine = drawing;
    leaving.signal.addEventListener('abort', () => mine.abort());
    load(place, async signal => {
      drawHead();
      // The server takes twelve where none is named.
      if (wish.months === 12) {
        return get(`/api/recovery?by=${wish.by}`, signal);
      }
      thisMonth = thisMonth || (await get('/api/recovery/card', signal)).upheld.to;
      return get(`/api/recovery?by=${wish.by}&from=${firstMonth(wish)}`, signal);
    }, data => {
      thisMonth = data.today.slice(0, 7);
      finished.hidden = !data.sees.cases;
      draw(place, data, mine.signal);
    }, mine.signal);
  };

  function drawHead() {
    if (head.hasChildNodes()) {
      return;
    }
    // Cockpit shows the page anew.
    const choose = chosen => {
      const to = new URLSearchParams({ ...wish, ...chosen });
      focused = document.activeElement?.id;
      location.hash = `${HERE}?${to}`;
    };
    const choice = (id, name, current, options, chosen) =>
      h('select', { class: 'form-control input-sm', id: `srr-recovery-${id}`, 'aria-label': name, onchange: event => chosen(event.target.value) },
        options.map(([value, label]) => h('option', { value, selected: String(value) === String(current) }, label)));
    fill(finished, icon('folder-close'), ' ', t('finished.title'));
    fill(tools,
      choice('months', t('recovery.span'), wish.months, SPANS.map(each => [each, t(`recovery.months${each}`)]), value =>
        choose({ months: value, by: Number(value) > 12 ? 'quarter' : wish.by })),
      choice('by', t('recovery.by'), wish.by, [['month', t('recovery.byMonth')], ['quarter', t('recovery.byQuarter')]], value => choose({ by: value })),
      finished,
      h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: read }, icon('refresh'), ' ', t('recovery.refresh')),
      h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => window.print() }, icon('print'), ' ',
        t('recovery.print')),
      h('a', { class: 'btn btn-default btn-sm', href: address('/api/recovery/report.pdf'), download: true }, icon('download-alt'), ' ',
        t('recovery.pdf')));
    fill(head, h('div', {}, h('h1', {}, t('recovery.title')), h('p', {}, t('recovery.intro'))), tools, byMail(leaving.signal));
    if (focused) {
      document.getElementById(focused)?.focus();
      focused = null;
    }
  }
  read();

  return () => {
    leaving.abort();
    root.remove();
  };
}

/** So many months with the current one; by quarter as many quarters as they are, with the current one. */
function firstMonth({ months, by }) {
  const [year, number] = thisMonth.split('-').map(Number);
  const last = by === 'quarter' ? Math.ceil(number / 3) * 3 : number;
  return new Date(Date.UTC(year, last - months, 1)).toISOString().slice(0, 7);
}

function draw(place, data, leaving) {
  const closed = data.causes.reduce((sum, cause) => sum + cause.cases, 0);
  const nothing = closed === 0 && !data.measures.some(course => course.whole.some(value => value.denominator > 0));
  fill(place,
    h('p', { class: 'srr-read', role: 'status' }, t('recovery.covers', ...daysOf(data).map(day)), ' · ', t('recovery.readAt'), ' ',
      time(data.readAt), ' · ', t('recovery.zone', data.zone)),
    h('div', { class: 'srr-row srr-top' }, headline(data, leaving), now(data)),
    data.sees.cases && h('div', { class: 'srr-row srr-wide-left' }, escalations(data), workload(data)),
    nothing
      ? h('section', { class: 'srr-notice' }, icon('inbox'), h('div', {},
          h('p', {}, h('strong', {}, t('recovery.empty'))), h('p', {}, t('recovery.emptyWhy'))))
      : [
          h('div', { class: 'srr-row' }, causes.pareto(data, leaving), causes.overTime(data, leaving)),
          h('div', { class: 'srr-row' }, origins(data, leaving, get), overTime(data, 'deadline-attainment', leaving)),
          h('div', { class: 'srr-row' }, times(data, leaving), satisfaction(data)),
          h('div', { class: 'srr-row' }, data.sees.money && money(data, leaving), kept(data))
        ],
    data.sees.cases && h('div', { class: 'srr-row' }, patterns(data, leaving), actions(data)),
    definitions(data, leaving));
}

function headline(data, leaving) {
  const course = measure(data, 'upheld-rate');
  const value = whole(course, 'upheld');
  const regulator = whole(measure(data, 'regulator-upheld-rate'), 'upheld');
  const known = value.value !== undefined;
  return h('section', { class: 'srr-card srr-headline', 'aria-label': course.measure.label },
    h('div', { class: 'srr-headline-figure' },
      h('h2', {}, course.measure.label),
      h('div', { class: 'srr-huge' }, known ? percent(value.value) : '–'),
      h('p', {}, known ? t(ofCount('recovery.upheldOf', value.denominator), number(value.numerator), number(value.denominator)) : t('recovery.undecided')),
      known && h('p', { class: 'srr-quiet' }, t('recovery.byChance', percent(value.low), percent(value.high))),
      value.few && h('p', { class: 'srr-few' }, icon('info-sign'), ' ', t('recovery.few', number(value.denominator))),
      h('p', { class: 'srr-quiet' }, regulator && regulator.value !== undefined
        ? t(ofCount('recovery.regulator', regulator.denominator), number(regulator.numerator), number(regulator.denominator))
        : t('recovery.noRegulator'))),
    known && h('div', { class: 'srr-headline-chart' }, overTime(data, 'upheld-rate', leaving, { height: 200, bare: true })));
}

function now(data) {
  const tile = (name, value, note, tone, more) => h('div', { class: `srr-tile ${tone || ''}` },
    h('div', { class: 'srr-tile-name' }, name), h('div', { class: 'srr-tile-value' }, value),
    h('div', { class: 'srr-quiet' }, note), more);
  const deadline = whole(measure(data, 'deadline-attainment'));
  const median = whole(measure(data, 'time-to-resolution'), 'median');
  const reopened = whole(measure(data, 'reopened-share'));
  const share = value => (value.value === undefined ? '–' : percent(value.value));
  const of = value => (value.value === undefined ? t('recovery.nothingYet')
    : t(ofCount('recovery.ofCases', value.denominator), number(value.numerator), number(value.denominator)));
  const missed = data.sees.cases && data.workload.reduce((sum, each) => sum + each.missed, 0);
  const near = data.sees.cases && data.escalations.all - missed;
  const open = data.sees.cases && data.workload.reduce((sum, each) => sum + each.cases, 0);
  const unowned = data.sees.cases && data.workload.filter(each => !each.owner.id).reduce((sum, each) => sum + each.cases, 0);
  return h('section', { class: 'srr-card', 'aria-label': t('recovery.atAGlance') }, h('h2', {}, t('recovery.atAGlance')),
    h('div', { class: 'srr-tiles' },
      data.sees.cases && tile(t('recovery.openCases'), number(open),
        open === 0 ? t('recovery.noOpenCases') : unowned ? t('recovery.unowned', number(unowned)) : t('recovery.allOwned')),
      data.sees.cases && tile(t('recovery.missedNow'), number(missed),
        t(ofCount('recovery.nearNow', near), number(near)), missed ? 'srr-bad' : ''),
      tile(measure(data, 'deadline-attainment').measure.label, share(deadline), of(deadline)),
      tile(measure(data, 'time-to-resolution').measure.label, median.value === undefined ? '–' : duration(median.value),
        t('measure.part.median')),
      tile(measure(data, 'reopened-share').measure.label, share(reopened), of(reopened)),
      ['prevention-done', 'prevention-effective'].map(key => {
        const course = measure(data, key);
        const value = whole(course);
        return tile(course.measure.label, share(value), value.value === undefined ? t('recovery.nothingYet')
          : t(ofCount('recovery.ofActions', value.denominator), number(value.numerator), number(value.denominator)), '',
        course.countedAt && h('div', { class: 'srr-quiet srr-counted' }, told('recovery.countedAt', time(course.countedAt))));
      })));
}

function definitions(data, leaving) {
  return openOnPaper(h('details', { class: 'srr-card srr-definitions' },
    h('summary', {}, h('h2', {}, t('recovery.definitions'))),
    h('dl', {}, data.measures.map(course => [
      h('dt', {}, course.measure.label, ' ',
        h('a', { class: 'srr-csv', href: address(`/api/measures/${course.measure.key}.csv?from=${course.from}&to=${course.to}&by=${course.by}`),
          download: true, 'aria-label': t('recovery.csvOf', course.measure.label) }, icon('download-alt'), ' CSV')),
      h('dd', {}, course.measure.definition, course.countedAt && [' ', told('recovery.countedAt', time(course.countedAt)), '.'])
    ]))), leaving);
}
