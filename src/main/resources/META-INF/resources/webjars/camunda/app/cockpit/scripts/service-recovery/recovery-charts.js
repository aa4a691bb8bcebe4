// The charts of the Recovery page.
import { daysOf, decimal, decimalsOf, duration, fill, h, icon, measure, money as amount, number, ofCount, percent, periodName, t } from './shared.js';
import { BLUE, INK, ORANGE, PALE, QUIET, SERIES, chart, nameAxis, scroll, table, valueAxis } from './chart.js';

const PLAIN = 5;
const name = cause => cause.label || t('recovery.others');
const cut = text => (text.length > 26 ? `${text.slice(0, 25)}…` : text);

// Two charts side by side.
const heightOf = data => Math.max(220, 70 + data.causes.length * 26);

function pareto(data, leaving) {
  const total = data.causes.reduce((sum, cause) => sum + cause.cases, 0);
  let sum = 0;
  const rows = data.causes.map(cause => {
    sum += cause.cases;
    return { tag: cause.tag, name: name(cause), cases: cause.cases, share: cause.cases / total, upTo: sum / total };
  });
  const few = rows.findIndex(row => row.upTo >= 0.8) + 1;
  return chart({
    title: t('recovery.pareto'),
    note: total === 1 ? t('recovery.oneCase') : t(ofCount('recovery.paretoNote', few), number(few), percent(rows[few - 1].upTo)),
    summary: t(ofCount('recovery.paretoSummary', total), rows[0].name, number(rows[0].cases), number(total)),
    height: heightOf(data),
    header: [t('recovery.cause'), t('recovery.cases'), t('recovery.share'), t('recovery.upTo')],
    chosen: at => {
      if (finishedOf(data, rows[at])) {
        location.hash = finishedOf(data, rows[at]);
      }
    },
    rows: rows.map(row => [finishedOf(data, row) ? h('a', { href: finishedOf(data, row) }, row.name) : row.name, number(row.cases), percent(row.share), percent(row.upTo)]),
    leaving,
    option: () => ({
      grid: { top: 30, right: 24 },
      legend: { top: 0, right: 0, itemWidth: 14, textStyle: { color: QUIET } },
      yAxis: nameAxis(rows.map(row => row.name), { inverse: true, axisLabel: { color: INK, formatter: cut } }),
      // All cases are 100 %, for the bars and for the line: so the line runs beside the bars, never through them.
      xAxis: [valueAxis({ min: 0, max: total, show: false }),
        valueAxis({ min: 0, max: 1, interval: 0.25, position: 'bottom', axisLabel: { color: QUIET, formatter: percent } })],
      tooltip: { formatter: ([bar]) => `${echartsText(rows[bar.dataIndex].name)}<br>${number(rows[bar.dataIndex].cases)} · ${percent(rows[bar.dataIndex].upTo)}` },
      series: [
        { name: t('recovery.cases'), type: 'bar', data: rows.map((row, at) => ({ value: row.cases, label: at === 0 ? { position: 'insideRight', color: '#fff' } : {} })), barMaxWidth: 16, itemStyle: { color: BLUE, borderRadius: [0, 2, 2, 0] },
          label: { show: true, position: 'right', color: INK, formatter: ({ value }) => number(value) } },
        { name: t('recovery.upTo'), type: 'line', xAxisIndex: 1, data: rows.map((row, at) => [row.upTo, at]), symbol: 'circle', symbolSize: 5,
          lineStyle: { color: ORANGE, width: 2 }, itemStyle: { color: ORANGE } }
      ]
    })
  });
}

/** The cases that a figure was counted from, for those who see cases. */
function finishedOf(data, { tag }) {
  if (!tag || !data.sees.cases) {
    return null;
  }
  const [resolvedFrom, resolvedTo] = daysOf(data);
  return `#/finished-cases?${new URLSearchParams({ tag, main: 'true', ended: 'closed', resolvedFrom, resolvedTo })}`;
}

// Labels are people's words, and the tooltip is HTML.
const echartsText = text => h('i', {}, text).innerHTML;

function causesOverTime(data, leaving) {
  const periods = data.measures[0].periods;
  const inPeriod = (cause, period) => Object.entries(cause.months)
    .filter(([month]) => month >= period.from.slice(0, 7) && month <= period.until.slice(0, 7))
    .reduce((sum, [, cases]) => sum + cases, 0);
  const named = data.causes.slice(0, PLAIN).map(cause => ({ name: name(cause), cases: periods.map(period => inPeriod(cause, period)) }));
  const rest = data.causes.slice(PLAIN);
  const series = rest.length === 0 ? named : [...named,
    { name: t('recovery.others'), cases: periods.map(period => rest.reduce((sum, cause) => sum + inPeriod(cause, period), 0)) }];
  const sums = periods.map((period, at) => series.reduce((sum, each) => sum + each.cases[at], 0));
  return chart({
    title: t('recovery.causesOverTime'),
    note: t('recovery.volumeNote'),
    summary: t('recovery.causesOverTimeSummary', series.map(each => each.name).join(', ')),
    height: heightOf(data),
    header: [t(`recovery.period.${data.by}`), ...series.map(each => each.name), t('recovery.all')],
    rows: periods.map((period, at) => [periodName(period.name), ...series.map(each => number(each.cases[at])), number(sums[at])]),
    leaving,
    option: width => ({
      // The names need as many lines as the window is narrow.
      grid: { top: 18 + Math.ceil(series.length * 165 / Math.max(width, 165)) * 22 },
      legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 12, textStyle: { color: INK }, formatter: cut },
      xAxis: nameAxis(periods.map(period => periodName(period.name))),
      yAxis: valueAxis({ minInterval: 1 }),
      series: series.map((each, at) => ({ name: each.name, type: 'bar', stack: 'all', data: each.cases, barMaxWidth: 34,
        itemStyle: { color: SERIES[at], borderColor: '#fff', borderWidth: 1 } }))
    })
  });
}

export const causes = { pareto, overTime: causesOverTime };

const BAND_PX = 14;

/** A share over time, with how sure it is. */
export function overTime(data, key, leaving, { height = 240, bare = false } = {}) {
  const course = measure(data, key);
  const rows = course.periods.map(period => ({ period, value: period.figures[0] }));
  const last = [...rows].reverse().find(row => row.value.value !== undefined);
  const isKnown = at => rows[at] !== undefined && rows[at].value.value !== undefined;
  const isAlone = at => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1);
  const made = chart({
    title: bare ? t('recovery.overTime', course.measure.label) : course.measure.label,
    note: bare ? null : t('recovery.bandNote'),
    summary: last
      ? t('recovery.overTimeSummary', course.measure.label, percent(last.value.value), periodName(last.period.name))
      : t('recovery.nothingYet'),
    height,
    header: [t(`recovery.period.${data.by}`), course.measure.label, t('recovery.counted'), t('recovery.ofAll'), t('recovery.between')],
    rows: rows.map(({ period, value }) => [period.over ? periodName(period.name) : t('recovery.running', periodName(period.name)),
      value.value === undefined ? '–' : percent(value.value),
      value.value === undefined ? '0' : number(value.numerator), number(value.denominator),
      value.value === undefined ? '–' : `${percent(value.low)} – ${percent(value.high)}`]),
    leaving,
    option: () => ({
      grid: { top: 14, right: 28 },
      xAxis: nameAxis(rows.map(({ period }) => periodName(period.name)), { boundaryGap: false }),
      yAxis: valueAxis({ min: 0, max: 1, interval: 0.25, axisLabel: { color: QUIET, formatter: percent } }),
      tooltip: { axisPointer: { type: 'line' }, formatter: points => {
        const { period, value } = rows[points[0].dataIndex];
        return value.value === undefined ? `${periodName(period.name)}<br>–`
          : `${periodName(period.name)}<br><b>${percent(value.value)}</b> (${number(value.numerator)} / ${number(value.denominator)})<br>${percent(value.low)} – ${percent(value.high)}`;
      } },
      series: [
        { type: 'line', stack: 'band', data: rows.map(({ value }) => value.low ?? null), symbol: 'none', lineStyle: { opacity: 0 }, silent: true },
        { type: 'line', stack: 'band', data: rows.map(({ value }) => (value.low === undefined ? null : value.high - value.low)), symbol: 'none',
          lineStyle: { opacity: 0 }, areaStyle: { color: PALE, opacity: 0.45 }, silent: true },
        // An area needs two neighbours: a period alone has a bar of it.
        { type: 'bar', stack: 'alone', data: rows.map(({ value }, at) => (isAlone(at) ? value.low : null)), barWidth: BAND_PX,
          itemStyle: { color: 'transparent' }, silent: true },
        { type: 'bar', stack: 'alone', data: rows.map(({ value }, at) => (isAlone(at) ? value.high - value.low : null)), barWidth: BAND_PX,
          itemStyle: { color: PALE, opacity: 0.45 }, silent: true },
        { type: 'line', data: rows.map(({ value }) => value.value ?? null), symbol: 'circle', symbolSize: 7, lineStyle: { color: BLUE, width: 2.5 },
          itemStyle: { color: BLUE, borderColor: '#fff', borderWidth: 1.5 } }
      ]
    })
  });
  if (bare) {
    made.classList.add('srr-bare');
  }
  return made;
}

/** Of these the largest in which the longest time is two at least: then whole ones tell times apart. */
const UNITS = [{ name: 'days', seconds: 86400 }, { name: 'hours', seconds: 3600 }, { name: 'minutes', seconds: 60 }, { name: 'seconds', seconds: 1 }];

export function times(data, leaving) {
  const first = measure(data, 'time-to-first-action');
  const resolved = measure(data, 'time-to-resolution');
  const value = (course, at, part) => course.periods[at].figures.find(each => each.part === part).value;
  const said = seconds => (seconds === undefined ? '–' : duration(seconds));
  const columns = [[first, 'median'], [first, 'ninetieth'], [resolved, 'median'], [resolved, 'ninetieth']];
  const line = (course, part, color, type) => ({ name: `${course.measure.label}, ${t(`measure.part.${part}`)}`, type: 'line',
    data: course.periods.map((period, at) => { const seconds = value(course, at, part); return seconds === undefined ? null : seconds / unit.seconds; }),
    symbol: type === 'dashed' ? 'diamond' : 'circle', symbolSize: type === 'dashed' ? 9 : 6, lineStyle: { color, width: 2, type }, itemStyle: { color } });
  const longest = Math.max(...resolved.periods.flatMap((period, at) => columns.map(([course, part]) => value(course, at, part) ?? 0)));
  const unit = UNITS.find(each => longest >= 2 * each.seconds) || UNITS[UNITS.length - 1];
  const median = resolved.whole.find(each => each.part === 'median').value;
  return chart({
    title: t('recovery.times'),
    note: t('recovery.timesNote'),
    summary: t('recovery.timesSummary', said(median)),
    height: 260,
    header: [t(`recovery.period.${data.by}`), ...columns.map(([course, part]) => `${course.measure.label}, ${t(`measure.part.${part}`)}`)],
    rows: resolved.periods.map((period, at) => [periodName(period.name), ...columns.map(([course, part]) => said(value(course, at, part)))]),
    leaving,
    option: width => ({
      grid: { top: width < 480 ? 92 : 58 },
      legend: { top: 0, left: 0, textStyle: { color: INK } },
      xAxis: nameAxis(resolved.periods.map(period => periodName(period.name))),
      yAxis: valueAxis({ minInterval: 1, axisLabel: { color: QUIET, formatter: units => t(`duration.${unit.name}`, number(units)) } }),
      tooltip: { axisPointer: { type: 'line' }, valueFormatter: units => (units === null || units === undefined ? '–' : duration(units * unit.seconds)) },
      series: [line(first, 'median', SERIES[2], 'solid'), line(resolved, 'median', BLUE, 'solid'), line(resolved, 'ninetieth', ORANGE, 'dashed')]
    })
  });
}

export function money(data, leaving) {
  const course = measure(data, 'cost-of-recovery');
  const title = course.measure.label;
  if (course.whole.length === 0) {
    return h('section', { class: 'srr-card', 'aria-label': title }, h('h2', {}, title), h('p', { class: 'srr-none' }, icon('ok-circle'), ' ', t('recovery.noCost')));
  }
  const of = (period, currency) => period.figures.find(each => each.part === currency);
  const total = course.whole.map(each => h('span', { class: 'srr-total' }, h('strong', {}, amount(each.amount, each.part)), ' ',
    h('span', { class: 'srr-quiet' }, t(ofCount('recovery.inCases', each.denominator), number(each.denominator)))));
  const made = chart({
    title,
    summary: t('recovery.costSummary', course.whole.map(each => amount(each.amount, each.part)).join(', ')),
    height: 220,
    header: [t(`recovery.period.${data.by}`), ...course.whole.map(each => each.part)],
    rows: course.periods.map(period => [periodName(period.name), ...course.whole.map(each => {
      const value = of(period, each.part);
      return value ? amount(value.amount, value.part) : '–';
    })]),
    leaving,
    option: () => ({
      // Each currency has an axis of its own: amounts of two are not of one height.
      grid: course.whole.length > 1 ? { top: 56 } : { top: 14 },
      legend: course.whole.length > 1 ? { top: 0, left: 0, textStyle: { color: INK } } : undefined,
      xAxis: nameAxis(course.periods.map(period => periodName(period.name))),
      yAxis: course.whole.slice(0, 2).map((each, at) => valueAxis({ name: course.whole.length > 1 ? each.part : '', splitLine: { show: at === 0, lineStyle: { color: '#e9edf1' } },
        minInterval: 1 / 10 ** decimalsOf(each.part),
        axisLabel: { color: QUIET, formatter: number } })),
      tooltip: { formatter: points => points.map(point => `${points[0].axisValue}<br>${amount(of(course.periods[point.dataIndex], point.seriesName)?.amount ?? '0', point.seriesName)}`).join('<br>') },
      series: course.whole.slice(0, 2).map((each, at) => ({ name: each.part, type: 'bar', yAxisIndex: at, barMaxWidth: 30, itemStyle: { color: SERIES[at], borderRadius: [2, 2, 0, 0] },
        data: course.periods.map(period => of(period, each.part)?.value ?? 0) }))
    })
  });
  made.querySelector('.srr-card-head').after(h('p', { class: 'srr-totals' }, total));
  return made;
}

const unknown = () => h('span', { class: 'srr-quiet' }, t('recovery.notKnown'));

/** Means with how sure they are, as boxes on a line from 1 to 5. */
export function satisfaction(data) {
  const after = measure(data, 'satisfaction-after-recovery');
  const compared = measure(data, 'satisfaction-compared');
  const title = t('recovery.satisfaction');
  const row = (text, value) => [text,
    value.value === undefined ? unknown() : h('span', { class: 'srr-scale' }, h('strong', {}, decimal(value.value)),
      h('span', { class: 'srr-scale-line', 'aria-hidden': 'true' },
        value.low !== undefined && h('i', { style: `left:${at(value.low)}%;width:${Math.max(1, at(value.high) - at(value.low))}%` }),
        h('b', { style: `left:${at(value.value)}%` }))),
    number(value.denominator)];
  const at = score => (score - 1) / 4 * 100;
  const answers = [after.whole[0], ...compared.whole].reduce((sum, each) => sum + each.denominator, 0);
  return h('section', { class: 'srr-card', 'aria-label': title }, h('h2', {}, title), h('p', { class: 'srr-note' }, t('recovery.satisfactionNote')),
    answers === 0 && h('p', { class: 'srr-none' }, icon('info-sign'), ' ', t('recovery.noAnswers')),
    scroll(title, '', table(title, [t('recovery.who'), t('recovery.mean'), t('recovery.answers')],
      [row(t('recovery.afterAll'), after.whole[0]), ...compared.whole.map(value => row(t(`measure.part.${value.part}`), value))], { numbers: false })));
}

export function kept(data) {
  const title = t('recovery.outcomes');
  const row = key => {
    const course = measure(data, key);
    const value = course.whole[0];
    return [course.measure.label, value.value === undefined ? unknown() : h('strong', {}, percent(value.value)),
      value.value === undefined ? '–' : `${number(value.numerator)} / ${number(value.denominator)}`,
      value.value === undefined ? '–' : `${percent(value.low)} – ${percent(value.high)}`];
  };
  return h('section', { class: 'srr-card', 'aria-label': title }, h('h2', {}, title), h('p', { class: 'srr-note' }, t('recovery.outcomesNote')),
    scroll(title, '', table(title, [t('recovery.measure'), t('recovery.share'), t('recovery.counted'), t('recovery.between')],
      ['customers-kept-90', 'customers-kept-365', 'reopened-share', 'prevention-done', 'prevention-effective'].map(row))));
}

/** Where failures came from, by what the reader may see. */
export function origins(data, leaving, get) {
  const title = t('recovery.origins');
  const body = h('div', { class: 'srr-origins' });
  const draw = async origin => {
    try {
      const { parts } = await get(`/api/recovery/origins?origin=${origin}&from=${data.from}&to=${data.to}`, leaving);
      const most = Math.max(1, ...parts.map(part => part.cases));
      fill(body, parts.length === 0 ? h('p', { class: 'srr-none' }, icon('info-sign'), ' ', t('recovery.noOrigins'))
        : scroll(title, 'srr-loads', table(title, [t(`origin.${origin}`), t('recovery.cases')], parts.map(part => [
            [h('span', { class: 'srr-load-name' }, part.key || t('recovery.others')),
              h('span', { class: 'srr-load', 'aria-hidden': 'true', style: `width:${Math.max(2, part.cases / most * 100)}%` }, h('i', { class: 'srr-load-plain', style: 'flex-grow:1' }))],
            number(part.cases)]))));
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        fill(body, h('p', { class: 'srr-bad-text', role: 'alert' }, problem.message));
      }
    }
  };
  draw(data.sees.origins[0]);
  return h('section', { class: 'srr-card', 'aria-label': title },
    h('header', { class: 'srr-card-head' }, h('h2', {}, title),
      h('select', { class: 'form-control input-sm', 'aria-label': t('recovery.originBy'), onchange: event => draw(event.target.value) },
        data.sees.origins.map(each => h('option', { value: each }, t(`origin.${each}`))))),
    h('p', { class: 'srr-note' }, t('recovery.originsNote')), body);
}
