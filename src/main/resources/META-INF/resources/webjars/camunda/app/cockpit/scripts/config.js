// Cockpit stays blank when a script it was told of cannot be loaded: assets/service-recovery/own-scripts.js tries ours first.
// That one may be missing itself, so this file imports nothing before it is read.
const PATIENCE_MS = 40000;
const german = navigator.language.startsWith('de');
const SENTENCE = german
  ? 'Ein Teil dieser Seite konnte nicht geladen werden. Laden Sie sie neu; Prozesse und Aufgaben sind weiter da.'
  : 'A part of this page could not be loaded. Reload it; processes and tasks are still there.';

const ASSETS = new URL('../../../assets/service-recovery/', import.meta.url).href;
// As Cockpit itself would load it: the same address is the same module.
const OURS = new URL('./service-recovery/cockpit.js?bust=7.24.0', import.meta.url).href;
const FRONT_DOOR = `${ASSETS}front-door.js`;

const late = new Promise((resolve, reject) => {
  setTimeout(reject, PATIENCE_MS, new Error('Our scripts took too long.'));
});
let loaded = [false];
try {
  loaded = await Promise.race([import(`${ASSETS}own-scripts.js`).then(own => own.tried([OURS, FRONT_DOOR], SENTENCE)), late]);
} catch (error) {
  console.error(error);
  import(FRONT_DOOR).catch(console.error);
  document.body.append(Object.assign(document.createElement('p'),
    { role: 'alert', className: 'alert alert-warning navbar-fixed-bottom', textContent: SENTENCE }));
}

export default {
  customScripts: loaded?.[0] ? ['scripts/service-recovery/cockpit'] : [],

  disableWelcomeMessage: true,

  locales: { availableLocales: ['en', 'de'], fallbackLocale: 'en' }
};
