// Over the diagram of a process: what waits where, how long one takes there, where deadlines are missed.
import { duration, h, number, ofCount, t } from './shared.js';
import { folded, legend, overlay } from './overlay.js';
import { SPANS, choice, choose, onChosen, waitsOf } from './waits-data.js';

export const mount = (viewer, { processDefinitionId }) => overlay(viewer, t('waits.title'), {
  content: leaving => folded(t('waits.more'), choosers(leaving), legend([
    [`4 · ${duration(93600)}`, t('waits.legendWaiting')],
    ['! 2', t('waits.legendMissed'), 'late'],
    ['⚑ 1', t('waits.legendBreach'), 'late']
  ])),
  read: signal => waitsOf(processDefinitionId, { signal }).then(waits => ({
    badges: badges(waits),
    says: waits.activities.some(each => each.now || each.done) ? '' : t('waits.nothing', waits.days)
  })),
  refusal: problem => problem.status === 403 && t('waits.notYours')
});

/** The span and whether all versions count: the diagram and its tab each have them, and follow each other. */
export function choosers(leaving) {
  const select = (name, options, chosen) => h('select', { class: 'form-control input-sm', 'aria-label': name,
    onchange: event => chosen(event.target.value) }, options.map(([value, label]) => h('option', { value }, label)));
  const days = select(t('waits.span'), SPANS.map(each => [each, t('waits.days', each)]), value => choose({ days: Number(value) }));
  const all = select(t('waits.versions'), [['this', t('waits.thisVersion')], ['all', t('waits.allVersions')]],
    value => choose({ all: value === 'all' }));
  const follow = () => {
    days.value = choice().days;
    all.value = choice().all ? 'all' : 'this';
  };
  onChosen(follow, leaving);
  follow();
  return h('div', { class: 'srr-tools' }, days, all);
}

function badges({ activities }) {
  return Object.fromEntries(activities.map(each => {
    const median = each.done ? duration(each.done.median) : null;
    const late = [each.missed + (each.now?.overdue || 0) > 0 && `! ${number(Math.max(each.missed, each.now?.overdue || 0))}`,
      each.breaches > 0 && `⚑ ${number(each.breaches)}`];
    return [each.id, {
      part: each.kind === 'part',
      text: [number(each.now ? each.now.count : 0), median].filter(part => part !== null).join(' · '),
      late,
      title: [
        each.name || each.id,
        each.now ? t(ofCount('waits.titleNow', each.now.count), number(each.now.count), duration(each.now.median)) : t('waits.titleNobody'),
        each.done && t(ofCount('waits.titleDone', each.done.count), number(each.done.count), median, duration(each.done.p90)),
        each.now?.overdue > 0 && t(ofCount('waits.titleOverdue', each.now.overdue), number(each.now.overdue)),
        each.missed > 0 && t(ofCount('waits.titleMissed', each.missed), number(each.missed)),
        each.breaches > 0 && t(ofCount('waits.titleBreach', each.breaches), number(each.breaches))
      ].filter(Boolean).join('\n')
    }];
  }));
}
