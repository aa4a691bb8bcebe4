// What Service Recovery adds to Cockpit: the Recovery page and its card, finished cases, the page on which tables are tried,
// where cases wait drawn over the diagrams, and the ways there and to the time rules. Cockpit stays blank when this file
// cannot be loaded, so it is small; the rest is loaded when it is shown, and a failure there is told in place.
import { lazily } from '../../../../assets/service-recovery/lazily.js';

const german = navigator.language.startsWith('de');
const context = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');
const waiting = german ? 'Warten und Fristen' : 'Waiting and deadlines';

/** What is drawn once the wording is here; without it, lazily says so. */
const worded = load => lazily(load, () => import('./shared.js').then(shared => shared.ready()));

function link(href, text) {
  const element = document.createElement('a');
  element.href = href;
  element.textContent = text;
  return element;
}

let me = null;
/** Who is signed in; asked once, and only where an entry is not for everybody. */
const whoAmI = () => (me = me || import('../../../tasklist/scripts/service-recovery/api.js').then(api => api.get('/api/me')));

/**
 * An entry of the navigation, marked while its page is shown.
 *
 * @param isFor whom it is for, of what /api/me says; for everybody where that cannot be read: the page says it, too
 */
function entry(href, text, isFor) {
  return {
    pluginPoint: 'cockpit.navigation',
    render(node) {
      const element = link(href, text);
      const here = () => {
        const active = location.hash.startsWith(href);
        element.closest('li')?.classList.toggle('active', active);
        if (active) {
          element.setAttribute('aria-current', 'page');
        } else {
          element.removeAttribute('aria-current');
        }
      };
      node.append(element);
      window.addEventListener('hashchange', here);
      setTimeout(here);
      if (isFor) {
        whoAmI().then(who => {
          if (!isFor(who)) {
            (element.closest('li') || element).style.display = 'none';
          }
        }, () => {});
      }
    }
  };
}

export default [
  // Before processes: managers come for these.
  { id: 'service-recovery-entry', priority: 200, ...entry('#/recovery', german ? 'Wiedergutmachung' : 'Recovery') },
  { id: 'service-recovery-finished-entry', priority: 190, ...entry('#/finished-cases', german ? 'Beendete Fälle' : 'Finished cases', who => who.seesCases) },
  { id: 'service-recovery-try-table-entry', priority: -90, ...entry('#/try-table', german ? 'Tabelle ausprobieren' : 'Try a table') },
  {
    id: 'service-recovery-page',
    pluginPoint: 'cockpit.route',
    priority: 0,
    properties: { path: '/recovery' },
    ...lazily(() => import('./recovery-page.js'))
  },
  {
    id: 'service-recovery-finished',
    pluginPoint: 'cockpit.route',
    priority: 0,
    properties: { path: '/finished-cases' },
    ...worded(() => import('./finished-page.js'))
  },
  {
    id: 'service-recovery-card',
    pluginPoint: 'cockpit.dashboard',
    priority: 100,
    ...lazily(() => import('./recovery-card.js'))
  },
  {
    id: 'service-recovery-waits-diagram',
    pluginPoint: 'cockpit.processDefinition.diagram.plugin',
    priority: 0,
    ...worded(() => import('./waits-diagram.js'))
  },
  {
    id: 'service-recovery-waits-tab',
    pluginPoint: 'cockpit.processDefinition.runtime.tab',
    // Behind Camunda's own: these open first.
    priority: -10,
    properties: { label: waiting },
    ...worded(() => import('./waits-tab.js'))
  },
  {
    id: 'service-recovery-way-diagram',
    pluginPoint: 'cockpit.processInstance.diagram.plugin',
    priority: 0,
    ...worded(() => import('./way-diagram.js'))
  },
  {
    id: 'service-recovery-way-tab',
    pluginPoint: 'cockpit.processInstance.runtime.tab',
    priority: -10,
    properties: { label: waiting },
    ...worded(() => import('./way-tab.js'))
  },
  {
    id: 'service-recovery-try-table',
    pluginPoint: 'cockpit.route',
    priority: 0,
    properties: { path: '/try-table' },
    ...lazily(() => import('./try-table-page.js'))
  },
  {
    id: 'service-recovery-time-rules',
    pluginPoint: 'cockpit.navigation',
    priority: -100,
    render(node) {
      node.append(link(`${context}/time-rules`, german ? 'Zeitregeln' : 'Time rules'));
    }
  }
];
