// The part after # names the task or the case one wanted; browsers carry it along redirects, a form drops it.
const form = document.getElementById('sign-in');
if (location.hash && !location.hash.startsWith('#/login')) {
  form.action += location.hash;
}

// Half-written forms are kept in the browser, and they are about customers: they go when somebody signs out here, and when
// somebody else signs in. Who just comes back after a long while finds them again.
const LAST = 'sr-person';

function forget(storage) {
  Object.keys(storage)
    .filter(key => /^(camForm:|camunda-form:|sr-)/.test(key))
    .forEach(key => storage.removeItem(key));
}

function forgetDrafts() {
  forget(localStorage);
  forget(sessionStorage);
}

if (new URLSearchParams(location.search).has('signed-out')) {
  forgetDrafts();
}
// A tab that was left open keeps what the person before wrote in it, while somebody else signed in in another one.
if (sessionStorage.getItem(LAST) !== localStorage.getItem(LAST)) {
  forget(sessionStorage);
}
form.addEventListener('submit', () => {
  const person = form.elements.name.value.trim();
  for (const storage of [localStorage, sessionStorage]) {
    if (storage.getItem(LAST) !== person) {
      forget(storage);
      storage.setItem(LAST, person);
    }
  }
});
