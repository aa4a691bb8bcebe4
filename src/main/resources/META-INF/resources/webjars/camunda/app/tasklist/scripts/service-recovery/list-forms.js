// Forms with a list of rows. After a change in a row the form viewer (form-js 1.8) keeps an empty entry among its errors,
// Tasklist takes that for an error, and "Complete" stays disabled. Saving the draft makes the form check itself anew, so
// the draft of a form with rows is saved a moment after each change: which also brings it back after a reload.
export const ROWS = '.fjs-repeat-row-container';
const SAVE = 'button[ng-click^="save("]';
// Well after form-js has taken over what was typed (300 ms): saving earlier would lose it.
const AFTER_MS = 700;

let pending = null;

function saveSoon() {
  clearTimeout(pending);
  pending = setTimeout(() => {
    const save = document.querySelector(SAVE);
    if (save && !save.disabled) {
      save.click();
    }
  }, AFTER_MS);
}

function inAList(event) {
  // A chosen option or a removed row may be gone from the page by now: the form around it tells as well.
  return event.target instanceof Element
    && (event.target.closest(ROWS) || event.target.closest('.fjs-form')?.querySelector(ROWS));
}

for (const kind of ['input', 'change', 'click', 'mousedown', 'keyup']) {
  document.addEventListener(kind, event => {
    if (inAList(event)) {
      saveSoon();
    }
  }, true);
}
