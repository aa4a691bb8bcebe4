// What Service Recovery adds to Tasklist: the Case tab, the New case page and its entry in the header.
// Named in scripts/config.js as a custom script. Tasklist stays blank when this file cannot be loaded, so it is small;
// the rest is loaded when it is shown, and a failure there is told in place.
import './answers.js';
import './list-forms.js';
import './form-drafts.js';
import './sorting.js';
import './form-words.js';
import './card-times.js';
import './card-names.js';
import './step-panels.js';
import { lazily } from '../../../../assets/service-recovery/lazily.js';
import { get } from './api.js';
import { ready, t } from './messages.js';

const css = document.createElement('link');
css.rel = 'stylesheet';
css.href = new URL('./service-recovery.css', import.meta.url).href;
document.head.append(css);

// The names of tab and page are wanted before the wording is here.
const german = navigator.language.startsWith('de');

const shown = load => lazily(load, ready);

export default [
  {
    id: 'service-recovery-case',
    pluginPoint: 'tasklist.task.detail',
    // After the form, before history and diagram.
    priority: 900,
    properties: { label: german ? 'Fall' : 'Case' },
    ...shown(() => import('./case-tab.js'))
  },
  {
    id: 'service-recovery-new-case',
    pluginPoint: 'tasklist.route',
    priority: 0,
    properties: { path: '/new-case', label: german ? 'Neuer Fall' : 'New case' },
    ...shown(() => import('./new-case.js'))
  },
  {
    id: 'service-recovery-case-page',
    pluginPoint: 'tasklist.route',
    priority: 0,
    properties: { path: '/case/:number' },
    ...shown(() => import('./case-page.js'))
  },
  {
    id: 'service-recovery-absence',
    pluginPoint: 'tasklist.route',
    priority: 0,
    properties: { path: '/absence' },
    ...shown(() => import('./absence.js'))
  },
  {
    id: 'service-recovery-handover',
    pluginPoint: 'tasklist.route',
    priority: 0,
    properties: { path: '/handover' },
    ...shown(() => import('./handover.js'))
  },
  {
    id: 'service-recovery-prevention',
    pluginPoint: 'tasklist.route',
    priority: 0,
    properties: { path: '/prevention' },
    ...shown(() => import('./prevention.js'))
  },
  {
    id: 'service-recovery-taxonomy',
    pluginPoint: 'tasklist.route',
    priority: 0,
    properties: { path: '/taxonomy' },
    ...shown(() => import('./taxonomy.js'))
  },
  {
    id: 'service-recovery-find',
    pluginPoint: 'tasklist.navbar.action',
    priority: 1000,
    ...shown(() => import('./find-case.js'))
  },
  {
    id: 'service-recovery-menu',
    pluginPoint: 'tasklist.navbar.action',
    priority: 800,
    ...shown(() => import('./menu.js'))
  },
  {
    id: 'service-recovery-new-case-entry',
    pluginPoint: 'tasklist.navbar.action',
    priority: 900,
    render(node) {
      const link = document.createElement('a');
      link.href = '#/new-case';
      const icon = document.createElement('span');
      icon.className = 'glyphicon glyphicon-plus-sign';
      icon.setAttribute('aria-hidden', 'true');
      node.className = 'sr-nav';
      const show = () => {
        link.append(icon, ` ${t('newCase.entry')}`);
        node.append(link);
      };
      // Shown to those who may open cases; the page itself says so to the others.
      ready().then(() => get('/api/me')).then(me => me.opensCases && show(), show);
    },
    unmount() {}
  }
];
