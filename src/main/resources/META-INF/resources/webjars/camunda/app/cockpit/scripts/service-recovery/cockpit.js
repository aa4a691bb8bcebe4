// What Service Recovery adds to Cockpit: the Recovery page, its card on the dashboard, the page on which tables are tried,
// and the ways there and to the time rules. Cockpit stays blank when this file cannot be loaded, so it imports nothing; the rest is loaded when it is shown,
// and a failure there is told in place.
const german = navigator.language.startsWith('de');
const context = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');

function lazily(load) {
  let unmount = null;
  let turn = 0;
  return {
    render(node) {
      const mine = ++turn;
      load().then(
        view => {
          if (mine === turn) {
            unmount = view.mount(node);
          }
        },
        error => {
          console.error(error);
          const alert = document.createElement('p');
          alert.className = 'alert alert-danger';
          alert.setAttribute('role', 'alert');
          // Not from the messages file: that may be what is missing.
          alert.textContent = german
            ? 'Dieser Teil von Cockpit konnte nicht geladen werden. Laden Sie die Seite neu.'
            : 'This part of Cockpit could not be loaded. Reload the page.';
          node.append(alert);
        }
      );
    },
    unmount() {
      turn++;
      if (unmount) {
        unmount();
        unmount = null;
      }
    }
  };
}

function link(href, text) {
  const element = document.createElement('a');
  element.href = href;
  element.textContent = text;
  return element;
}

/** An entry of the menu that is marked while its page is open. */
function entry(node, page, text) {
  const way = link(page, text);
  const here = () => {
    const active = location.hash.startsWith(page);
    way.closest('li')?.classList.toggle('active', active);
    way.toggleAttribute('aria-current', active);
  };
  node.append(way);
  window.addEventListener('hashchange', here);
  setTimeout(here);
}

export default [
  {
    id: 'service-recovery-entry',
    pluginPoint: 'cockpit.navigation',
    // Before processes: managers come for this.
    priority: 200,
    render: node => entry(node, '#/recovery', german ? 'Wiedergutmachung' : 'Recovery')
  },
  {
    id: 'service-recovery-page',
    pluginPoint: 'cockpit.route',
    priority: 0,
    properties: { path: '/recovery' },
    ...lazily(() => import('./recovery-page.js'))
  },
  {
    id: 'service-recovery-card',
    pluginPoint: 'cockpit.dashboard',
    priority: 100,
    ...lazily(() => import('./recovery-card.js'))
  },
  {
    id: 'service-recovery-try-table-entry',
    pluginPoint: 'cockpit.navigation',
    priority: -90,
    render: node => entry(node, '#/try-table', german ? 'Tabelle ausprobieren' : 'Try a table')
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
