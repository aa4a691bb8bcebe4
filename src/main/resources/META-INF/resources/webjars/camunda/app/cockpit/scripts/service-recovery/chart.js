// A chart and its table: the same figures twice. Where charts cannot be loaded the table stands alone.
import { h, fill, icon, t } from './shared.js';

const LIBRARY = new URL('../../../../assets/service-recovery/echarts.esm.min.js', import.meta.url).href;
const PRINTED_PX = 660;

export const INK = '#1f2933';
export const QUIET = '#52606d';
export const LINE = '#d9e0e6';
export const BLUE = '#155cb5';
export const PALE = '#b9cfe9';
export const ORANGE = '#b86200';
/** Told apart by those who see few colours too, and in grey. */
export const SERIES = ['#155cb5', '#e08a1e', '#2b8a6e', '#8a4fa3', '#c2415b', '#9aa5b1'];

const base = () => ({
  animation: false,
  textStyle: { fontFamily: 'inherit', color: INK, fontSize: 12 },
  color: SERIES,
  grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
  tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow', shadowStyle: { color: 'rgba(21,92,181,.06)' } },
    borderColor: LINE, textStyle: { color: INK, fontSize: 12 } }
});

export const valueAxis = more => ({ type: 'value', axisLine: { show: false }, axisTick: { show: false },
  axisLabel: { color: QUIET }, splitLine: { lineStyle: { color: '#e9edf1' } }, ...more });
export const nameAxis = (data, more) => ({ type: 'category', data, axisTick: { show: false },
  axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: QUIET }, ...more });

let turn = 0;

/**
 * @param summary the chart in a sentence, for those who do not see it
 * @param header of the table; the first column names the rows
 * @param rows of texts and elements
 * @param option what ECharts is told, for a width in pixels
 * @param chosen what a click on the chart leads to, by the place in its data; the table has links for it
 */
export function chart({ title, summary, height = 260, option, header, rows, note, leaving, more, chosen }) {
  const id = `srr-chart-${++turn}`;
  const canvas = h('div', { class: 'srr-canvas', role: 'img', 'aria-label': summary, style: `height:${height}px` });
  const tableBox = h('div', { class: 'srr-scroll', id, hidden: true, tabindex: '0', role: 'region', 'aria-label': title },
    table(title, header, rows));
  const toggle = h('button', { type: 'button', class: 'srr-toggle', 'aria-expanded': 'false', 'aria-controls': id, onclick: () =>
    show(tableBox.hidden) }, icon('list'), ' ', h('span', {}, t('recovery.asTable')));
  let drawn = null;

  function show(asTable) {
    tableBox.hidden = !asTable;
    canvas.hidden = asTable;
    toggle.setAttribute('aria-expanded', String(asTable));
    toggle.lastElementChild.textContent = t(asTable ? 'recovery.asChart' : 'recovery.asTable');
    if (!asTable && drawn) {
      drawn.resize();
    }
  }

  const card = h('section', { class: 'srr-card', 'aria-label': title },
    h('header', { class: 'srr-card-head' }, h('h2', {}, title), h('div', { class: 'srr-tools' }, more, toggle)),
    note && h('p', { class: 'srr-note' }, note), canvas, tableBox);

  import(LIBRARY).then(echarts => {
    if (leaving.aborted) {
      return;
    }
    drawn = echarts.init(canvas, null, { renderer: 'svg' });
    const basic = base();
    const apply = () => {
      const own = option(canvas.clientWidth);
      drawn.setOption({ ...basic, ...own, grid: { ...basic.grid, ...own.grid }, tooltip: { ...basic.tooltip, ...own.tooltip } }, true);
    };
    apply();
    if (chosen) {
      drawn.on('click', event => chosen(event.dataIndex));
    }
    const sized = new ResizeObserver(() => {
      if (!canvas.hidden) {
        drawn.resize();
        apply();
      }
    });
    sized.observe(canvas);
    const before = () => drawn.resize({ width: Math.min(PRINTED_PX, canvas.clientWidth || PRINTED_PX) });
    const after = () => drawn.resize();
    window.addEventListener('beforeprint', before, { signal: leaving });
    window.addEventListener('afterprint', after, { signal: leaving });
    leaving.addEventListener('abort', () => {
      sized.disconnect();
      drawn.dispose();
    });
  }, error => {
    console.error(error);
    show(true);
    toggle.remove();
    card.append(h('p', { class: 'srr-note', role: 'status' }, t('recovery.noCharts')));
  });
  return card;
}

/** A box that scrolls where its table is too large for it, by keyboard too. */
export const scroll = (name, more, ...content) => h('div', { class: `srr-scroll ${more || ''}`, tabindex: '0', role: 'group', 'aria-label': name },
  ...content);

/** A table whose first column names its rows; numbers stand to the right. */
export function table(caption, header, rows, { visible = false, numbers = true } = {}) {
  return h('table', { class: `srr-table ${numbers ? '' : 'srr-stack'}` },
    h('caption', { class: visible ? null : 'srr-hidden' }, caption),
    h('thead', {}, h('tr', {}, header.map((each, at) => h('th', { scope: 'col', class: numbers && at > 0 ? 'srr-number' : null }, each)))),
    h('tbody', {}, rows.map(row => h('tr', {}, row.map((cell, at) => at === 0
      ? h('th', { scope: 'row' }, cell)
      : h('td', { class: numbers ? 'srr-number' : null, 'data-label': typeof header[at] === 'string' ? header[at] : null }, cell))))));
}

export { fill };
