// The way that one instance took, as badges for its diagram and as a table.
import { duration, h, number, ofCount, t, time } from './shared.js';
import { scroll, table } from './chart.js';

/** What happened at each element, by its id. */
export function badgesOf(passed) {
  const badges = {};
  const by = new Map();
  passed.filter(each => each.kind !== 'automatic').forEach(each => by.set(each.activity, [...(by.get(each.activity) || []), each]));
  for (const [id, times] of by) {
    const open = times.filter(each => !each.endedAt);
    const seconds = (open.length > 0 ? open : times).reduce((sum, each) => Math.max(sum, each.seconds), 0);
    badges[id] = {
      part: times[0].kind === 'part',
      text: `${times.length > 1 ? `${number(times.length)} × ` : ''}${open.length > 0 ? t('way.waits', duration(seconds)) : duration(seconds)}`,
      short: duration(seconds),
      late: [times.some(each => each.missed) && `! ${t('way.late')}`, times.some(each => each.breached) && '⚑'],
      title: [times[0].name || id,
        open.length > 0 ? t('way.titleWaits', duration(seconds)) : t(ofCount('way.titlePassed', times.length), number(times.length), duration(seconds)),
        times.some(each => each.missed) && t('way.titleMissed'),
        times.some(each => each.breached) && t('way.titleBreach')].filter(Boolean).join('\n')
    };
  }
  return badges;
}

export const signs = () => [
  [t('way.waits', duration(93600)), t('way.legendWaits')],
  [duration(5400), t('way.legendTook')],
  [`! ${t('way.late')}`, t('way.legendMissed'), 'late'],
  ['⚑', t('way.legendBreach'), 'late']
];

/** In the order in which they began; what is done at once says nothing of waiting. */
export function wayTable(caption, passed) {
  const rows = passed.filter(each => each.kind !== 'automatic').map(each => [
    [h('span', {}, each.name || each.activity), ' ', h('span', { class: 'srr-quiet' }, `(${t(`waits.kind.${each.kind}`)})`)],
    time(each.startedAt),
    each.endedAt ? h('span', {}, time(each.endedAt), each.interrupted && h('span', { class: 'srr-quiet' }, ` ${t('way.interrupted')}`))
      : h('strong', {}, t('way.waitsNow')),
    duration(each.seconds),
    each.who || '–',
    each.dueAt && new Date(each.dueAt).getFullYear() < 9999 ? time(each.dueAt) : '–',
    h('span', {}, each.missed && h('span', { class: 'srr-bad-text' }, `! ${t('way.late')} `), each.breached && h('span', { class: 'srr-bad-text' }, `⚑ ${t('way.breached')}`),
      !each.missed && !each.breached && '–')
  ]);
  return scroll(caption, '', table(caption, [t('waits.activity'), t('way.from'), t('way.until'), t('way.took'), t('way.who'),
    t('way.due'), t('way.deadline')], rows, { numbers: false }));
}
