// A plugin whose view is loaded when it is shown, so that what fails is told in its place and nowhere else.
const german = navigator.language.startsWith('de');
// Not from the messages file: that may be what is missing.
const SENTENCE = german
  ? 'Dieser Teil konnte nicht geladen werden. Laden Sie die Seite neu.'
  : 'This part could not be loaded. Reload the page.';

/**
 * @param load answers with a module whose mount(place, context) draws, and answers with what ends it; the place is an
 *     element, or the viewer of a diagram
 * @param before is asked for what has to be there first, such as the wording
 */
export function lazily(load, before = () => null) {
  let unmount = null;
  let turn = 0;
  return {
    render(place, context) {
      const mine = ++turn;
      Promise.all([load(), before()]).then(
        ([view]) => {
          if (mine === turn) {
            unmount = view.mount(place, context);
          }
        },
        error => {
          console.error(error);
          if (mine === turn) {
            const alert = document.createElement('p');
            alert.className = 'alert alert-danger';
            alert.setAttribute('role', 'alert');
            alert.textContent = SENTENCE;
            (place instanceof Element ? place : place._container).append(alert);
          }
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
