// The same as over the diagram, as a table: for those who do not see it, and on paper.
import { duration, fill, h, icon, load, number, openOnPaper, t, time } from './shared.js';
import { scroll, table } from './chart.js';
import { choice, onChosen, waitsOf } from './waits-data.js';
import { choosers } from './waits-diagram.js';

export function mount(node, { processDefinitionId }) {
  const leaving = new AbortController();
  const place = h('div', {});
  const tools = h('div', { class: 'srr-tools srr-page-tools' });
  const root = h('section', { class: 'srr srr-waits' }, tools, place);
  node.append(root);
  let reading = new AbortController();

  const read = fresh => {
    reading.abort();
    reading = new AbortController();
    const mine = reading;
    load(place, () => waitsOf(processDefinitionId, { fresh, signal: mine.signal }).then(answer => {
      // The reading is shared, so it is not broken off: what comes too late is dropped.
      mine.signal.throwIfAborted();
      return answer;
    }), waits => draw(place, waits, mine.signal), mine.signal, 'waits');
  };
  fill(tools, choosers(leaving.signal),
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => read(true) }, icon('refresh'), ' ', t('recovery.refresh')),
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => window.print() }, icon('print'), ' ', t('recovery.print')));
  let shown = choice();
  onChosen(() => {
    const now = choice();
    if (now.days !== shown.days || now.all !== shown.all) {
      read(false);
    }
    shown = now;
  }, leaving.signal);
  read(false);

  return () => {
    leaving.abort();
    reading.abort();
    root.remove();
  };
}

function draw(place, waits, leaving) {
  const title = t('waits.tableTitle', waits.name || waits.process,
    waits.version === undefined ? t('waits.allVersions') : t('waits.version', waits.version), waits.days);
  const rows = waits.activities.map(each => row(each));
  fill(place,
    h('p', { class: 'srr-read', role: 'status' }, title, ' · ', t('recovery.readAt'), ' ', time(waits.readAt)),
    rows.length === 0
      ? h('p', { class: 'srr-none' }, icon('info-sign'), ' ', t('waits.nothing', waits.days))
      : scroll(title, '', table(title, [t('waits.activity'), t('waits.now'), t('waits.longest'), t('waits.soFar'), t('waits.overdue'),
          t('waits.done'), t('waits.median'), t('waits.p90'), t('waits.missed'), t('waits.breaches')], rows, { numbers: false })),
    openOnPaper(h('details', { class: 'srr-definitions' }, h('summary', {}, h('h2', {}, t('waits.how'))),
      h('ul', { class: 'srr-note' }, ['howWaiting', 'howTime', 'howMissed', 'howBreach', 'howParts', 'howMulti', 'howOutside']
        .map(key => h('li', {}, t(`waits.${key}`))))), leaving));
}

function row(each) {
  const bad = value => (value > 0 ? h('span', { class: 'srr-bad-text' }, '! ', number(value)) : '0');
  const { now, done, longest } = each;
  return [
    [h('span', {}, each.name || each.id), ' ', h('span', { class: 'srr-quiet' }, `(${t(`waits.kind.${each.kind}`)})`)],
    now ? number(now.count) : '0',
    now ? h('span', {}, time(now.since), longest && [' ', h('a', { class: 'srr-nowrap', href: `#/process-instance/${longest.instance}/runtime` },
      longest.caseNumber || t('waits.instance')), longest.owner && h('span', { class: 'srr-quiet' }, ` ${longest.owner}`)]) : '–',
    now ? duration(now.median) : '–',
    each.kind === 'task' ? bad(now ? now.overdue : 0) : '–',
    done ? number(done.count) : '0',
    done ? duration(done.median) : '–',
    done ? duration(done.p90) : '–',
    each.kind === 'task' ? bad(each.missed) : '–',
    bad(each.breaches)
  ];
}
