// The Case tab: the people, the clock, the plan, the money and the story behind a task.
import { h, icon, time, money } from './dom.js';
import { timeBox } from './time-box.js';
import { photosSection } from './case-photos.js';
import { dropsElsewhereDoNothing } from './files.js';
import { workSection } from './case-work.js';
import { photosOfVisit } from './panels/visit.js';
import { copyLink } from './copy-link.js';
import { placeOf } from './find-case.js';
import { get } from './api.js';
import { mailsAndLetters } from './case-letters.js';
import { goesOnElsewhere, mergedCases } from './case-merged.js';
import { t, told, code, label, ofCount, within } from './messages.js';
import { wayOn } from './way-on.js';
import { surveySection } from './case-survey.js';
import { resolutionSections } from './case-resolution.js';
import { actionPlace } from './action-form.js';
import { SIGNAL_PANELS } from './panels/index.js';
import { patternOf, patternTitle, patternView, signalOf } from './pattern.js';
import { caseActions, openDraft, settleForm } from './case-actions.js';

const LONG_VERBATIM = 600;
const TIMELINE_AT_FIRST = 8;

const STEP_STATES = {
  completed: ['ok', 'sr-good'], skipped: ['minus', 'sr-quiet'], failed: ['remove', 'sr-bad']
};
const MONEY_STATES = {
  settled: ['ok', 'sr-good'], declined: ['remove', 'sr-bad'], 'not-approved': ['remove', 'sr-bad'],
  'given-up': ['minus', 'sr-quiet']
};

/** How often it is asked whether somebody else has changed the case. */
const LOOK_EVERY_MS = 5000;

/** How long it is said that somebody else has changed it. */
const NEWS_STAYS_MS = 60000;

export function mount(node, { taskId }) {
  const root = h('div', { class: 'sr' });
  node.append(root);
  let known = null;
  const stop = showCase(root, async signal => {
    // Asked once: what is done on the tab may end the task, and the case is to be seen all the same.
    known = known || { ...await get(`/api/tasks/${encodeURIComponent(taskId)}/case`, signal), taskId };
    return known;
  });
  return () => {
    stop();
    root.remove();
  };
}

/**
 * Shows a case and keeps it as it is: what another person changes appears by itself, what is being written stays.
 *
 * @param which answers {caseNumber, compensationId}; without a number there is no case to show, but for the task of a pattern
 *     ({form, taskId}) its cases
 * @returns {function} ends it
 */
export function showCase(root, which) {
  const leaving = new AbortController();
  let ticking = null;
  let frame = null;
  let reading = null;
  let fading = null;

  async function load() {
    if (reading) {
      reading.again = true;
      return;
    }
    const mine = { again: false };
    reading = mine;
    root.setAttribute('aria-busy', 'true');
    if (!frame) {
      root.replaceChildren(h('p', { class: 'sr-loading', role: 'status' }, t('case.loading')));
    }
    try {
      const { caseNumber, compensationId, form, taskId } = await which(leaving.signal);
      if (!caseNumber && SIGNAL_PANELS[form]) {
        root.replaceChildren(...await casesOfPattern(taskId));
        return;
      }
      if (!caseNumber) {
        say('info-sign', t('case.none'));
        return;
      }
      const found = await get(`/api/cases/${encodeURIComponent(caseNumber)}`, leaving.signal);
      show(found, compensationId);
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        explain(problem);
      }
    } finally {
      root.removeAttribute('aria-busy');
      reading = null;
      if (mine.again && !leaving.signal.aborted) {
        load();
      }
    }
  }

  async function casesOfPattern(taskId) {
    const [found, pattern] = await Promise.all([signalOf(taskId, leaving.signal), patternOf(taskId, leaving.signal)]);
    return [h('p', { class: 'sr-quiet' }, t('case.ofPattern')), h('p', {}, h('strong', {}, patternTitle(found))),
      ...patternView(found, pattern, { open: true, placeOf }).filter(Boolean)];
  }

  function show(found, compensationId) {
    const first = !frame || frame.number !== found.number;
    if (first) {
      frame = newFrame(found.number);
      root.replaceChildren(frame.element);
    }
    const { place } = frame;
    const news = !first && newsOf(found, frame.entries);
    frame.entries = entriesOf(found);
    frame.visits = visitsOf(found);
    const view = caseView(found, compensationId, load, place);
    const before = standing(frame.element);
    frame.head.replaceChildren(...view.head);
    frame.bar.replaceChildren(...caseActions(found, place).filter(Boolean));
    frame.body.replaceChildren(...view.body.filter(Boolean));
    restore(frame.element, before);
    if (news) {
      frame.news.textContent = news;
      clearTimeout(fading);
      fading = setTimeout(() => frame?.news.replaceChildren(), NEWS_STAYS_MS);
    } else {
      // What could not be read before has been read now.
      frame.news.querySelector('.sr-notice')?.remove();
    }
    clearInterval(ticking);
    ticking = setInterval(view.tick, 1000);
    if (first) {
      openDraft(found, place);
    }
  }

  async function look() {
    if (!frame || reading || document.visibilityState !== 'visible') {
      return;
    }
    try {
      const head = await get(`/api/cases/${encodeURIComponent(frame.number)}/head`, leaving.signal);
      if (frame && (head.entries !== frame.entries || head.visits !== frame.visits)) {
        load();
      }
    } catch (problem) {
      // What is shown stays; whoever does something next is told.
      if (problem.name !== 'AbortError') {
        console.warn(problem.message);
      }
    }
  }

  function say(glyph, sentence, ...more) {
    const notice = h('div', { class: 'sr-notice', role: 'status' }, icon(glyph), h('p', {}, sentence), more);
    if (frame && frame.place.element.firstChild) {
      // What is being written is not thrown away for a message.
      frame.news.replaceChildren(notice);
      return;
    }
    frame = null;
    root.replaceChildren(notice);
  }

  function explain(problem) {
    if (problem.status === undefined) {
      console.error(problem);
    }
    const way = wayOn(problem, load);
    if (problem.status === 401) {
      say('log-in', problem.message, way);
    } else if (problem.status === 403) {
      say('lock', problem.message);
    } else if (problem.status === 404) {
      say('info-sign', problem.message);
    } else if (problem.status === 0) {
      say('flash', problem.message, way);
    } else {
      say('warning-sign', t('case.notShown'), way);
    }
  }

  load();
  const looking = setInterval(look, LOOK_EVERY_MS);
  document.addEventListener('sr-case-changed', load, { signal: leaving.signal });
  const stopIgnoring = dropsElsewhereDoNothing();
  return () => {
    leaving.abort();
    stopIgnoring();
    clearTimeout(fading);
    clearInterval(ticking);
    clearInterval(looking);
  };
}

/** Where the reader is and what they have opened, by the keys of the elements: these are made anew with each reading. */
function standing(root) {
  const at = root.contains(document.activeElement) ? document.activeElement : null;
  const keys = selector => [...root.querySelectorAll(selector)].map(each => each.dataset.key);
  return {
    at, key: at && (at.tagName === 'SUMMARY' ? at.parentElement : at).dataset.key,
    open: keys('details[data-key][open]'),
    expanded: keys('[data-key][aria-expanded=true]')
  };
}

function restore(root, { at, key, open, expanded }) {
  const by = each => root.querySelector(`[data-key="${CSS.escape(each)}"]`);
  open.map(by).filter(Boolean).forEach(each => { each.open = true; });
  expanded.map(by).filter(each => each && each.getAttribute('aria-expanded') === 'false').forEach(each => each.click());
  if (!at || at === document.activeElement) {
    return;
  }
  // What stays as it is was moved, and lost the focus by that.
  const found = at.isConnected ? at : key && by(key);
  const target = found?.tagName === 'DETAILS' ? found.querySelector('summary') : found;
  (target || root).focus({ preventScroll: true });
}

function newFrame(number) {
  const place = actionPlace(number);
  const head = h('div', {});
  const bar = h('div', { class: 'sr-buttons sr-bar-of-actions', role: 'group', 'aria-label': t('desk.actions') });
  const news = h('div', { class: 'sr-news', role: 'status', 'aria-live': 'polite' });
  const body = h('div', {});
  return {
    number, place, head, bar, news, body,
    element: h('article', { class: 'sr-case', tabindex: '-1', 'aria-label': t('case.title', number) }, head, bar, place.element, news, body)
  };
}

/** Where the work of its visits stands, as the server says it for all that a case shows of them. */
const visitsOf = found => found.workOrders
  .map(each => `${each.number ?? ''} ${each.state}${each.taken ? ' taken' : ''}`).join(', ');

const entriesOf = found => Math.max(0, ...found.timeline.map(entry => entry.seq));

/** What somebody else did since; null when it was the reader, and what followed from that by itself. */
function newsOf(found, seen) {
  const since = found.timeline.filter(entry => entry.seq > seen);
  const own = since.some(entry => entry.actor === found.me);
  const last = since.filter(entry => entry.actor !== found.me && !(own && entry.actor === 'system')).pop();
  if (!last) {
    return null;
  }
  const who = last.actor === 'system' ? t('case.byItself') : found.people[last.actor] || last.actor;
  return t('case.changed', who, last.text);
}

function caseView(found, compensationId, reload, place) {
  // The server's clock counts, not that of the reader's computer.
  const ahead = Date.parse(found.readAt) - Date.now();
  const now = () => Date.now() + ahead;
  const name = id => (id ? found.people[id] || id : null);
  const clock = timeBox(found, now, name, place);
  return {
    head: [header(found, name, reload)],
    body: [
      goesOnElsewhere(found),
      h('div', { class: 'sr-top' }, customerCard(found.customer, found.pastCases), clock.element),
      surveySection(found, name, place),
      whatHappened(found, name),
      plan(found, name, now, place),
      workSection(found, reload),
      moneySection(found, name, compensationId),
      ...resolutionSections(found, name, place),
      photosSection(found, name),
      outbound(found),
      sentToCustomer(found, name),
      ...mergedCases(found, name),
      timelineSection(found, name)
    ],
    tick: clock.tick
  };
}

function section(title, note, ...content) {
  return h('section', { class: 'sr-section' },
    h('h3', {}, title, note && h('span', { class: 'sr-note' }, note)), content);
}

function header(found, name, reload) {
  return h('header', { class: 'sr-head' },
    h('h2', {}, found.number),
    h('span', { class: `sr-severity sr-severity-${found.severity}` },
      h('span', { class: 'sr-pips', 'aria-hidden': 'true' }, pips(found.severity)), label('severity', found.severity)),
    h('span', { class: 'sr-state' }, found.duplicateOf
      ? t('caseTab.duplicateOf', found.duplicateOf) : label('caseState', found.state)),
    found.epoch > 1 && h('span', { class: 'sr-state' }, t('caseTab.reopened', found.epoch)),
    h('span', { class: 'sr-owner' },
      icon('user'), h('span', { class: 'sr-only' }, t('escalate.owner')), ' ',
      found.owner ? name(found.owner) : h('em', {}, t('caseTab.noOwner')), ' ',
      h('button', { type: 'button', class: 'btn btn-link sr-refresh', 'data-key': 'refresh', onclick: reload, title: t('caseTab.readAgain') },
        icon('refresh'), h('span', { class: 'sr-only' }, t('caseTab.refresh'))),
      copyLink(found.number)));
}

/** One to four bars, so that the level does not hang on colour. */
function pips(severity) {
  const level = ['minor', 'moderate', 'major', 'critical'].indexOf(severity) + 1;
  return [1, 2, 3, 4].map(each => h('i', { class: each <= level ? 'on' : '' }));
}

function customerCard(customer, pastCases) {
  const phone = customer.phone && customer.phone.replace(/[^+0-9]/g, '');
  return h('section', { class: 'sr-card', 'aria-label': t('caseTab.customer') },
    h('div', { class: 'sr-name' }, customer.name),
    h('div', { class: 'sr-quiet' }, t('caseTab.customerNumber', customer.number)),
    h('ul', { class: 'sr-contact' },
      customer.phone
        ? h('li', {}, icon('earphone'), ' ', h('a', { href: `tel:${phone}`, 'data-key': 'phone' }, customer.phone))
        : h('li', { class: 'sr-quiet' }, icon('earphone'), ' ', t('caseTab.noPhone')),
      customer.email
        ? h('li', {}, icon('envelope'), ' ',
            h('a', { href: `mailto:${encodeURIComponent(customer.email).replace('%40', '@')}`, 'data-key': 'email' },
              customer.email))
        : h('li', { class: 'sr-quiet' }, icon('envelope'), ' ', t('caseTab.noEmail'))),
    pastCases.length > 0 && h('details', { class: 'sr-past', 'data-key': 'past' },
      h('summary', {}, t(ofCount('case.past.count', pastCases.length), pastCases.length)),
      h('ul', { class: 'sr-list' }, pastCases.map(each => h('li', {}, h('div', {},
        h('strong', {}, each.number), ` · ${label('severity', each.severity)} · ${label('caseState', each.state)} · `, time(each.openedAt),
        h('div', {}, each.summary)))))));
}

function facts(...pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return h('dl', { class: 'sr-facts' },
    known.map(([term, ...value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
}

function whatHappened(found, name) {
  const origin = found.origin;
  return section(t('caseTab.whatHappened'), null,
    h('p', { class: 'sr-summary' }, found.summary),
    found.verbatim && verbatim(found.verbatim),
    facts(
      [t('caseTab.source'), label('failureSource', found.source)],
      [t('caseTab.reported'), found.reportedAt && time(found.reportedAt)],
      [t('caseTab.opened'), told('caseTab.momentBy', time(found.openedAt), name(found.openedBy))],
      [t('caseTab.closed'), found.closedAt && time(found.closedAt)],
      [t('caseTab.origin'), origin ? [label('originKind', origin.kind), origin.externalId].filter(Boolean).join(' ') : null],
      [t('caseTab.team'), origin && origin.team],
      [t('caseTab.area'), origin && origin.area],
      [t('caseTab.product'), origin && origin.product],
      [t('caseTab.operative'), origin && origin.operative],
      [t('caseTab.payment'), origin && origin.paymentReference]));
}

function verbatim(text) {
  const long = text.length > LONG_VERBATIM;
  const quote = h('blockquote', { class: 'sr-verbatim' }, long ? text.slice(0, LONG_VERBATIM) + '…' : text);
  if (!long) {
    return quote;
  }
  let whole = false;
  const toggle = h('button', { type: 'button', class: 'btn btn-link btn-sm sr-more', 'aria-expanded': 'false',
    'data-key': 'verbatim', onclick: () => {
      whole = !whole;
      quote.textContent = whole ? text : text.slice(0, LONG_VERBATIM) + '…';
      toggle.textContent = t(whole ? 'caseTab.verbatim.less' : 'caseTab.verbatim.all');
      toggle.setAttribute('aria-expanded', String(whole));
    } }, t('caseTab.verbatim.all'));
  return [quote, toggle];
}

function badge(area, value, known) {
  const [glyph, tone] = known[value] || ['hourglass', 'sr-open'];
  return h('span', { class: `sr-badge ${tone}` }, icon(glyph), ' ', label(area, value));
}

function table(caption, columns, rows) {
  return h('div', { class: 'sr-table' },
    h('table', { class: 'table table-condensed' },
      h('caption', { class: 'sr-only' }, caption),
      h('thead', {}, h('tr', {}, columns.map(column => h('th', { scope: 'col' }, column)))),
      h('tbody', {}, rows.map(cells => h('tr', {}, cells.map((cell, at) =>
        h('td', { 'data-label': columns[at] }, cell)))))));
}

/** For the step before it; then it can be left out, but not have failed. */
const waits = step => step.afterSeq && step.state === 'planned';

function plan(found, name, now, place) {
  const steps = found.steps;
  if (steps.length === 0) {
    return section(t('caseTab.plan'), null, h('p', { class: 'sr-quiet' }, t('caseTab.plan.none')));
  }
  const settled = steps.filter(step => step.settledAt).length;
  return section(t('caseTab.plan'), t('caseTab.plan.settled', settled, steps.length),
    table(t('caseTab.plan.steps'), ['#', t('caseTab.plan.step'), t('caseTab.plan.who'), t('caseTab.plan.due'), t('caseTab.state')], steps.map(step => {
      const late = !step.settledAt && Date.parse(step.dueAt) < now();
      return [
        String(step.seq),
        [
          h('strong', {}, step.label),
          step.purpose && h('div', {}, step.purpose),
          step.decision && h('div', {}, h('strong', {}, t('work.decision', within('escalationDecision', step.decision)))),
          step.notes && h('div', { class: 'sr-notes' }, step.notes)
        ],
        step.assignee ? name(step.assignee) : h('span', { class: 'sr-quiet' }, found.owner ? name(found.owner) : t('caseTab.plan.owner')),
        step.settledAt
          ? h('span', { class: 'sr-quiet' }, time(step.dueAt))
          : [time(step.dueAt),
            waits(step) && h('div', { class: 'sr-quiet sr-small' }, t('plan.waitsFor', step.afterSeq)),
            step.afterDeadline && h('div', { class: 'sr-late' }, icon('warning-sign'), ' ', t('plan.late')),
            late && h('div', { class: 'sr-late' }, icon('warning-sign'), ' ', t('caseTab.plan.overdue'))],
        [
          badge('stepState', step.state, STEP_STATES),
          step.settledAt && h('div', { class: 'sr-quiet sr-small' }, time(step.settledAt), ' ', name(step.settledBy)),
          !step.settledAt && found.can.work && step.epoch === found.epoch && found.state === 'open'
            && h('div', { class: 'sr-step-actions' }, (waits(step) ? ['skipped'] : ['skipped', 'failed']).map(outcome => h('button', {
              type: 'button', class: 'btn btn-link btn-sm', 'data-key': `step-${step.seq}-${outcome}`,
              'aria-label': t(`desk.${outcome}.title`, step.seq, step.label),
              onclick: () => place.open(settleForm(found, step, outcome))
            }, t(`desk.${outcome}`))))
        ]
      ];
    })));
}

function moneySection(found, name, asked) {
  const nothing = found.compensations.length === 0 && found.payments.length === 0 && found.credits.length === 0;
  return section(t('caseTab.money'), null,
    nothing && h('p', { class: 'sr-quiet' }, t('caseTab.money.none')),
    found.compensations.length > 0 && [
      h('h4', {}, t('caseTab.compensation')),
      table(t('caseTab.compensation'), [
        t('caseTab.what'), t('caseTab.amount'), t('caseTab.state'), t('caseTab.approval')
      ], found.compensations.map(each => [
        [
          h('strong', {}, label('kind', each.kind)),
          each.stepSeq && h('span', { class: 'sr-quiet' }, ` ${t('photos.step', each.stepSeq)}`),
          each.id === asked && h('span', { class: 'sr-asked' }, icon('arrow-left'), ' ', t('caseTab.asked')),
          each.service && h('div', {}, `${label('compedService', each.service.kind)}: ${each.service.description || t('caseTab.erased')}`),
          h('div', {}, each.reason),
          each.paymentReference && h('div', { class: 'sr-quiet sr-small' }, t('caseTab.ofPayment', each.paymentReference)),
          each.processorReference && h('div', { class: 'sr-quiet sr-small' }, t('caseTab.reference', each.processorReference))
        ],
        h('span', { class: 'sr-amount' }, money(each.amount, each.currency)),
        [
          badge('compensationState', each.state, MONEY_STATES),
          each.failure && h('div', { class: 'sr-notes' }, each.failure),
          each.executedAt && h('div', { class: 'sr-quiet sr-small' }, time(each.executedAt)),
          each.service && each.service.number && h('div', { class: 'sr-quiet sr-small' },
            `${each.service.number} ${within('serviceState', each.service.state)}`,
            each.service.appointedFor && [' ', told('caseTab.appointedFor', time(each.service.appointedFor))],
            each.service.cancellationRefused && `: ${each.service.cancellationRefused}`)
        ],
        [
          code('approval', each.approval),
          each.approvedBy && h('div', { class: 'sr-quiet sr-small' }, t('caseTab.approvedBy', name(each.approvedBy)))
        ]
      ]))],
    found.payments.length > 0 && [
      h('h4', {}, t('caseTab.payments')),
      table(t('caseTab.payments'), [
        t('caseTab.payment'), t('caseTab.paidOn'), t('caseTab.paid'), t('caseTab.refundable')
      ], found.payments.map(each => [
        [
          each.reference,
          found.origin && found.origin.paymentId === each.id && h('div', { class: 'sr-quiet sr-small' },
            t('money.affected'))
        ],
        time(each.paidAt),
        h('span', { class: 'sr-amount' }, money(each.amount, each.currency)),
        h('span', { class: 'sr-amount' }, money(each.refundable, each.currency))
      ]))],
    found.credits.length > 0 && [
      h('h4', {}, t('money.credits')),
      table(t('money.credits'), [
        t('caseTab.credit.case'), t('caseTab.credit.given'), t('caseTab.amount'), t('caseTab.credit.left'), t('caseTab.credit.until')
      ], found.credits.map(each => [
        each.caseNumber,
        time(each.grantedAt),
        h('span', { class: 'sr-amount' }, money(each.amount, each.currency)),
        h('span', { class: 'sr-amount' }, money(each.left, each.currency)),
        time(each.expiresAt)
      ]))]);
}

function sentToCustomer(found, name) {
  const lines = mailsAndLetters(found, name);
  return lines && section(t('mail.sectionTitle'), null, lines);
}

function outbound(found) {
  const notices = found.mails.filter(mail => mail.audience !== 'customer');
  if (found.workOrders.length === 0 && notices.length === 0) {
    return null;
  }
  return section(t('caseTab.outbound'), null, h('ul', { class: 'sr-list' },
    found.workOrders.map(each => h('li', {}, icon('wrench'), h('div', {},
      h('strong', {}, each.number ? t('caseTab.workOrder', each.number) : t('caseTab.workOrderUnnumbered')),
      ` · ${t('photos.step', each.stepSeq)} · `,
      each.state === 'open' ? t(`visit.stands.${!each.number ? 'waits' : each.taken ? 'taken' : 'offered'}`)
        : label('jobState', each.state),
      h('div', {}, each.task, ', ', each.site),
      h('div', { class: 'sr-quiet sr-small' }, each.windowTo
        ? told('caseTab.window', time(each.windowFrom), time(each.windowTo)) : time(each.windowFrom)),
      h('div', { class: 'sr-quiet sr-small' }, each.priceReference && t('visit.price', each.priceReference),
        each.state !== 'cancelled' && ` ${t('visit.charged', each.charged ? code('charged', each.charged) : t('charged.open'))}`,
        each.chargedNotes && ` (${each.chargedNotes})`),
      each.expected && h('div', { class: 'sr-bad-text' }, icon('exclamation-sign'), ' ', t('visit.expected')),
      each.notes && h('div', { class: 'sr-notes' }, each.notes),
      each.photos.length > 0 && photosOfVisit(
        `/api/cases/${encodeURIComponent(found.number)}/steps/${each.stepSeq}/visit`, each.photos.map(id => ({ id })))))),
    notices.map(each => h('li', {}, icon('envelope'), h('div', {},
      h('strong', {}, each.subject), h('div', { class: 'sr-quiet sr-small' },
        each.sentAt ? told('caseTab.noticeSent', each.recipient, time(each.sentAt))
          : told('caseTab.noticeWaits', each.recipient, time(each.queuedAt))),
      !each.sentAt && each.failure && h('div', { class: 'sr-notes' }, each.failure))))));
}

function timelineSection(found, name) {
  const entries = [...found.timeline].reverse();
  const list = h('ol', { class: 'sr-timeline', reversed: true });
  const show = some => list.replaceChildren(...some.map(entry => h('li', {},
    h('div', { class: 'sr-quiet sr-small' }, time(entry.at), ' · ',
      entry.actor === 'system' ? t('case.byItself') : name(entry.actor)),
    h('div', {}, entry.text))));
  const first = entries.slice(0, TIMELINE_AT_FIRST);
  show(first);
  let all = false;
  const more = entries.length > TIMELINE_AT_FIRST && h('button', {
    type: 'button', class: 'btn btn-link btn-sm sr-more', 'data-key': 'timeline', 'aria-expanded': 'false',
    onclick: () => {
      all = !all;
      show(all ? entries : first);
      more.textContent = all ? t('caseTab.verbatim.less') : t('caseTab.showAll', entries.length);
      more.setAttribute('aria-expanded', String(all));
    }
  }, t('caseTab.showAll', entries.length));
  return section(t('caseTab.timeline'), t('caseTab.newestFirst'), list, more);
}
