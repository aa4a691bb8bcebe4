// Over the diagram of one instance: how long it has waited where.
import { fill, get, h, t } from './shared.js';
import { folded, legend, panel, showBadges } from './overlay.js';
import { choice, choose, onChosen } from './waits-data.js';
import { badgesOf, signs } from './way.js';

export function mount(viewer, { processInstanceId }) {
  const leaving = new AbortController();
  let clear = () => {};
  const box = panel(viewer, t('way.title'));
  const says = h('p', { class: 'srr-panel-says', role: 'status' });

  async function show() {
    clear();
    clear = () => {};
    fill(says);
    if (!choice().shown) {
      return;
    }
    fill(says, t('waits.reading'));
    try {
      const way = await get(`/api/instances/${encodeURIComponent(processInstanceId)}/way`, leaving.signal);
      clear();
      clear = showBadges(viewer, badgesOf(way.instances[0].passed));
      fill(says);
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        fill(says, problem.status === 403 || problem.status === 404 ? t('way.notYours') : t('waits.failedShort'), ' ',
          problem.status !== 403 && problem.status !== 404
            && h('button', { type: 'button', class: 'btn btn-link btn-xs', onclick: show }, t('tryAgain')));
      }
    }
  }

  const meaning = folded(t('waits.legend'), legend(signs()));
  const toggle = h('input', { type: 'checkbox', role: 'switch', checked: choice().shown,
    onchange: event => choose({ shown: event.target.checked }) });
  fill(box, h('label', { class: 'srr-switch' }, toggle, ' ', t('way.title')), meaning, says);
  const chosen = () => {
    meaning.hidden = !choice().shown;
    show();
  };
  onChosen(chosen, leaving.signal);
  chosen();

  return () => {
    leaving.abort();
    clear();
    box.remove();
  };
}
