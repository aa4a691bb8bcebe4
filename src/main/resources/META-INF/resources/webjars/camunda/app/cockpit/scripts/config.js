// Cockpit stays blank when a script it was told of cannot be loaded. So ours are tried here first, with time enough for a
// slow line; without them Cockpit works as Camunda made it, and says so.
const PATIENCE_MS = 30000;
const german = navigator.language.startsWith('de');

async function load(script) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${script} took too long`)), PATIENCE_MS);
  });
  try {
    await Promise.race([import(script), late]);
    return true;
  } catch (error) {
    console.error(error);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

// As Cockpit itself would load it: the same address is the same module.
const OURS = new URL('./service-recovery/cockpit.js?bust=7.24.0', import.meta.url).href;
const loaded = await Promise.all([
  load(OURS),
  load(new URL('../../../assets/service-recovery/front-door.js', import.meta.url).href)
]);

if (loaded.includes(false)) {
  const notice = document.createElement('p');
  notice.setAttribute('role', 'alert');
  notice.style.cssText = 'position:fixed;bottom:0;left:0;right:0;z-index:2000;margin:0;padding:8px 16px;'
    + 'background:#fcf8e3;border-top:1px solid #c09853;color:#6b4e12';
  // Not from the messages file: that may be what is missing.
  notice.textContent = german
    ? 'Ein Teil dieser Seite konnte nicht geladen werden. Laden Sie sie neu; Prozesse und Aufgaben sind weiter da.'
    : 'A part of this page could not be loaded. Reload it; processes and tasks are still there.';
  document.body.append(notice);
}

export default {
  customScripts: loaded[0] ? ['scripts/service-recovery/cockpit'] : [],

  disableWelcomeMessage: true,

  locales: { availableLocales: ['en', 'de'], fallbackLocale: 'en' }
};
