// Resolve case: starts from what the analysis of the causes found. The tag comes with the form; the text does not, because
// the engine keeps none.
import { h } from '../dom.js';
import { t } from '../messages.js';
import { part, wants } from './parts.js';

export function mount(node, { found, field }) {
  const analysis = found.work.analysis;
  const prevention = field('preventionAction');
  if (analysis && !prevention.get()) {
    prevention.set(analysis.prevention);
  }
  const wanted = wants(found);
  node.append(
    wanted ? h('p', {}, t('call.wanted'), ' ', h('strong', {}, wanted)) : '',
    analysis
      ? part(t('cause.analysed', analysis.tagLabel), h('ol', {}, analysis.whys.map(why => h('li', {}, why))),
          h('p', { class: 'sr-quiet' }, t('resolve.filled')))
      : h('p', { class: 'sr-quiet' }, t('resolve.noAnalysis')));
  return () => node.replaceChildren();
}
