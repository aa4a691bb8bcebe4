// What a training signal is about, opened beneath its row: the same as above its tasks in Tasklist.
import { address, fill, get, h, icon, load, t } from './shared.js';
import { part } from '../../../tasklist/scripts/service-recovery/dom.js';
import { comparisonView } from '../../../tasklist/scripts/service-recovery/comparison.js';
import { measureView, patternTitle, patternView, triedView } from '../../../tasklist/scripts/service-recovery/pattern.js';

/**
 * The button that opens it, for a cell of its row.
 *
 * @param columns how many the table has
 */
export function signalOpener({ id, label, quarter }, columns, leaving) {
  const opened = `srr-signal-${id}`;
  let row = null;
  const button = h('button', { type: 'button', class: 'srr-toggle srr-opener', 'aria-expanded': 'false',
    'aria-label': `${t('recovery.details')}: ${label}, ${quarter}`, onclick: () => {
      const open = button.getAttribute('aria-expanded') === 'false';
      button.setAttribute('aria-expanded', String(open));
      // Read when it is asked for, and not again while the page stands.
      if (!row) {
        const place = h('div', { class: 'sr' });
        row = h('tr', { class: 'srr-opened', id: opened }, h('td', { colspan: columns }, place));
        button.closest('tr').after(row);
        button.setAttribute('aria-controls', opened);
        load(place, signal => Promise.all([get(`/api/trend/signals/${id}`, signal), get(`/api/trend/signals/${id}/pattern`, signal)]),
          ([found, pattern]) => draw(place, found, pattern), leaving, 'signal');
      }
      row.hidden = !open;
    } }, icon('menu-right'), ' ', t('recovery.details'));
  return button;
}

function draw(place, found, pattern) {
  const now = found.tried.find(each => !each.effect);
  fill(place, h('h3', {}, patternTitle(found)),
    now && measureView(now, { due: true }),
    patternView(found, pattern, { open: false, placeOf: number => address(`/cases/${encodeURIComponent(number)}`) }),
    found.comparison && part(t('signal.beforeAndAfter'), comparisonView(found.comparison)),
    triedView(found.tried.filter(each => each.effect)));
}
