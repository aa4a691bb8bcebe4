// The New case page: find the customer, say what happened, open the case.
import { h, icon, time, money } from './dom.js';
import { get, post, signInPage } from './api.js';
import { combobox } from './combobox.js';
import * as drafts from './drafts.js';
import { clear, explain, field, forget, keyIsUsed, newKey } from './forms.js';
import { label as labelOf, ofCount, t, told } from './messages.js';
import { wayOn } from './way-on.js';

const LONGEST_SUMMARY = 500;
/** The server finds no more at once. */
const MOST_CUSTOMERS = 20;

const SEVERITIES = ['minor', 'moderate', 'major', 'critical'];
const SOURCES = ['complaint', 'negative-review', 'low-nps', 'callback', 'support-ticket', 'internal-escalation'];
const ORIGINS = ['job', 'invoice', 'ticket', 'review', 'survey', 'call'];
/** What the server calls a field, by our own names. */
const FIELD_OF = {
  customerNumber: 'customer', 'origin.kind': 'originKind', 'origin.externalId': 'originId',
  'origin.paymentId': 'paymentId', kind: 'originKind', externalId: 'originId'
};

const DRAFT = 'new-case';

export function mount(node, { api }) {
  const root = h('main', { class: 'sr sr-page' });
  node.append(root);
  const leaving = new AbortController();

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
      root.replaceChildren(heading(), newCaseForm(me, opened, leaving.signal));
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        root.replaceChildren(heading(), h('div', { class: 'sr-notice', role: 'alert' },
          icon('warning-sign'), h('p', {}, problem.message),
          wayOn(problem, start)));
      }
    }
  }

  function opened(created) {
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
    leaving.abort();
    root.remove();
  };
}

function heading() {
  return h('header', { class: 'sr-page-head' },
    h('h1', {}, t('newCase.entry')),
    h('p', {}, t('newCase.about')));
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
    // One that was chosen before the page was left is here when its list is.
    const before = payment.dataset.wanted || '';
    if (!chosen) {
      payment.dataset.wanted = '';
    }
    payment.disabled = !chosen || chosen.payments.length === 0;
    payment.replaceChildren(...options(!chosen
      ? [['', t('newCase.payment.customerFirst')]]
      : chosen.payments.length === 0
        ? [['', t('newCase.payment.none')]]
        : [['', t('newCase.payment.any')], ...chosen.payments.map(each =>
            [String(each.id), `${each.reference}, ${money(each.amount, each.currency)}, ${time(each.paidAt).textContent}`])]));
    if (chosen && [...payment.options].some(each => each.value === before)) {
      payment.value = before;
    }
    if (chosen) {
      clear(customerField);
    }
    keep();
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

  const source = h('select', { class: 'form-control' }, options([['', t('newCase.choose')], ...texts('failureSource', SOURCES)]));
  const verbatim = h('textarea', { class: 'form-control', rows: '5' });
  const reportedAt = h('input', { type: 'datetime-local', class: 'form-control', max: localNow() });
  const originKind = h('select', { class: 'form-control' }, options([['', t('newCase.origin.unknown')], ...texts('originKind', ORIGINS)]));
  const customerField = field('customer', t('caseTab.customer'), customer.element, { required: true, wide: true, group: customer.element });

  const submit = h('button', { type: 'submit', class: 'btn btn-primary' }, t('newCase.open'));
  const element = h('form', { class: 'sr-form', novalidate: true, onsubmit: send, oninput: touched },
    h('fieldset', {}, h('legend', {}, t('newCase.who')), customerField),
    h('fieldset', {}, h('legend', {}, t('caseTab.whatHappened')),
      h('div', { class: 'sr-grid' },
        field('severity', t('list.card.severity'), severity, { required: true, wide: true, group: severity,
          hint: t('newCase.severity.hint') }),
        field('source', t('newCase.source'), source, { required: true }),
        field('reportedAt', t('newCase.reportedAt'), reportedAt, { hint: t('newCase.reportedAt.hint') }),
        field('summary', t('newCase.summary'), summary, { required: true, wide: true, aside: counter }),
        field('verbatim', t('newCase.verbatim'), verbatim, { wide: true, hint: t('newCase.verbatim.hint') }))),
    h('fieldset', {}, h('legend', {}, t('newCase.origin'), ' ', h('small', {}, t('newCase.origin.asKnown'))),
      h('div', { class: 'sr-grid' },
        field('originKind', t('newCase.origin.kind'), originKind),
        field('originId', t('newCase.origin.id'), text(200)),
        field('team', t('caseTab.team'), text(200)),
        field('area', t('caseTab.area'), text(200)),
        field('product', t('caseTab.product'), text(200)),
        field('operative', t('caseTab.operative'), text(200)),
        field('paymentId', t('newCase.payment'), payment, { wide: true }))),
    h('fieldset', {}, h('legend', {}, t('newCase.owner.title')),
      field('owner', t('newCase.owner'), owner, { wide: true, group: owner })),
    h('div', { class: 'sr-actions' }, h('a', { class: 'btn btn-link', href: '#/' }, t('case.backToTasks')), submit));

  const given = () => Object.fromEntries(new FormData(element));
  const draft = drafts.read(DRAFT);
  let key = draft?.key || newKey();
  if (draft) {
    restore(draft);
  }

  function touched(event) {
    const box = event.target.closest('[data-field]');
    if (box) {
      clear(box);
    }
    keep();
  }

  /** Kept with each key: a reload, a lost session or a look at another task loses nothing. */
  function keep() {
    const values = given();
    const of = customer.chosen();
    drafts.keep(DRAFT, {
      key,
      values: { ...values, paymentId: values.paymentId ?? payment.dataset.wanted },
      customer: of && { number: of.number, name: of.name, phone: of.phone, email: of.email }
    });
  }

  function restore({ values, customer: of }) {
    for (const [name, value] of Object.entries(values)) {
      const control = element.elements[name];
      if (control && name !== 'paymentId') {
        control.value = value;
      }
    }
    payment.dataset.wanted = values.paymentId || '';
    count();
    if (of) {
      customer.choose(of);
    }
  }

  function wanted() {
    const values = given();
    const value = name => (values[name] || '').trim();
    const origin = {
      kind: value('originKind'), externalId: value('originId'), team: value('team'), area: value('area'),
      product: value('product'), operative: value('operative'),
      paymentId: values.paymentId ? Number(values.paymentId) : null
    };
    for (const [name, each] of Object.entries(origin)) {
      if (!each) {
        delete origin[name];
      }
    }
    const wish = {
      customerNumber: customer.number(), severity: value('severity'), source: value('source'), summary: value('summary')
    };
    // Kept as received, so not trimmed.
    if (verbatim.value.trim()) {
      wish.verbatim = verbatim.value;
    }
    if (reportedAt.value) {
      wish.reportedAt = new Date(reportedAt.value).toISOString();
    }
    if (values.owner === 'me') {
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
    const wrong = (name, message) => found.push({ field: name, message });
    if (!wish.customerNumber) {
      wrong('customer', t('newCase.missing.customer'));
    }
    if (!wish.severity) {
      wrong('severity', t('newCase.missing.severity'));
    }
    if (!wish.source) {
      wrong('source', t('newCase.missing.source'));
    }
    if (!wish.summary) {
      wrong('summary', t('newCase.missing.summary'));
    } else if (wish.summary.length > LONGEST_SUMMARY) {
      wrong('summary', t('newCase.summary.tooLong', LONGEST_SUMMARY));
    }
    if (reportedAt.value && new Date(reportedAt.value) > new Date()) {
      wrong('reportedAt', t('newCase.reportedAt.future'));
    }
    if (wish.origin && !wish.origin.kind) {
      wrong('originKind', t('newCase.missing.originKind'));
    }
    return found;
  }

  const show = problem => explain(element, problem, { nameOf: name => FIELD_OF[name] || name, lead: t('newCase.notOpened') });

  async function send(event) {
    event.preventDefault();
    const wish = wanted();
    const problems = missing(wish);
    if (problems.length > 0) {
      show({ status: 0, fields: problems });
      return;
    }
    forget(element);
    submit.disabled = true;
    submit.textContent = t('newCase.opening');
    // With its key, for the case that the answer gets lost.
    keep();
    try {
      const created = await post('/api/cases', wish, key);
      drafts.drop(DRAFT);
      opened(created);
    } catch (problem) {
      if (keyIsUsed(problem)) {
        key = newKey();
        keep();
      }
      show(problem);
      if (problem.status === 401) {
        element.querySelector('.sr-refused').append(' ', ...told('newCase.signInFirst',
          h('a', { href: signInPage, target: '_blank', rel: 'noopener' }, t('newCase.signInElsewhere'))));
      }
    } finally {
      submit.disabled = false;
      submit.textContent = t('newCase.open');
    }
  }

  return element;
}

function localNow() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** Finding a customer; a card once somebody is chosen. */
function customerChooser(signal, changed) {
  let chosen = null;
  const box = combobox({
    id: 'sr-customers', label: t('newCase.find'), results: t('newCase.find.results'), noteClass: 'help-block',
    attributes: { class: 'form-control', placeholder: t('newCase.find.by') },
    ask: (words, leaving) => get(`/api/customers?q=${encodeURIComponent(words)}`, leaving),
    told: (found, words) => (found.length === 0 ? t('newCase.find.nobody', words)
      : found.length === MOST_CUSTOMERS ? t('find.first', MOST_CUSTOMERS)
        : t(ofCount('newCase.find.count', found.length), found.length)),
    draw: each => [h('strong', {}, each.name), h('span', { class: 'sr-quiet' }, ` ${each.number}`),
      h('div', { class: 'sr-quiet sr-small' }, [each.phone, each.email].filter(Boolean).join(' · '))],
    choose
  });
  const card = h('div', { class: 'sr-chosen', hidden: true });
  const search = box.around(h('div', { class: 'sr-search' }, box.input, box.list, box.note));
  const element = h('div', { role: 'group' }, search, card);
  signal.addEventListener('abort', box.leave);

  async function choose(customer) {
    chosen = customer;
    if (!customer) {
      card.hidden = true;
      search.hidden = false;
      changed(null);
      return;
    }
    const change = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => {
      choose(null);
      box.input.focus();
      box.input.select();
    } }, t('newCase.change'));
    card.replaceChildren(
      h('div', {},
        h('strong', {}, customer.name), h('span', { class: 'sr-quiet' }, ` ${customer.number}`),
        h('div', { class: 'sr-quiet' }, [customer.phone, customer.email].filter(Boolean).join(' · '))),
      change);
    card.hidden = false;
    const searched = document.activeElement === box.input;
    search.hidden = true;
    if (searched) {
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

  return { element, choose, chosen: () => chosen, number: () => (chosen ? chosen.number : '') };
}
