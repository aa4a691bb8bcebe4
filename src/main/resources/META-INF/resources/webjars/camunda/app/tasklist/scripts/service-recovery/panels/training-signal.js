// Above the three tasks of a training signal: what was found, what is to be done, how it went, and what was tried before.
import { fill, h, icon, time } from '../dom.js';
import { comparisonView, day } from '../comparison.js';
import { t, told } from '../messages.js';
import { patternOf, patternTitle, patternView } from '../pattern.js';
import { asked, formOf, onChange, part } from './parts.js';

export function mount(node, { taskId, form, found, field }) {
  const left = new AbortController();
  const judged = found.tried.filter(each => each.effect);
  const now = found.tried.find(each => !each.effect);
  const warning = h('div', { class: 'sr-panel-warning', role: 'status' });
  fill(node,
    h('p', {}, h('strong', {}, patternTitle(found))),
    form !== 'plan-measure' && now && part(t('signal.measure'),
      h('p', { class: 'sr-notes' }, now.measure),
      now.dueOn && form === 'carry-out-measure' && h('p', { class: 'sr-quiet' }, told('signal.dueOn', day(now.dueOn))),
      now.tookHoldOn && h('p', {}, told('signal.since', day(now.tookHoldOn))),
      now.evidence && h('p', { class: 'sr-notes' }, now.evidence)),
    // Where the effect is judged, what counts is before and after.
    asked(() => patternOf(taskId, left.signal), pattern => patternView(found, pattern, form !== 'check-effect'), left.signal),
    form === 'check-effect' && part(t('signal.beforeAndAfter'),
      found.comparison ? comparisonView(found.comparison) : h('p', {}, t('signal.notCompared'))),
    form === 'check-effect' && warning,
    judged.length > 0 && part(t(judged.length === 1 ? 'signal.triedOnce' : 'signal.tried', judged.length),
      h('ol', { class: 'sr-tried' }, judged.map(tried))));
  const stop = form === 'check-effect' && found.comparison && found.comparison.proposal
    ? propose(formOf(node), field('effect'), found.comparison.proposal, warning) : () => {};
  return () => {
    left.abort();
    stop();
    node.replaceChildren();
  };
}

/** Takes the answer of the figures where none is taken, and says what another one needs. */
function propose(form, effect, proposal, warning) {
  let left = false;
  async function look() {
    const picked = await effect.picked();
    const other = picked !== undefined && picked !== proposal;
    if (!left && other === (warning.childElementCount === 0)) {
      fill(warning, other && h('p', {}, icon('info-sign'), ' ', t('signal.otherwise')));
    }
  }
  effect.picked().then(picked => !left && picked === undefined && effect.pick(proposal)).catch(problem => console.error(problem));
  const stop = onChange(form, look, 150);
  return () => {
    left = true;
    stop();
  };
}

function tried(each) {
  return h('li', {},
    h('strong', {}, each.measure),
    h('div', {}, t(`signal.effect.${each.effect}`), each.checkedAt && [', ', time(each.checkedAt)]),
    each.tookHoldOn && h('div', { class: 'sr-quiet' }, told('signal.since', day(each.tookHoldOn))),
    each.evidence && h('div', { class: 'sr-notes' }, each.evidence),
    each.notes && h('div', { class: 'sr-notes' }, each.notes),
    each.reason && h('div', { class: 'sr-notes' }, t('signal.reason', each.reason)),
    each.comparison && h('details', {}, h('summary', {}, t('signal.comparison')), comparisonView(each.comparison)));
}
