// Badges over a diagram of Cockpit's. What they say stands in a table as well, so screen readers are spared them.
import { fill, h, t, wayOn } from './shared.js';
import { choice, choose, onChosen } from './waits-data.js';

const TYPE = 'service-recovery';
const MISSED = 'srr-missed';
/** Where the diagram is drawn smaller than this, its badges are short. */
const SMALL = 0.6;

/**
 * Shows a badge on each element that the diagram has.
 *
 * @param badges by id of the element: {text, short, title, late, part}; short is said instead of the text over a small
 *     diagram, late what is shown as missed, part whether it is a part of the process, which holds others
 * @returns {function} takes them away
 */
export function showBadges(viewer, badges) {
  const overlays = viewer.get('overlays');
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const marked = [];
  for (const [id, badge] of Object.entries(badges)) {
    if (!registry.get(id)) {
      continue;
    }
    const late = badge.late.filter(Boolean);
    overlays.add(id, TYPE, {
      // A task's stands above it, a part's in its corner: names stay readable.
      position: badge.part ? { bottom: 0, right: 0 } : { top: -3, left: 0 },
      show: { minZoom: -Infinity, maxZoom: Infinity },
      // Readable where a large diagram is shown whole.
      scale: { min: 0.65, max: 1.1 },
      html: h('div', { class: `srr-badge ${badge.part ? 'srr-badge-part' : 'srr-badge-above'}`, 'aria-hidden': 'true', title: badge.title },
        badge.text && h('span', { class: badge.short ? 'srr-badge-full' : null }, badge.text), badge.short && h('span', { class: 'srr-badge-short' }, badge.short), late.map(each => h('span', { class: 'srr-badge-late' }, each)))
    });
    if (late.length > 0 && !badge.part) {
      canvas.addMarker(id, MISSED);
      marked.push(id);
    }
  }
  const events = viewer.get('eventBus');
  const sized = () => viewer._container.classList.toggle('srr-small', canvas.zoom() < SMALL);
  events.on('canvas.viewbox.changed', sized);
  sized();
  return () => {
    events.off('canvas.viewbox.changed', sized);
    overlays.remove({ type: TYPE });
    marked.filter(id => registry.get(id)).forEach(id => canvas.removeMarker(id, MISSED));
  };
}

/**
 * What stands over a diagram: a box with a switch, and badges as long as it is on.
 *
 * @param content(signal) gives what is beneath the switch; read(signal) what is shown, {badges, says}; refusal(problem)
 *     the sentence where asking again is no use, or nothing
 * @returns {function} takes it all away
 */
export function overlay(viewer, title, { content, read, refusal }) {
  const leaving = new AbortController();
  const box = panel(viewer, title);
  const says = h('p', { class: 'srr-panel-says', role: 'status' });
  let clear = () => {};
  let turn = 0;

  async function show() {
    const mine = ++turn;
    clear();
    clear = () => {};
    if (!choice().shown) {
      fill(says);
      return;
    }
    fill(says, t('waits.reading'));
    try {
      const found = await read(leaving.signal);
      if (mine === turn && !leaving.signal.aborted) {
        clear = showBadges(viewer, found.badges);
        fill(says, found.says);
      }
    } catch (problem) {
      if (mine === turn && problem.name !== 'AbortError') {
        const final = refusal(problem);
        fill(says, final || t('waits.failedShort'), ' ',
          !final && wayOn(problem, show, 'btn btn-link btn-xs'));
      }
    }
  }

  const beneath = content(leaving.signal);
  const toggle = h('input', { type: 'checkbox', role: 'switch', checked: choice().shown,
    onchange: event => choose({ shown: event.target.checked }) });
  fill(box, h('label', { class: 'srr-switch' }, toggle, ' ', title), beneath, says);
  const chosen = () => {
    beneath.hidden = !choice().shown;
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

/** A box in the corner of a diagram; what is clicked in it is none of the diagram's. */
function panel(viewer, name) {
  const box = h('section', { class: 'srr srr-panel', 'aria-label': name });
  ['mousedown', 'click', 'dblclick', 'wheel'].forEach(kind => box.addEventListener(kind, event => event.stopPropagation()));
  viewer._container.append(box);
  return box;
}

/** What the signs mean. */
export function legend(entries) {
  return h('ul', { class: 'srr-legend' }, entries.map(([sign, meaning, kind]) => h('li', {},
    h('span', { class: 'srr-badge srr-badge-still' }, h('span', { class: kind === 'late' ? 'srr-badge-late' : null }, sign)), ' ', meaning)));
}

/** What can be out of the way of a diagram, and is unless somebody wants it there. */
export function folded(summary, ...content) {
  return h('details', { open: choice().signs, ontoggle: event => event.target.open !== choice().signs && choose({ signs: event.target.open }) },
    h('summary', {}, summary), content);
}
