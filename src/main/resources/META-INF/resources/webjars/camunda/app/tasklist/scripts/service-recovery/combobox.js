// A text box over a list of what the server finds, as WAI-ARIA describes a combobox.
import { fill, h } from './dom.js';
import { t } from './messages.js';
import { wayOn } from './way-on.js';

const SEARCH_AFTER_MS = 250;
const FEWEST_LETTERS = 2;

/**
 * @param id of the list; what is found is numbered after it
 * @param attributes of the text box
 * @param ask (words, signal) answers with a list
 * @param draw one of them, as children of its line
 * @param choose (one, event) when it is chosen
 * @param told what is said of what was found: (list, words)
 * @param reopens whether the list comes back with the focus
 * @returns {{input, list, note, around, empty, leave}} the text box, the list under it and what is said; they belong into
 *     one element, given to `around`, which the focus leaves as a whole
 */
export function combobox({ id, label, results, attributes, noteClass, ask, draw, choose, told, reopens }) {
  let found = [];
  let active = -1;
  let waiting = null;
  let question = 0;
  let asking = null;

  const input = h('input', {
    type: 'search', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-label': label,
    'aria-expanded': 'false', 'aria-controls': id, 'aria-autocomplete': 'list', ...attributes,
    oninput: later, onkeydown: keys, onfocus: () => reopens && again()
  });
  const list = h('ul', { class: 'sr-options', role: 'listbox', id, 'aria-label': results, hidden: true,
    onmousedown: event => event.preventDefault() });
  const note = h('p', { class: noteClass, role: 'status', hidden: true, onmousedown: event => event.preventDefault() });

  /** To be called with the element that holds the three. */
  function around(element) {
    element.addEventListener('focusout', event => {
      if (!element.contains(event.relatedTarget)) {
        forget();
        close();
      }
    });
    return element;
  }

  const words = () => input.value.trim();

  /** An answer that is still on its way opens nothing any more. */
  function forget() {
    clearTimeout(waiting);
    question++;
    asking?.abort();
  }

  function later() {
    forget();
    found = [];
    if (words().length < FEWEST_LETTERS) {
      close();
      if (words()) {
        say(t('find.more'));
      }
      return;
    }
    waiting = setTimeout(search, SEARCH_AFTER_MS);
  }

  function again() {
    if (found.length > 0 && words()) {
      open(true);
      mark(0);
      say(told(found, words()));
    } else if (words().length >= FEWEST_LETTERS && note.hidden) {
      later();
    }
  }

  async function search() {
    forget();
    const mine = question;
    const wanted = words();
    asking = new AbortController();
    say(t('find.searching'));
    try {
      const answer = await ask(wanted, asking.signal);
      if (mine === question) {
        show(answer, wanted);
      }
    } catch (problem) {
      if (mine === question && problem.name !== 'AbortError') {
        found = [];
        list.replaceChildren();
        open(false);
        const refused = problem.fields && problem.fields.length > 0;
        say(refused ? t('find.more') : problem.message, ' ',
          !refused && wayOn(problem, () => {
            input.focus();
            search();
          }, 'btn btn-link btn-xs'));
      }
    }
  }

  function show(answer, wanted) {
    found = answer;
    list.replaceChildren(...found.map((each, at) => h('li', {
      role: 'option', id: `${id}-${at}`, 'aria-selected': 'false',
      // Before the input loses its focus.
      onmousedown: event => {
        event.preventDefault();
        take(each, event);
      }
    }, draw(each))));
    open(found.length > 0);
    mark(found.length > 0 ? 0 : -1);
    say(told(found, wanted));
  }

  function say(...text) {
    fill(note, ...text);
    note.hidden = !note.hasChildNodes();
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
  }

  function close() {
    open(false);
    note.hidden = true;
    mark(-1);
  }

  function mark(at) {
    active = at;
    [...list.children].forEach((each, index) => {
      each.setAttribute('aria-selected', String(index === at));
      if (index === at) {
        each.scrollIntoView({ block: 'nearest' });
      }
    });
    if (at >= 0) {
      input.setAttribute('aria-activedescendant', `${id}-${at}`);
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }

  function take(one, event) {
    forget();
    close();
    choose(one, event);
  }

  /** Begins anew, with nothing found. */
  function empty() {
    forget();
    found = [];
    list.replaceChildren();
    input.value = '';
    close();
  }

  function keys(event) {
    if (event.isComposing) {
      return;
    }
    const last = found.length - 1;
    const arrow = event.key === 'ArrowDown' || event.key === 'ArrowUp';
    if (event.key === 'Escape') {
      forget();
      if (list.hidden && note.hidden) {
        empty();
      }
      close();
    } else if (arrow && last < 0) {
      return;
    } else if (arrow && list.hidden) {
      open(true);
      mark(0);
    } else if (event.key === 'ArrowDown') {
      mark(active < last ? active + 1 : 0);
    } else if (event.key === 'ArrowUp') {
      mark(active > 0 ? active - 1 : last);
    } else if (event.key === 'Enter') {
      if (!list.hidden && active >= 0) {
        take(found[active], event);
      } else if (words().length >= FEWEST_LETTERS) {
        search();
      }
    } else {
      return;
    }
    event.preventDefault();
    // Tasklist's own keys are for its list.
    event.stopPropagation();
  }

  return { input, list, note, around, empty, leave: forget };
}
