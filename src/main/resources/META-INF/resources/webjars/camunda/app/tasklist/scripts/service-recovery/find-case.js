// The search in the header: by case number, customer, phone or words. A combobox as WAI-ARIA describes it.
import { h, icon } from './dom.js';
import { get, signInPage } from './api.js';
import { t } from './messages.js';

const SEARCH_AFTER_MS = 250;
const SHOWN = 10;
const LIST = 'sr-found-cases';

/** A case's place in Tasklist. */
export const placeOf = number => `#/case/${encodeURIComponent(number)}`;

export function mount(node) {
  let found = [];
  let active = -1;
  let waiting = null;
  let question = 0;
  let asking = null;

  const input = h('input', {
    type: 'search', class: 'sr-find-input', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
    'aria-label': t('find.label'), 'aria-expanded': 'false', 'aria-controls': LIST, 'aria-autocomplete': 'list',
    placeholder: t('find.placeholder'), oninput: later, onkeydown: keys,
    onfocus: () => input.value.trim().length > 1 && found.length > 0 && open(true),
    onblur: close
  });
  const list = h('ul', { class: 'sr-options', role: 'listbox', id: LIST, 'aria-label': t('find.results'), hidden: true });
  const note = h('p', { class: 'sr-find-note', role: 'status', hidden: true });
  const root = h('div', { class: 'sr sr-find', role: 'search' }, icon('search'), input, h('div', { class: 'sr-find-list' }, list, note));
  node.append(root);

  function later() {
    clearTimeout(waiting);
    question++;
    const words = input.value.trim();
    if (words.length < 2) {
      found = [];
      close();
      return;
    }
    waiting = setTimeout(() => ask(words), SEARCH_AFTER_MS);
  }

  async function ask(words) {
    const mine = ++question;
    if (asking) {
      asking.abort();
    }
    asking = new AbortController();
    say(t('find.searching'));
    try {
      const answer = await get(`/api/cases/search?limit=${SHOWN}&q=${encodeURIComponent(words)}`, asking.signal);
      if (mine === question) {
        show(answer, words);
      }
    } catch (problem) {
      if (mine === question && problem.name !== 'AbortError') {
        found = [];
        list.replaceChildren();
        open(false);
        const again = { type: 'button', class: 'btn btn-link btn-xs', onmousedown: event => {
          // The input keeps its focus.
          event.preventDefault();
          ask(words);
        } };
        say(problem.fields && problem.fields.length > 0 ? t('find.more') : problem.message, ' ',
          problem.status === 401
            ? h('a', { href: signInPage, onmousedown: event => event.preventDefault() }, t('signIn'))
            : h('button', again, t('tryAgain')));
      }
    }
  }

  function show(answer, words) {
    found = answer.cases;
    list.replaceChildren(...found.map((each, at) => h('li', {
      role: 'option', id: `${LIST}-${at}`, 'aria-selected': 'false',
      onmousedown: event => {
        event.preventDefault();
        go(each, event);
      }
    },
    h('div', {}, h('strong', {}, each.number), ' ', each.customer,
      h('span', { class: 'sr-quiet' }, ` ${each.customerNumber}`)),
    h('div', { class: 'sr-quiet sr-small' },
      [t(`find.state.${each.state}`), t(`find.severity.${each.severity}`), each.ownerName || t('find.nobody')].join(' · '),
      each.task && h('span', { class: 'sr-find-task' }, icon(each.task.mine ? 'tasks' : 'hand-right'), ' ', each.task.name)),
    h('div', { class: 'sr-small sr-find-summary' }, each.summary))));
    open(found.length > 0);
    mark(found.length > 0 ? 0 : -1);
    say(found.length === 0 ? t('find.nothing', words)
      : answer.more ? t('find.first', found.length)
        : found.length === 1 ? t('find.one') : t('find.count', found.length));
  }

  function say(...text) {
    note.replaceChildren(...text);
    note.hidden = text.join('') === '';
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) {
      note.hidden = false;
    }
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
      input.setAttribute('aria-activedescendant', `${LIST}-${at}`);
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }

  function go(hit, event) {
    clearTimeout(waiting);
    question++;
    if (event && (event.ctrlKey || event.metaKey)) {
      window.open(placeOf(hit.number), '_blank', 'noopener');
      return;
    }
    input.value = '';
    found = [];
    close();
    location.hash = placeOf(hit.number);
  }

  function keys(event) {
    const last = found.length - 1;
    if (event.key === 'Escape') {
      if (!list.hidden || !note.hidden) {
        close();
      } else {
        input.value = '';
      }
    } else if (list.hidden && found.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      open(true);
      mark(0);
    } else if (event.key === 'ArrowDown' && found.length > 0) {
      mark(active < last ? active + 1 : 0);
    } else if (event.key === 'ArrowUp' && found.length > 0) {
      mark(active > 0 ? active - 1 : last);
    } else if (event.key === 'Enter') {
      if (!list.hidden && active >= 0) {
        go(found[active], event);
      } else if (input.value.trim().length > 1) {
        clearTimeout(waiting);
        ask(input.value.trim());
      }
    } else {
      return;
    }
    event.preventDefault();
    // Tasklist's own keys are for its list.
    event.stopPropagation();
  }

  return () => {
    clearTimeout(waiting);
    if (asking) {
      asking.abort();
    }
    root.remove();
  };
}
