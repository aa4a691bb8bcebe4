// A diagram on a page of ours, by the viewer that Cockpit has for its own: there is no second one to load.
import { fill, get, h, icon, t } from './shared.js';
import { showBadges } from './overlay.js';

const STEP = 1.3;
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
 * Draws a version of a process, what was passed of it marked.
 *
 * @param badges as showBadges takes them
 * @returns {Promise<function>} ends it
 */
export async function diagram(place, { definition, passed, badges, name }, signal) {
  const { bpmn20Xml } = await get(`/camunda/api/engine/engine/default/process-definition/${encodeURIComponent(definition)}/xml`, signal);
  const Viewer = cockpitsViewer();
  const canvasPlace = h('div', { class: 'srr-diagram', role: 'group', 'aria-label': name });
  const zoom = (sign, label, by) => h('button', { type: 'button', class: 'btn btn-default btn-sm', 'aria-label': label, title: label,
    onclick: () => by() }, icon(sign));
  let viewer = null;
  fill(place, h('div', { class: 'srr-diagram-frame' }, canvasPlace, h('div', { class: 'srr-zoom' },
    zoom('plus', t('way.larger'), () => scaled(STEP)), zoom('minus', t('way.smaller'), () => scaled(1 / STEP)),
    zoom('screenshot', t('way.whole'), () => viewer.get('canvas').zoom('fit-viewport', 'auto')))));
  const scaled = by => viewer.get('canvas').zoom(viewer.get('canvas').zoom() * by);
  viewer = new Viewer({ container: canvasPlace, width: '100%', height: '100%' });
  await viewer.importXML(bpmn20Xml);
  if (signal.aborted) {
    viewer.destroy();
    return () => {};
  }
  // The wheel is for the page.
  viewer.get('zoomScroll').toggle(false);
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  const registry = viewer.get('elementRegistry');
  new Set(passed.map(each => each.activity)).forEach(id => registry.get(id) && canvas.addMarker(id, 'srr-passed'));
  showBadges(viewer, badges);
  return () => viewer.destroy();
}

