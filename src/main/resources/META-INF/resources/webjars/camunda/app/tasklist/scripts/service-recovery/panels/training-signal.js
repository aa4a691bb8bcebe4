// Above the three tasks of a training signal: what was found, what is to be done, how it went, and what was tried before.
import { fill, h, icon } from '../dom.js';
import { comparisonView } from '../comparison.js';
import { placeOf } from '../find-case.js';
import { t } from '../messages.js';
import { measureView, patternOf, patternTitle, patternView, triedView } from '../pattern.js';
import { asked, formOf, onChange, part } from './parts.js';

export function mount(node, { taskId, form, found, field }) {
  const left = new AbortController();
  const judged = found.tried.filter(each => each.effect);
  const now = found.tried.find(each => !each.effect);
  const warning = h('div', { class: 'sr-panel-warning', role: 'status' });
  fill(node,
    h('p', {}, h('strong', {}, patternTitle(found))),
    form !== 'plan-measure' && now && measureView(now, { due: form === 'carry-out-measure' }),
    // Where the effect is judged, what counts is before and after.
    asked(() => patternOf(taskId, left.signal), pattern => patternView(found, pattern, { open: form !== 'check-effect', placeOf }), left.signal),
    form === 'check-effect' && part(t('signal.beforeAndAfter'),
      found.comparison ? comparisonView(found.comparison) : h('p', {}, t('signal.notCompared'))),
    form === 'check-effect' && warning,
    triedView(judged));
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
