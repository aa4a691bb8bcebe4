// The part after # names the task or the case one wanted; browsers carry it along redirects, a form drops it.
const form = document.getElementById('sign-in');
if (location.hash && !location.hash.startsWith('#/login')) {
  form.action += location.hash;
}

// Half-written forms are kept in the browser, and they are about customers: they go when somebody signs out here, and when
// somebody else signs in. Who just comes back after a long while finds them again.
const LAST = 'sr-person';

function forgetDrafts() {
  for (const storage of [localStorage, sessionStorage]) {
    Object.keys(storage)
      .filter(key => /^(camForm:|camunda-form:|sr-)/.test(key))
      .forEach(key => storage.removeItem(key));
  }
}

if (new URLSearchParams(location.search).has('signed-out')) {
  forgetDrafts();
}
form.addEventListener('submit', () => {
  const person = form.elements.name.value.trim();
  if (localStorage.getItem(LAST) !== person) {
    forgetDrafts();
    localStorage.setItem(LAST, person);
  }
});
