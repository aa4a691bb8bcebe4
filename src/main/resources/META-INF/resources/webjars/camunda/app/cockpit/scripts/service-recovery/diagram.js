// A diagram on a page of ours, by the viewer that Cockpit has for its own: there is no second one to load.
import { fill, get, h, icon, t } from './shared.js';
import { showBadges } from './overlay.js';

const STEP = 1.3;
/** Names can be read from here on. */
const READABLE = 0.8;
const SMALLEST = 0.2;
const LARGEST = 2.5;
/** Around the drawing, in its own measure: badges stand above the topmost elements. */
const EDGE = 24;
const PRINTED_PX = 660;
let viewerClass = null;

/** Cockpit's widget makes a viewer of its own when it is put together; more of it is not wanted. */
function cockpitsViewer() {
  if (!viewerClass) {
    const injector = window.angular.element(document.documentElement).injector();
    injector.invoke(['$compile', '$rootScope', ($compile, $rootScope) => {
      const scope = $rootScope.$new(true);
      scope.control = {};
      $compile('<div cam-widget-bpmn-viewer control="control"></div>')(scope);
      viewerClass = scope.control.getViewer().constructor;
    }]);
  }
  return viewerClass;
}

/**
 * Draws a version of a process, what was passed of it marked. It is as large as it is readable, in a box that scrolls: by
 * wheel, finger, arrow keys, or dragged. So a window that changes its size never leaves the box empty.
 *
 * @param badges as showBadges takes them
 * @returns {Promise<function>} ends it
 */
export async function diagram(place, { definition, passed, badges, name }, signal) {
  const { bpmn20Xml } = await get(`/camunda/api/engine/engine/default/process-definition/${encodeURIComponent(definition)}/xml`, signal);
  const Viewer = cockpitsViewer();
  const sheet = h('div', {});
  const box = h('div', { class: 'srr-diagram', role: 'group', tabindex: '0', 'aria-label': name }, sheet);
  const button = (sign, label, pressed) => h('button', { type: 'button', class: 'btn btn-default btn-sm', 'aria-label': label, title: label,
    onclick: pressed }, icon(sign));
  let scale = READABLE;
  let whole = false;
  fill(place, h('div', { class: 'srr-diagram-frame' }, box, h('div', { class: 'srr-zoom' },
    button('plus', t('way.larger'), () => scaled(scale * STEP)), button('minus', t('way.smaller'), () => scaled(scale / STEP)),
    button('screenshot', t('way.whole'), () => fit()))));
  const viewer = new Viewer({ container: sheet, width: '100%', height: '100%' });
  const leaving = new AbortController();
  const end = () => {
    leaving.abort();
    viewer.destroy();
  };
  await viewer.importXML(bpmn20Xml);
  if (signal.aborted) {
    end();
    return () => {};
  }
  // Who made the viewer is to be seen wherever the box is scrolled to.
  const maker = sheet.querySelector('.bjs-powered-by');
  if (maker) {
    box.after(maker);
  }
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  // The box scrolls, the drawing in it stays where it is.
  viewer.get('zoomScroll').toggle(false);
  viewer.get('eventBus').on('element.mousedown', 2000, event => event.stopPropagation());
  const drawing = canvas.viewbox().inner;
  const wide = drawing.width + 2 * EDGE;
  const high = drawing.height + 2 * EDGE;

  function draw(wanted) {
    scale = wanted;
    sheet.style.width = `${Math.ceil(wide * scale)}px`;
    sheet.style.height = `${Math.ceil(high * scale)}px`;
    canvas.resized();
    canvas.viewbox({ x: drawing.x - EDGE, y: drawing.y - EDGE, width: wide, height: high });
  }

  /** Larger or smaller about the middle of what is seen. */
  function scaled(wanted) {
    whole = false;
    const by = Math.min(LARGEST, Math.max(SMALLEST, wanted)) / scale;
    const x = (box.scrollLeft + box.clientWidth / 2) * by - box.clientWidth / 2;
    const y = (box.scrollTop + box.clientHeight / 2) * by - box.clientHeight / 2;
    draw(scale * by);
    box.scrollTo(x, y);
  }

  function fit() {
    whole = true;
    const most = Number.parseFloat(getComputedStyle(box).maxHeight) || Infinity;
    draw(Math.min(1, box.clientWidth / wide, most / high));
  }

  draw(READABLE);
  const ways = passed.filter(each => each.kind !== 'part').map(each => registry.get(each.activity)).filter(each => each && each.width);
  if (ways.length > 0) {
    // From where it began.
    box.scrollTo((Math.min(...ways.map(each => each.x)) - drawing.x - 2 * EDGE) * scale,
      (Math.min(...ways.map(each => each.y)) - drawing.y - 4 * EDGE) * scale);
  }
  new Set(passed.map(each => each.activity)).forEach(id => registry.get(id) && canvas.addMarker(id, 'srr-passed'));
  showBadges(viewer, badges);

  const sized = new ResizeObserver(() => whole && fit());
  sized.observe(box);
  leaving.signal.addEventListener('abort', () => sized.disconnect());
  drag(box, leaving.signal);
  // Paper does not scroll.
  let before = scale;
  window.addEventListener('beforeprint', () => {
    before = scale;
    draw(Math.min(1, PRINTED_PX / wide));
  }, { signal: leaving.signal });
  window.addEventListener('afterprint', () => draw(before), { signal: leaving.signal });
  return end;
}

/** With a mouse; fingers scroll by themselves. */
function drag(box, signal) {
  box.addEventListener('pointerdown', event => {
    if (event.pointerType !== 'mouse' || event.button !== 0) {
      return;
    }
    const moved = new AbortController();
    window.addEventListener('pointermove', move => box.scrollBy(-move.movementX, -move.movementY), { signal: moved.signal });
    ['pointerup', 'pointercancel'].forEach(kind => window.addEventListener(kind, () => moved.abort(), { signal: moved.signal }));
    signal.addEventListener('abort', () => moved.abort(), { signal: moved.signal });
  }, { signal });
}
