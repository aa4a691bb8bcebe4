// Finished cases: found by number, customer, tag or days, a page at a time; one of them in full at ?case=.
import { address, code, day as dayName, decimalsOf, duration, fill, get, h, icon, label, load, money, number, ofCount, t, time, wayOn } from './shared.js';
import { scroll, table } from './chart.js';
import { finishedCase } from './finished-case.js';

const PAGE = 50;
const FIELDS = ['q', 'tag', 'as', 'main', 'resolvedFrom', 'resolvedTo', 'openedFrom', 'openedTo', 'ended', 'sort'];
const ENDS = ['closed', 'withdrawn', 'duplicate', 'opened-in-error', 'interrupted'];
const HERE = '#/finished-cases';

/** Where the focus was when something else was asked for, by its id. */
let focused = null;

/** What is asked for stands in the address, so that it can be linked to and comes back with the browser's own button. */
const asked = () => new URLSearchParams(location.hash.split('?')[1] || '');

export function mount(node) {
  const leaving = new AbortController();
  const before = document.title;
  const root = h('main', { class: 'srr srr-page srr-finished' });
  node.append(root);
  const wish = asked();
  let end = () => {};
  const number = wish.get('case')?.trim().toUpperCase();
  if (number) {
    const back = new URLSearchParams(wish);
    back.delete('case');
    document.title = `${number} · ${before}`;
    end = finishedCase(root, number, `${HERE}${back.size > 0 ? `?${back}` : ''}`, leaving.signal);
  } else {
    document.title = `${t('finished.title')} · ${before}`;
    list(root, wish, leaving.signal);
  }
  return () => {
    leaving.abort();
    end();
    document.title = before;
    root.remove();
  };
}

function list(root, wish, leaving) {
  const place = h('div', {});
  const says = h('p', { class: 'srr-read', role: 'status' });
  // The fields are not printed; what was asked for is.
  const paper = h('p', { class: 'srr-on-paper' });
  let reading = new AbortController();
  const { form, wanted, described, mark } = filters(wish, () => {
    const now = wanted();
    const to = `${HERE}${now.size > 0 ? `?${now}` : ''}`;
    if (location.hash === to) {
      read();
    } else {
      // Cockpit shows the page anew.
      focused = document.activeElement?.id;
      location.hash = to;
    }
  });

  function read() {
    reading.abort();
    reading = new AbortController();
    const mine = reading;
    leaving.addEventListener('abort', () => mine.abort());
    mark([]);
    fill(says);
    const now = wanted();
    fill(paper, described());
    load(place, async signal => {
      try {
        return await get(`/api/cases/finished?${now}&limit=${PAGE}`, signal);
      } catch (problem) {
        // What is wrong is told at its field.
        if (problem.status === 400 && problem.fields.length > 0) {
          mark(problem.fields);
          return null;
        }
        // Who sees no cases has nothing to ask for.
        form.hidden = problem.status === 403;
        throw problem;
      }
    }, page => {
      if (page) {
        draw(place, says, page, now, mine.signal);
      } else {
        fill(place);
      }
    }, mine.signal, 'finished');
  }

  fill(root,
    h('header', { class: 'srr-page-head' },
      h('div', {}, h('h1', {}, t('finished.title')), h('p', {}, t('finished.intro'))),
      h('div', { class: 'srr-tools srr-page-tools' },
        h('a', { class: 'btn btn-default btn-sm', href: '#/recovery' }, icon('stats'), ' ', t('recovery.title')),
        h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => window.print() }, icon('print'), ' ', t('recovery.print')))),
    form, paper, says, place);
  read();
  if (focused) {
    document.getElementById(focused)?.focus();
    focused = null;
  }
}

/** What can be asked for; sent by Enter in any field, too. */
function filters(wish, search) {
  const inputs = {};
  const errors = {};
  const labels = {};
  const field = (name, text, input) => {
    inputs[name] = input;
    labels[name] = text;
    input.id = `srr-finished-${name}`;
    errors[name] = h('span', { class: 'srr-field-error', id: `${input.id}-error` });
    return h('div', { class: 'srr-field' }, h('label', { for: input.id }, text), input, errors[name]);
  };
  const text = (name, attributes) => h('input', { type: 'text', class: 'form-control input-sm', value: wish.get(name) || '', ...attributes });
  const day = name => h('input', { type: 'date', class: 'form-control input-sm', value: wish.get(name) || '' });
  const select = (name, options) => h('select', { class: 'form-control input-sm' },
    options.map(([value, shown]) => h('option', { value, selected: value === (wish.get(name) || '') }, shown)));
  const known = h('datalist', { id: 'srr-finished-tags' });
  // Names to choose from; typing one works without them.
  get('/api/tags?all=true').then(tags => fill(known, [...new Set(tags.flatMap(tag => [tag.label, ...tag.aliases]))]
    .map(name => h('option', { value: name }))), () => {});
  const main = h('input', { type: 'checkbox', checked: wish.get('main') === 'true', id: 'srr-finished-main' });
  inputs.main = main;

  const form = h('form', { class: 'srr-card srr-filters', role: 'search', 'aria-label': t('finished.find'), novalidate: true,
    onsubmit: event => {
      event.preventDefault();
      search();
    } },
  field('q', t('finished.q'), text('q', { placeholder: t('finished.qHint'), autocomplete: 'off', maxlength: 200 })),
  h('div', { class: 'srr-field-group' },
    field('tag', t('finished.tag'), text('tag', { list: 'srr-finished-tags', autocomplete: 'off' })), known,
    field('as', t('finished.as'), select('as', [['', t('finished.asIs')], ['was', t('finished.asWas')], ['family', t('finished.asFamily')]])),
    h('label', { class: 'srr-check', for: main.id }, main, ' ', t('finished.main'))),
  h('fieldset', { class: 'srr-field-group' }, h('legend', {}, t('finished.resolved')),
    field('resolvedFrom', t('finished.from'), day('resolvedFrom')), field('resolvedTo', t('finished.to'), day('resolvedTo'))),
  h('fieldset', { class: 'srr-field-group' }, h('legend', {}, t('finished.opened')),
    field('openedFrom', t('finished.from'), day('openedFrom')), field('openedTo', t('finished.to'), day('openedTo'))),
  h('div', { class: 'srr-field-group' },
    field('ended', t('finished.ended'), select('ended', [['', t('finished.any')], ...ENDS.map(each => [each, label('caseState', each)])])),
    field('sort', t('finished.sort'), select('sort', [['', t('finished.latestEnded')], ['ended', t('finished.firstEnded')],
      ['-opened', t('finished.latestOpened')], ['opened', t('finished.firstOpened')]]))),
  h('div', { class: 'srr-tools' },
    h('button', { type: 'submit', class: 'btn btn-primary btn-sm', id: 'srr-finished-find' }, icon('search'), ' ', t('finished.search')),
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => {
      FIELDS.forEach(name => {
        inputs[name].value = '';
      });
      main.checked = false;
      inputs.q.focus();
      search();
    } }, t('finished.clear'))));

  function wanted() {
    const now = new URLSearchParams();
    FIELDS.forEach(name => {
      const value = name === 'main' ? (main.checked ? 'true' : '') : inputs[name].value.trim();
      if (value) {
        now.set(name, value);
      }
    });
    return now;
  }

  /** What is asked for, in words. */
  function described() {
    const whole = name => (name.startsWith('resolved') ? `${t('finished.resolved')}, ` : name.startsWith('opened') ? `${t('finished.opened')}, ` : '');
    const said = name => (inputs[name].type === 'date' ? dayName(inputs[name].value)
      : inputs[name].selectedOptions ? inputs[name].selectedOptions[0].textContent : inputs[name].value.trim());
    const parts = FIELDS.filter(name => name === 'main' ? main.checked : inputs[name].value.trim())
      .map(name => (name === 'main' ? t('finished.main') : `${whole(name)}${labels[name]}: ${said(name)}`));
    return parts.length === 0 ? t('finished.askedNothing') : `${t('finished.asked')} ${parts.join(' · ')}`;
  }

  function mark(wrong) {
    FIELDS.filter(name => errors[name]).forEach(name => {
      const found = wrong.find(each => each.field === name);
      errors[name].textContent = found ? t('field.this', found.message) : '';
      if (found) {
        inputs[name].setAttribute('aria-invalid', 'true');
        inputs[name].setAttribute('aria-describedby', errors[name].id);
      } else {
        inputs[name].removeAttribute('aria-invalid');
        inputs[name].removeAttribute('aria-describedby');
      }
    });
    const first = FIELDS.find(name => wrong.some(each => each.field === name));
    inputs[first]?.focus();
  }

  return { form, wanted, described, mark };
}

function draw(place, says, page, wanted, leaving) {
  // Whoever came from a figure would miss them.
  const openAgain = page.openAgain > 0
    && h('p', { class: 'srr-note' }, t(ofCount('finished.openAgain', page.openAgain), number(page.openAgain)));
  if (page.cases.length === 0) {
    fill(says, t('finished.none'));
    fill(place, openAgain, h('section', { class: 'srr-notice' }, icon('inbox'), h('div', {},
      h('p', {}, h('strong', {}, t('finished.none'))), h('p', {}, t(wanted.size > 0 ? 'finished.noneWhy' : 'finished.noneYet')))));
    return;
  }
  let cases = page.cases;
  const told = next => fill(says, next ? t('finished.first', number(cases.length))
    : t(ofCount('finished.count', cases.length), number(cases.length)),
  h('span', { class: 'srr-csv-of' }, ' · ', h('a', { class: 'srr-csv', href: address(`/api/cases/finished.csv?${wanted}`), download: true }, icon('download-alt'), ' ', t('finished.csv'))));
  const box = scroll(t('finished.title'), 'srr-wide');
  const body = rows => table(t('finished.title'), [t('recovery.case'), t('finished.customer'), t('recovery.severity'), t('finished.resolvedOn'),
    t('finished.deadline'), t('finished.type'), t('finished.causes'), t('finished.finding'), t('recovery.owner'), t('finished.cost')],
  rows.map(each => row(each, wanted)), { numbers: false });
  box.append(body(cases));
  told(page.next);
  fill(place, openAgain, h('section', { class: 'srr-card' }, box, page.next && more(page.next)));

  function more(next) {
    const problem = h('span', { class: 'srr-bad-text', role: 'alert' });
    const button = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: async () => {
      button.disabled = true;
      fill(problem);
      try {
        const further = await get(`/api/cases/finished?${wanted}&limit=${PAGE}&after=${encodeURIComponent(next)}`, leaving);
        const at = cases.length;
        cases = [...cases, ...further.cases];
        box.replaceChildren(body(cases));
        told(further.next);
        line.replaceWith(further.next ? more(further.next) : '');
        box.querySelector(`tbody tr:nth-child(${at + 1}) a`)?.focus();
      } catch (failed) {
        if (failed.name !== 'AbortError') {
          button.disabled = false;
          fill(problem, failed.message, failed.status === 401 && [' ', wayOn(failed, null, 'btn btn-link btn-xs')]);
        }
      }
    } }, t('finished.more'));
    const line = h('p', { class: 'srr-more' }, button, ' ', problem);
    return line;
  }
}

/** As it was called when it was put on the case, and what it is counted under today where that is something else. */
export const cause = each => h('span', { class: each.main ? null : 'srr-quiet' }, each.called,
  each.now !== each.called && h('span', { class: 'srr-quiet' }, ` ${t('finished.nowCalled', each.now)}`));

/** Of a case that was tagged again: what was said at its closing. */
const closedAs = each => each.mainAtClose && !each.causes.some(one => one.main && one.called === each.mainAtClose)
  && h('li', { class: 'srr-quiet' }, t('finished.closedAs', each.mainAtClose));

/** The first verdict and the regulator’s latest, as they are counted. */
const finding = each => [each.finding ? code('finding', each.finding) : '–',
  each.regulatorFinding && h('span', { class: 'srr-quiet srr-block' }, t('finished.regulator', label('finding', each.regulatorFinding)))];

export const deadline = each => (!each ? '–' : each.met
  ? h('span', {}, t('finished.met'), ' ', h('span', { class: 'srr-quiet' }, t('recovery.left', duration(each.seconds))))
  : h('span', { class: 'srr-bad-text' }, '! ', t('recovery.late', duration(each.seconds))));

export const costs = cost => (!cost ? '–' : Object.keys(cost).length === 0 ? '0'
  : h('span', {}, Object.entries(cost).map(([currency, amount]) => h('span', { class: 'srr-nowrap srr-block' }, money(plain(amount, currency), currency)))));

/** Figures keep four decimals; a currency has its own. */
const plain = (amount, currency) => Number(amount).toFixed(decimalsOf(currency));

function row(each, wanted) {
  const to = new URLSearchParams(wanted);
  to.set('case', each.number);
  return [
    [h('a', { class: 'srr-nowrap', href: `${HERE}?${to}` }, each.number),
      each.state !== 'closed' && h('span', { class: 'srr-chip' }, each.duplicateOf
        ? t('finished.duplicateOf', each.duplicateOf) : label('caseState', each.state)),
      each.reopened && h('span', { class: 'srr-chip' }, t('finished.reopened'))],
    h('span', {}, each.customer, ' ', h('span', { class: 'srr-quiet' }, each.customerNumber)),
    label('severity', each.severity),
    each.resolvedAt ? time(each.resolvedAt) : h('span', {}, h('span', { class: 'srr-quiet' }, t('finished.endedOn')), ' ', time(each.endedAt)),
    deadline(each.deadline),
    each.resolutionType ? code('resolutionType', each.resolutionType) : '–',
    each.causes.length === 0 ? '–' : h('ul', { class: 'srr-causes' }, each.causes.map(one => h('li', {}, cause(one))), closedAs(each)),
    finding(each),
    each.ownerName || h('em', {}, t('recovery.nobody')),
    costs(each.cost)
  ];
}
