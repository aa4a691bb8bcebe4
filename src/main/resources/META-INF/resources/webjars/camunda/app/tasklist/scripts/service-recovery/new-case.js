// The New case page: find the customer, say what happened, open the case.
import { h, icon, time, money } from './dom.js';
import { get, post, signInPage } from './api.js';
import { label as labelOf, t, told } from './messages.js';

const LONGEST_SUMMARY = 500;
const SEARCH_AFTER_MS = 250;

const SEVERITIES = ['minor', 'moderate', 'major', 'critical'];
const SOURCES = ['complaint', 'negative-review', 'low-nps', 'callback', 'support-ticket', 'internal-escalation'];
const ORIGINS = ['job', 'invoice', 'ticket', 'review', 'survey', 'call'];
/** What the server calls a field, by our own names. */
const FIELD_OF = {
  customerNumber: 'customer', 'origin.kind': 'originKind', 'origin.externalId': 'originId',
  'origin.paymentId': 'paymentId', kind: 'originKind', externalId: 'originId'
};

/** What was typed, kept while Tasklist is open: a look at another task does not lose it. */
let draft = null;

export function mount(node, { api }) {
  const root = h('main', { class: 'sr sr-page' });
  node.append(root);
  const leaving = new AbortController();
  let form = null;

  async function start() {
    root.replaceChildren(h('p', { class: 'sr-loading', role: 'status' }, t('panels.loading')));
    try {
      const [status, me] = await Promise.all([
        get('/api/installation/switch', leaving.signal), get('/api/me', leaving.signal)
      ]);
      if (!me.opensCases) {
        root.replaceChildren(heading(), h('div', { class: 'sr-notice', role: 'status' },
          icon('lock'), h('p', {}, t('newCase.notYours'))));
        return;
      }
      if (status.state !== 'on') {
        root.replaceChildren(heading(), h('div', { class: 'sr-notice', role: 'status' },
          icon('off'), h('p', {}, status.sentence)));
        return;
      }
      form = newCaseForm(me, opened, leaving.signal);
      root.replaceChildren(heading(), form.element);
      if (draft) {
        form.restore(draft);
        draft = null;
      }
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        root.replaceChildren(heading(), h('div', { class: 'sr-notice', role: 'alert' },
          icon('warning-sign'), h('p', {}, problem.message),
          problem.status === 401
            ? h('a', { class: 'btn btn-default', href: signInPage }, t('signIn'))
            : h('button', { type: 'button', class: 'btn btn-default', onclick: start }, t('tryAgain'))));
      }
    }
  }

  function opened(created) {
    form = null;
    const next = h('p', { class: 'sr-quiet' }, t('newCase.firstTask.looking'));
    const title = h('h2', { tabindex: '-1' }, icon('ok-sign'), ` ${t('newCase.opened', created.number)}`);
    root.replaceChildren(heading(), h('section', { class: 'sr-opened', role: 'status' },
      title, next,
      h('p', {}, h('button', { type: 'button', class: 'btn btn-default', onclick: start }, t('newCase.another')))));
    title.focus();
    root.closest('.page-wrap')?.scrollTo(0, 0);
    firstTask(created.number).then(
      task => next.replaceChildren(...task
        ? told('newCase.firstTask', h('a', { href: `#/?forceDisplayTask=true&task=${encodeURIComponent(task.id)}` },
            task.name))
        : [t('newCase.firstTask.elsewhere')]),
      () => next.replaceChildren(t('newCase.firstTask.inList')));
  }

  async function firstTask(number) {
    const response = await fetch(
      `${api.engineApi}/task?processInstanceBusinessKey=${encodeURIComponent(number)}&sortBy=created&sortOrder=asc`,
      { signal: leaving.signal, credentials: 'same-origin', headers: { Accept: 'application/json' } });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    return (await response.json())[0];
  }

  start();
  return () => {
    // Left before the form was there: what is kept from last time stays kept.
    if (form) {
      draft = form.isTouched() ? form.keep() : null;
    }
    leaving.abort();
    root.remove();
  };
}

function heading() {
  return h('header', { class: 'sr-page-head' },
    h('h1', {}, t('newCase.entry')),
    h('p', {}, t('newCase.about')));
}

let ids = 0;

/** A labelled control with its hint and a place for what is wrong with it. */
function field(name, label, control, { hint, required, wide, group, aside } = {}) {
  const id = control.id || `sr-${name}-${++ids}`;
  const error = h('p', { class: 'help-block sr-error', id: `${id}-error`, hidden: true });
  const hintElement = hint && h('p', { class: 'help-block', id: `${id}-hint` }, hint);
  const mark = required && h('span', { class: 'sr-required', title: t('newCase.needed'), 'aria-hidden': 'true' }, ' *');
  if (!group) {
    control.id = id;
  }
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(' ');
  (group || control).setAttribute('aria-describedby', described);
  const element = h('div', { class: `form-group ${wide ? 'sr-wide' : ''}` },
    group
      ? h('span', { class: 'control-label', id: `${id}-label` }, label, mark)
      : h('label', { class: 'control-label', for: id }, label, mark),
    aside, control, hintElement, error);
  if (group) {
    group.setAttribute('aria-labelledby', `${id}-label`);
  }
  return {
    name, element, control,
    fail(message) {
      error.replaceChildren(icon('exclamation-sign'), ' ', message);
      error.hidden = false;
      element.classList.add('has-error');
      (group || control).setAttribute('aria-invalid', 'true');
    },
    clear() {
      error.hidden = true;
      element.classList.remove('has-error');
      (group || control).removeAttribute('aria-invalid');
    },
    focus() {
      const target = group ? group.querySelector('input') : control;
      (target || control).focus();
    }
  };
}

const texts = (area, values) => values.map(value => [value, labelOf(area, value)]);

function options(pairs) {
  return pairs.map(([value, label]) => h('option', { value }, label));
}

function text(maxlength, attributes) {
  return h('input', { type: 'text', class: 'form-control', maxlength, autocomplete: 'off', ...attributes });
}

function newCaseForm(me, opened, signal) {
  const payment = h('select', { class: 'form-control' }, options([['', t('newCase.payment.customerFirst')]]));
  payment.disabled = true;
  const customer = customerChooser(signal, chosen => {
    payment.disabled = !chosen || chosen.payments.length === 0;
    payment.replaceChildren(...options(!chosen
      ? [['', t('newCase.payment.customerFirst')]]
      : chosen.payments.length === 0
        ? [['', t('newCase.payment.none')]]
        : [['', t('newCase.payment.any')], ...chosen.payments.map(each =>
            [String(each.id), `${each.reference}, ${money(each.amount, each.currency)}, ${time(each.paidAt).textContent}`])]));
    if (chosen) {
      fields.customer.clear();
    }
  });

  const severity = h('div', { class: 'sr-choices', role: 'radiogroup' },
    SEVERITIES.map((value, level) => h('label', { class: `sr-choice sr-level-${value}` },
      h('input', { type: 'radio', name: 'severity', value }),
      h('span', {},
        h('strong', {}, h('span', { class: 'sr-pips', 'aria-hidden': 'true' },
          [0, 1, 2, 3].map(each => h('i', { class: each <= level ? 'on' : '' }))), labelOf('severity', value)),
        h('span', { class: 'sr-guidance' }, t(`newCase.severity.${value}`))))));
  const owner = h('div', { class: 'sr-owners', role: 'radiogroup' },
    h('label', {}, h('input', { type: 'radio', name: 'owner', value: 'me', checked: true }), ` ${t('newCase.owner.me', me.name)}`),
    h('label', {}, h('input', { type: 'radio', name: 'owner', value: 'nobody' }),
      ` ${t('newCase.owner.nobody')}`));

  const counter = h('span', { class: 'sr-counter', 'aria-live': 'polite' }, t('newCase.summary.left', LONGEST_SUMMARY));
  const summary = h('textarea', { class: 'form-control', rows: '2', oninput: count });
  function count() {
    const left = LONGEST_SUMMARY - summary.value.length;
    counter.textContent = left >= 0 ? t('newCase.summary.left', left) : t('newCase.summary.tooMany', -left);
    counter.classList.toggle('sr-bad-text', left < 0);
  }

  const fields = {};
  const add = made => (fields[made.name] = made).element;
  const source = h('select', { class: 'form-control' }, options([['', t('newCase.choose')], ...texts('failureSource', SOURCES)]));
  const verbatim = h('textarea', { class: 'form-control', rows: '5' });
  const reportedAt = h('input', { type: 'datetime-local', class: 'form-control', max: localNow() });
  const originKind = h('select', { class: 'form-control' }, options([['', t('newCase.origin.unknown')], ...texts('originKind', ORIGINS)]));

  const submit = h('button', { type: 'submit', class: 'btn btn-primary' }, t('newCase.open'));
  const failure = h('div', { class: 'alert alert-danger', role: 'alert', tabindex: '-1', hidden: true });
  const element = h('form', { class: 'sr-form', novalidate: true, onsubmit: send, oninput: touched },
    h('fieldset', {}, h('legend', {}, t('newCase.who')),
      add(field('customer', t('caseTab.customer'), customer.element, { required: true, wide: true, group: customer.group }))),
    h('fieldset', {}, h('legend', {}, t('caseTab.whatHappened')),
      h('div', { class: 'sr-grid' },
        add(field('severity', t('list.card.severity'), severity, { required: true, wide: true, group: severity,
          hint: t('newCase.severity.hint') })),
        add(field('source', t('newCase.source'), source, { required: true })),
        add(field('reportedAt', t('newCase.reportedAt'), reportedAt, { hint: t('newCase.reportedAt.hint') })),
        add(field('summary', t('newCase.summary'), summary, { required: true, wide: true, aside: counter })),
        add(field('verbatim', t('newCase.verbatim'), verbatim, { wide: true,
          hint: t('newCase.verbatim.hint') })))),
    h('fieldset', {}, h('legend', {}, t('newCase.origin'), ' ', h('small', {}, t('newCase.origin.asKnown'))),
      h('div', { class: 'sr-grid' },
        add(field('originKind', t('newCase.origin.kind'), originKind)),
        add(field('originId', t('newCase.origin.id'), text(200))),
        add(field('team', t('caseTab.team'), text(200))),
        add(field('area', t('caseTab.area'), text(200))),
        add(field('product', t('caseTab.product'), text(200))),
        add(field('operative', t('caseTab.operative'), text(200))),
        add(field('paymentId', t('newCase.payment'), payment, { wide: true })))),
    h('fieldset', {}, h('legend', {}, t('newCase.owner.title')),
      add(field('owner', t('newCase.owner'), owner, { wide: true, group: owner }))),
    failure,
    h('div', { class: 'sr-actions' }, h('a', { class: 'btn btn-link', href: '#/' }, t('case.backToTasks')), submit));

  let isTouched = false;
  function touched(event) {
    isTouched = true;
    const made = Object.values(fields).find(each => each.element.contains(event.target));
    if (made) {
      made.clear();
    }
  }

  const chosen = group => group.querySelector('input[type=radio]:checked')?.value || '';
  const value = name => fields[name].control.value.trim();

  function wanted() {
    const origin = {
      kind: value('originKind'), externalId: value('originId'), team: value('team'), area: value('area'),
      product: value('product'), operative: value('operative'),
      paymentId: payment.value ? Number(payment.value) : null
    };
    for (const [name, each] of Object.entries(origin)) {
      if (!each) {
        delete origin[name];
      }
    }
    const wish = {
      customerNumber: customer.number(), severity: chosen(severity), source: source.value, summary: value('summary')
    };
    // Kept as received, so not trimmed.
    if (verbatim.value.trim()) {
      wish.verbatim = verbatim.value;
    }
    if (reportedAt.value) {
      wish.reportedAt = new Date(reportedAt.value).toISOString();
    }
    if (chosen(owner) === 'me') {
      wish.owner = me.id;
    }
    if (Object.keys(origin).length > 0) {
      wish.origin = origin;
    }
    return wish;
  }

  /** What can be told without asking the server; the server judges again. */
  function missing(wish) {
    const found = [];
    if (!wish.customerNumber) {
      found.push(['customer', t('newCase.missing.customer')]);
    }
    if (!wish.severity) {
      found.push(['severity', t('newCase.missing.severity')]);
    }
    if (!wish.source) {
      found.push(['source', t('newCase.missing.source')]);
    }
    if (!wish.summary) {
      found.push(['summary', t('newCase.missing.summary')]);
    } else if (wish.summary.length > LONGEST_SUMMARY) {
      found.push(['summary', t('newCase.summary.tooLong', LONGEST_SUMMARY)]);
    }
    if (reportedAt.value && new Date(reportedAt.value) > new Date()) {
      found.push(['reportedAt', t('newCase.reportedAt.future')]);
    }
    if (wish.origin && !wish.origin.kind) {
      found.push(['originKind', t('newCase.missing.originKind')]);
    }
    return found;
  }

  function show(problems, sentence) {
    Object.values(fields).forEach(each => each.clear());
    let first = null;
    const elsewhere = [];
    for (const [name, message] of problems) {
      const made = fields[FIELD_OF[name] || name];
      if (made) {
        made.fail(message.charAt(0).toUpperCase() + message.slice(1));
        first = first || made;
      } else {
        elsewhere.push(`${name}: ${message}`);
      }
    }
    failure.replaceChildren(h('strong', {}, t('newCase.notOpened')), ' ', sentence, ' ', elsewhere.join(' '));
    failure.hidden = false;
    (first || failure).focus();
    if (!first) {
      failure.focus();
    }
  }

  async function send(event) {
    event.preventDefault();
    const wish = wanted();
    const problems = missing(wish);
    if (problems.length > 0) {
      show(problems, t('newCase.complete'));
      return;
    }
    failure.hidden = true;
    submit.disabled = true;
    submit.textContent = t('newCase.opening');
    try {
      opened(await post('/api/cases', wish));
    } catch (problem) {
      const marked = problem.fields.map(each => [each.field, each.message]);
      show(marked, marked.length > 0 ? t('newCase.correct') : problem.message);
      if (problem.status === 401) {
        failure.append(' ', ...told('newCase.signInFirst',
          h('a', { href: signInPage, target: '_blank', rel: 'noopener' }, t('newCase.signInElsewhere'))));
      }
    } finally {
      submit.disabled = false;
      submit.textContent = t('newCase.open');
    }
  }

  return {
    element,
    isTouched: () => isTouched || Boolean(customer.number()),
    keep() {
      const values = {};
      for (const each of element.querySelectorAll('input.form-control, select, textarea')) {
        values[keyOf(each)] = each.value;
      }
      return { values, customer: customer.chosen(), severity: chosen(severity), owner: chosen(owner) };
    },
    restore(kept) {
      customer.choose(kept.customer);
      for (const each of element.querySelectorAll('input.form-control, select, textarea')) {
        const before = kept.values[keyOf(each)];
        if (before !== undefined && each.type !== 'search') {
          each.value = before;
        }
      }
      for (const each of element.querySelectorAll('input[type=radio]')) {
        each.checked = each.value === (each.name === 'severity' ? kept.severity : kept.owner);
      }
      isTouched = true;
      count();
    }
  };

  function keyOf(control) {
    return Object.values(fields).find(each => each.element.contains(control))?.name || control.type;
  }
}

function localNow() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** A combobox over /api/customers, as WAI-ARIA describes it; a card once somebody is chosen. */
function customerChooser(signal, changed) {
  let found = [];
  let active = -1;
  let chosen = null;
  let waiting = null;
  let question = 0;
  const listId = `sr-customers-${++ids}`;
  const input = h('input', {
    type: 'search', class: 'form-control', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
    'aria-label': t('newCase.find'), 'aria-expanded': 'false', 'aria-controls': listId, 'aria-autocomplete': 'list',
    placeholder: t('newCase.find.by'), oninput: later, onkeydown: keys
  });
  const list = h('ul', { class: 'sr-options', role: 'listbox', id: listId, 'aria-label': t('newCase.find.results'), hidden: true });
  const note = h('p', { class: 'help-block', role: 'status' });
  const card = h('div', { class: 'sr-chosen', hidden: true });
  const search = h('div', { class: 'sr-search' }, input, list, note);
  const element = h('div', { role: 'group' }, search, card);

  function later() {
    clearTimeout(waiting);
    const words = input.value.trim();
    if (words.length < 2) {
      question++;
      close();
      note.textContent = words ? t('newCase.find.more') : '';
      return;
    }
    waiting = setTimeout(() => ask(words), SEARCH_AFTER_MS);
  }

  async function ask(words) {
    const mine = ++question;
    note.textContent = t('find.searching');
    try {
      const answer = await get(`/api/customers?q=${encodeURIComponent(words)}`, signal);
      if (mine === question) {
        showOptions(answer, words);
      }
    } catch (problem) {
      if (mine === question && problem.name !== 'AbortError') {
        close();
        note.replaceChildren(problem.message, ' ', h('button', { type: 'button', class: 'btn btn-link btn-xs',
          onclick: () => ask(words) }, t('tryAgain')));
      }
    }
  }

  function showOptions(answer, words) {
    found = answer;
    list.replaceChildren(...found.map((each, at) => h('li', {
      role: 'option', id: `${listId}-${at}`, 'aria-selected': 'false',
      // Before the input loses its focus.
      onmousedown: event => {
        event.preventDefault();
        choose(each);
      }
    },
    h('strong', {}, each.name), h('span', { class: 'sr-quiet' }, ` ${each.number}`),
    h('div', { class: 'sr-quiet sr-small' }, [each.phone, each.email].filter(Boolean).join(' · ')))));
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    mark(found.length > 0 ? 0 : -1);
    note.textContent = found.length === 0
      ? t('newCase.find.nobody', words)
      : found.length === 20
        ? t('find.first', 20)
        : found.length === 1 ? t('newCase.find.one') : t('newCase.find.many', found.length);
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
      input.setAttribute('aria-activedescendant', `${listId}-${at}`);
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }

  function close() {
    found = [];
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    mark(-1);
  }

  function keys(event) {
    if (event.key === 'ArrowDown' && found.length) {
      mark((active + 1) % found.length);
    } else if (event.key === 'ArrowUp' && found.length) {
      mark((active - 1 + found.length) % found.length);
    } else if (event.key === 'Enter') {
      if (active >= 0) {
        choose(found[active]);
      }
    } else if (event.key === 'Escape' && found.length) {
      close();
    } else {
      return;
    }
    event.preventDefault();
  }

  async function choose(customer) {
    question++;
    clearTimeout(waiting);
    close();
    chosen = customer;
    if (!customer) {
      card.hidden = true;
      search.hidden = false;
      note.textContent = '';
      changed(null);
      return;
    }
    search.hidden = true;
    const change = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => {
      choose(null);
      input.focus();
      input.select();
    } }, t('newCase.change'));
    card.replaceChildren(
      h('div', {},
        h('strong', {}, customer.name), h('span', { class: 'sr-quiet' }, ` ${customer.number}`),
        h('div', { class: 'sr-quiet' }, [customer.phone, customer.email].filter(Boolean).join(' · '))),
      change);
    card.hidden = false;
    if (document.activeElement === input || document.activeElement === document.body) {
      change.focus();
    }
    changed({ payments: customer.payments || [] });
    if (!customer.payments) {
      try {
        const whole = await get(`/api/customers/${encodeURIComponent(customer.number)}`, signal);
        if (chosen === customer) {
          customer.payments = whole.payments;
          changed(whole);
        }
      } catch (problem) {
        // Without the payments the case can be opened all the same.
        if (problem.name !== 'AbortError') {
          console.error(problem);
        }
      }
    }
  }

  return { element, group: element, choose, chosen: () => chosen, number: () => (chosen ? chosen.number : '') };
}
