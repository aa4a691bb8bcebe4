// Choosing a text to start from, for the panels of mails and letters; and what to say when something does not load.
import { h, icon } from './dom.js';
import { get } from './api.js';
import { sentenceOf } from './forms.js';
import { t } from './messages.js';
import { wayOn } from './way-on.js';

/** What went wrong, and what can be done about it. */
export function trouble(problem, sentence, again) {
  if (problem.status === undefined) {
    console.error(problem);
  }
  const told = problem.status === 0 || (problem.status >= 400 && problem.status < 500);
  return h('div', { class: 'alert alert-danger sr-trouble', role: 'alert' },
    h('p', {}, told ? sentenceOf(problem) : sentence),
    (again || problem.status === 401) && wayOn(problem, again));
}

/**
 * A list of templates, those in the reader's language first. use(template) fills the form in and answers with what to
 * say; isEmpty() tells whether anything of the reader's own would be lost.
 */
export function templateChooser({ path, signal, accepts, isEmpty, use }) {
  const says = h('div', { class: 'sr-says', role: 'status' });
  const root = h('div', {}, h('p', { class: 'sr-loading', role: 'status' }, t('mail.loading')));

  async function load() {
    try {
      draw((await get(path, signal)).filter(each => !each.problem && (!accepts || accepts(each))));
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        root.replaceChildren(trouble(problem, t('mail.loadFailed'), load));
      }
    }
  }

  function draw(templates) {
    const own = t('language');
    const names = new Intl.DisplayNames([own], { type: 'language' });
    const languages = [...new Set(templates.map(each => each.language))]
      .sort((a, b) => (b === own) - (a === own) || a.localeCompare(b));
    const id = 'sr-template-' + Math.random().toString(36).slice(2);
    const select = h('select', { id, class: 'form-control' },
      h('option', { value: '' }, t('mail.chooseTemplate')),
      languages.map(language => h('optgroup', { label: names.of(language) },
        templates.map((each, at) => each.language === language && h('option', { value: String(at) }, each.name)))));
    const button = h('button', { type: 'button', class: 'btn btn-default', disabled: true,
      onclick: () => isEmpty() ? put() : ask() }, t('mail.use'));
    select.addEventListener('change', () => {
      button.disabled = select.value === '';
      says.replaceChildren();
    });

    function ask() {
      const replace = h('button', { type: 'button', class: 'btn btn-default', onclick: put }, t('mail.replace'));
      says.replaceChildren(h('p', {}, t('mail.replaceAsk'), ' ', replace));
      replace.focus();
    }

    async function put() {
      button.disabled = true;
      try {
        says.replaceChildren(...[await use(templates[Number(select.value)])].flat());
      } catch (problem) {
        if (problem.name !== 'AbortError') {
          says.replaceChildren(trouble(problem, t('mail.loadFailed'), put));
        }
      } finally {
        button.disabled = select.value === '';
      }
    }

    root.replaceChildren(
      h('div', { class: 'sr-chooser' }, h('label', { for: id }, t('mail.template')), select, button), says);
  }

  load();
  return root;
}

const A_CHANGE_MS = 350;
const MOST_TRIES = 5;

/**
 * Writes texts into fields of the form, one after the other: a field of form-js takes what another one holds from before
 * when both change within 300 ms, and one that was hidden comes a moment later.
 */
export async function write(field, texts) {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // A browser ends lines its own way.
    const open = Object.entries(texts).filter(([key, text]) => field(key).get().replaceAll('\r\n', '\n') !== text);
    if (open.length === 0) {
      return;
    }
    for (const [key, text] of open) {
      field(key).set(text);
      await new Promise(done => setTimeout(done, A_CHANGE_MS));
    }
  }
}

/** What is still open in a text that was just filled in. */
export function filled(sentence, missing) {
  return [
    h('p', {}, icon('ok'), ' ', sentence),
    missing.length > 0 && h('p', { class: 'sr-late' }, icon('warning-sign'), ' ',
      t('mail.missing', missing.map(each => `{{${each}}}`).join(', ')))
  ].filter(Boolean);
}
