// What was typed and not sent yet, for a reload of the page. It may be about a customer, so it is kept for this tab alone
// and goes when the person signs out (static/front-door/sign-in.js).
const PREFIX = 'sr-draft:';

export function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch (error) {
    // Storage that is switched off or holds something else: there is no draft.
    return null;
  }
}

export function keep(name, values) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(values));
  } catch (error) {
    console.warn(error);
  }
}

export function drop(name) {
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch (error) {
    console.warn(error);
  }
}

/** The names of the drafts that begin so. */
export function names(beginning) {
  try {
    return Object.keys(sessionStorage)
      .filter(key => key.startsWith(PREFIX + beginning))
      .map(key => key.slice(PREFIX.length));
  } catch (error) {
    return [];
  }
}

const PERSON = 'sr-person';

/** Drafts of a tab that slept through another person's signing in are not that person's (front-door/sign-in.js). */
function onlyOwn() {
  try {
    const now = localStorage.getItem(PERSON);
    if (sessionStorage.getItem(PERSON) !== now) {
      names('').forEach(drop);
      if (now === null) {
        sessionStorage.removeItem(PERSON);
      } else {
        sessionStorage.setItem(PERSON, now);
      }
    }
  } catch (error) {
    // Storage that is switched off holds no drafts.
  }
}

onlyOwn();

// Session storage is each tab's own: in another one somebody signed out, or somebody else signed in.
window.addEventListener('storage', event => {
  if (event.key === PERSON || event.key === null) {
    onlyOwn();
  }
});
