// Tasklist stays blank when a script it was told of cannot be loaded: assets/service-recovery/own-scripts.js tries ours first.
// That one may be missing itself, so this file imports nothing before it is read.
const PATIENCE_MS = 40000;
const german = navigator.language.startsWith('de');
const SENTENCE = german
  ? 'Ein Teil dieser Seite konnte nicht geladen werden. Laden Sie sie neu; die Aufgaben sind weiter da.'
  : 'A part of this page could not be loaded. Reload it; the tasks are still there.';

const ASSETS = new URL('../../../assets/service-recovery/', import.meta.url).href;
// As Tasklist itself would load it: the same address is the same module.
const OURS = new URL('./service-recovery/tasklist.js?bust=7.24.0', import.meta.url).href;
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
  customScripts: loaded?.[0] ? ['scripts/service-recovery/tasklist'] : [],

  disableWelcomeMessage: true,

  locales: { availableLocales: ['en', 'de'], fallbackLocale: 'en' },

  shortcuts: {
    claimTask: { key: 'ctrl+alt+c', description: german ? 'übernimmt die ausgewählte Aufgabe' : 'claims the currently selected task' },
    focusFilter: { key: 'ctrl+shift+f', description: german ? 'springt zum ersten Filter der Liste' : 'set the focus to the first filter in the list' },
    focusList: { key: 'ctrl+alt+l', description: german ? 'springt zur ersten Aufgabe der Liste' : 'sets the focus to the first task in the list' },
    focusForm: { key: 'ctrl+alt+f', description: german ? 'springt zum ersten Feld des Formulars' : 'sets the focus to the first input field in a task form' },
    startProcess: { key: 'ctrl+alt+p', description: german ? 'öffnet den Dialog, der einen Prozess startet' : 'opens the start process modal dialog' }
  }
};
