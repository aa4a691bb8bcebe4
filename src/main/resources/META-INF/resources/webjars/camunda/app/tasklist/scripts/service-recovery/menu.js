// Entries of the header for those who own cases: absence, prevention actions; handing over and the taxonomy for those who may.
import { h, icon } from './dom.js';
import { get } from './api.js';
import { t } from './messages.js';

const entry = (href, glyph, label) => h('a', { href, title: label }, icon(glyph), ' ',
  h('span', { class: 'sr-menu-text' }, label));

export function mount(node) {
  const root = h('span', { class: 'sr-nav sr-menu' });
  node.append(root);
  get('/api/me').then(me => {
    if (me.opensCases) {
      root.append(entry('#/absence', 'plane', t('absence.entry')));
    }
    if (me.handsOver) {
      root.append(entry('#/handover', 'transfer', t('handover.entry')));
    }
    if (me.opensCases) {
      root.append(entry('#/prevention', 'wrench', t('prevention.entry')));
    }
    if (me.keepsTaxonomy) {
      root.append(entry('#/taxonomy', 'tag', t('taxonomy.entry')));
    }
  }, () => {});
  return () => root.remove();
}
