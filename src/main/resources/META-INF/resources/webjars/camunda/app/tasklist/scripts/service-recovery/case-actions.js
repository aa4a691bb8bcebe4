// What can be done with a case beside its tasks: a bar of buttons, each with a small form below.
import { h, icon, money } from './dom.js';
import { get, post } from './api.js';
import { label, t } from './messages.js';
import { resolutionClock } from './clock.js';
import { area, changed, choice, dayAfter, line, moment } from './action-form.js';
import { leaveForms } from './case-survey.js';
import { regulatorForm, resolutionForms } from './case-resolution.js';
import { field, sentenceOf } from './forms.js';
import { mergeForm } from './merge-form.js';
import { wishForms } from './time-box.js';
import * as drafts from './drafts.js';

const PAUSE_REASONS = ['waiting-for-answer', 'customer-asked-to-wait', 'customer-away', 'no-access'];
const SEVERITIES = ['minor', 'moderate', 'major', 'critical'];
const CHANNELS = ['phone', 'e-mail', 'letter', 'in person', 'text message', 'review'];
const STEP_TYPES = ['call-customer', 'email-customer', 'schedule-visit', 'issue-refund', 'issue-credit', 'escalate-to-manager',
  'write-apology-letter', 'photos-of-correction', 'internal-training-note', 'root-cause-analysis'];
const KINDS = ['partial-refund', 'full-refund', 'credit', 'comped-service'];
const FINDINGS = ['upheld', 'partially-upheld', 'not-upheld'];
const SERVICES = ['quote', 'membership-visit'];

const needed = { required: true };

const texts = (kind, values) => values.map(value => [value, label(kind, value.replaceAll(' ', '-'))]);

/**
 * @param found the case as read
 * @param place where the forms appear
 * @returns {HTMLElement[]} the buttons that fit the case and its reader
 */
export function caseActions(found, place) {
  const all = actions(found).filter(Boolean);
  const button = ({ glyph, name, form, run }) => h('button', {
    type: 'button', class: 'btn btn-default btn-sm', 'data-action': name, 'data-key': `action-${name}`,
    onclick: run ? () => run(place) : () => place.open(form())
  }, icon(glyph), ` ${t(`desk.${name}`)}`);
  const first = all.filter(each => !each.rare);
  const rare = all.filter(each => each.rare);
  return [
    ...first.map(button),
    rare.length > 0 && h('details', { class: 'sr-more-actions', 'data-key': 'more-actions' },
      h('summary', { class: 'btn btn-default btn-sm' }, t('desk.more')),
      h('div', { class: 'sr-buttons' }, rare.map(button)))
  ];
}

/** Opens again what was half-written when the page was left. */
export function openDraft(found, place) {
  const left = drafts.names(`${found.number}:`).map(each => each.slice(found.number.length + 1));
  const step = left.map(each => /^step-(\d+)-(skipped|failed)$/.exec(each)).find(Boolean);
  if (step) {
    const of = found.steps.find(each => each.seq === Number(step[1]) && !each.settledAt);
    if (of) {
      place.open(settleForm(found, of, step[2]));
      return;
    }
  }
  const question = [...wishForms(found), ...leaveForms(found), ...resolutionForms(found)].find(each => left.includes(each.name));
  if (question) {
    place.open(question);
    return;
  }
  const action = actions(found).filter(Boolean).find(each => each.form && left.includes(each.name));
  if (action) {
    place.open(action.form());
  }
}

function actions(found) {
  const path = `/api/cases/${encodeURIComponent(found.number)}`;
  const open = found.state === 'open';
  const mine = open && found.can.work;
  const clock = resolutionClock(found);
  const running = mine && clock && clock.verdict !== 'kept' && !clock.stoppedAt;
  const form = (name, fields, send, more) => ({
    name, title: t(`desk.${name}.title`), submit: t(`desk.${name}.submit`), fields, send, ...more
  });
  const over = !open && found.state !== 'resolved';
  // Of the further clocks those that the regulator lets go on.
  const extendable = found.clocks.filter(each => each === clock
    ? !clock.missedAt && !clock.pausedSince
    : each.extendableUntil && Date.parse(each.extendableUntil) > Date.parse(each.dueAt));

  return [
    open && !found.owner && found.can.take && {
      name: 'take', glyph: 'user', run: place => post(`${path}/owner`, {}).then(changed, refused => place.tell(refused))
    },
    found.can.note && { name: 'note', glyph: 'pencil', form: () => form('note', [area('text', t('desk.note.text'), needed)],
      data => post(`${path}/notes`, { text: data.get('text') })) },
    mine && { name: 'reply', glyph: 'comment', form: () => form('reply',
      [choice('channel', t('desk.reply.channel'), texts('channel', CHANNELS)), area('text', t('desk.reply.text'), needed)],
      data => post(`${path}/replies`, { channel: data.get('channel'), text: data.get('text') })) },
    mine && { name: 'step', glyph: 'plus', form: () => form('step',
      [choice('type', t('desk.step.type'), texts('step', STEP_TYPES)), line('purpose', t('desk.step.purpose')),
        colleague('assignee', t('desk.step.assignee'), [['', t('desk.step.owner')]])],
      data => post(`${path}/steps`, {
        type: data.get('type'), purpose: data.get('purpose'), assignee: data.get('assignee') || null
      })) },
    mine && { name: 'offer', glyph: 'gift', form: () => offerForm(found, path, form) },
    mine && { name: 'help', glyph: 'bullhorn', form: () => form('help', [area('purpose', t('desk.help.purpose'))],
      data => post(`${path}/steps`, {
        type: 'escalate-to-manager', purpose: data.get('purpose').trim() || t('desk.help.default')
      })) },
    running && clock.pausedSince && { name: 'resume', glyph: 'play', form: () => form('resume',
      [area('why', t('desk.resume.why'), needed)], data => post(`${path}/clock/resumption`, { why: data.get('why') })) },
    running && !clock.pausedSince && !clock.missedAt && { name: 'pause', glyph: 'pause', form: () => form('pause',
      [choice('reason', t('desk.pause.reason'), texts('pause', PAUSE_REASONS))],
      data => post(`${path}/clock/pause`, { reason: data.get('reason') })) },
    mine && { name: 'severity', glyph: 'signal', form: () => form('severity',
      [choice('severity', t('desk.severity.severity'), texts('severityMeans', SEVERITIES), found.severity),
        area('reason', t('desk.severity.reason'), needed)],
      data => post(`${path}/severity`, { severity: data.get('severity'), reason: data.get('reason') })) },
    running && extendable.length > 0 && { name: 'time', glyph: 'time', form: () => form('time',
      [extendable.length > 1 && whichClock(extendable), moment('newDueAt', t('desk.time.newDueAt'), extendable[0].dueAt),
        area('reason', t('desk.time.reason'), needed)],
      data => post(`${path}/clock/extensions`, {
        clock: data.get('clock') || extendable[0].clock,
        newDueAt: data.get('newDueAt') ? new Date(data.get('newDueAt')).toISOString() : null,
        reason: data.get('reason')
      })) },
    open && found.can.assign && { name: 'handOver', glyph: 'share-alt', form: () => form('handOver',
      [colleague('owner', t('desk.handOver.owner'), [], found.owner)],
      data => post(`${path}/owner`, { owner: data.get('owner') })) },
    mine && { name: 'duplicate', glyph: 'duplicate', rare: true, form: () => mergeForm(found) },
    mine && { name: 'withdraw', glyph: 'ban-circle', rare: true, form: () => form('withdraw',
      [area('reason', t('desk.why'), needed)], data => post(`${path}/withdrawal`, { reason: data.get('reason') }), { danger: true }) },
    mine && { name: 'error', glyph: 'remove', rare: true, form: () => form('error', [area('reason', t('desk.why'), needed)],
      data => post(`${path}/opened-in-error`, { reason: data.get('reason') }), { danger: true }) },
    found.can.find && { name: 'find', glyph: 'check', form: () => form('find',
      [choice('finding', t('desk.find.finding'), [['', t('desk.choose')], ...texts('finding', FINDINGS)])],
      data => post(`${path}/finding`, { finding: data.get('finding') })) },
    found.can.regulator && { name: 'regulator', glyph: 'briefcase', rare: true, form: () => regulatorForm(found) },
    found.can.review && { name: 'review', glyph: 'eye-open', form: () => form('review',
      [area('reason', t('desk.review.reason'), needed),
        colleague('owner', t('desk.review.owner'), [['', t('handover.choose')]], found.owner, needed)],
      data => post(`${path}/review`, { reason: data.get('reason'), owner: data.get('owner') })) },
    over && found.can.work && { name: 'reopen', glyph: 'repeat', form: () => form('reopen',
      [area('reason', t('desk.reopen.reason'), needed)], data => post(`${path}/reopening`, { reason: data.get('reason') })) }
  ];
}

/** Ends a step from the Case tab, without opening its task. */
export function settleForm(found, step, outcome) {
  return {
    name: `step-${step.seq}-${outcome}`,
    title: t(`desk.${outcome}.title`, step.seq, step.label),
    submit: t(`desk.${outcome}.submit`),
    fields: [area('notes', t(`desk.${outcome}.notes`), needed)],
    send: data => post(`/api/cases/${encodeURIComponent(found.number)}/steps/${step.seq}/outcome`,
      { outcome, notes: data.get('notes') })
  };
}

/** The choice of a clock; the moment below it follows. */
function whichClock(clocks) {
  const box = choice('clock', t('desk.time.clock'), clocks.map(each => [each.clock, each.label]));
  box.querySelector('select').addEventListener('change', event => {
    event.target.form.elements.newDueAt.value = dayAfter(clocks.find(each => each.clock === event.target.value).dueAt);
  });
  return box;
}

/** Colleagues by name; they are read when the form is opened. */
function colleague(name, title, first, leaveOut, more) {
  const select = h('select', { class: 'form-control input-sm' },
    first.map(([value, text]) => h('option', { value }, text)));
  get('/api/colleagues').then(all => {
    const chosen = select.dataset.wanted || select.value;
    select.append(...all.filter(each => each.id !== leaveOut)
      .map(each => h('option', { value: each.id, selected: each.id === chosen }, each.name)));
  }, problem => select.after(h('p', { class: 'sr-bad-text', role: 'alert' }, sentenceOf(problem))));
  return field(name, title, select, more);
}

function offerForm(found, path, form) {
  const kind = choice('kind', t('desk.offer.kind'), texts('kind', KINDS));
  const payment = found.payments.length > 0
    ? choice('paymentReference', t('desk.offer.payment'), found.payments.map(each =>
      [each.reference, t('desk.offer.paymentLine', each.reference, money(each.refundable, each.currency))]))
    : line('paymentReference', t('desk.offer.payment'), { hint: t('desk.offer.noPayment') });
  const amount = line('amount', t('desk.offer.amount'), needed);
  const currency = line('currency', t('desk.offer.currency'), needed);
  const service = choice('service', t('desk.offer.service'), texts('service', SERVICES));
  const description = area('description', t('desk.offer.description'), needed);
  const accepted = choice('accepted', t('desk.offer.accepted'), [['true', t('desk.offer.yes')], ['false', t('desk.offer.ask')]]);
  currency.querySelector('input').value = (found.payments[0] || found.credits[0] || { currency: '' }).currency;
  const select = kind.querySelector('select');
  const fit = () => {
    payment.hidden = !select.value.endsWith('refund');
    amount.hidden = select.value === 'full-refund';
    currency.hidden = amount.hidden;
    service.hidden = select.value !== 'comped-service';
    description.hidden = service.hidden;
  };
  select.addEventListener('change', fit);
  fit();
  return form('offer', [kind, payment, amount, currency, service, description, area('reason', t('desk.offer.reason'), needed), accepted],
    (data, key) => {
      const given = (box, name) => (box.hidden ? null : data.get(name).trim() || null);
      return post(`${path}/compensations`, {
        kind: data.get('kind'),
        paymentReference: given(payment, 'paymentReference'),
        amount: given(amount, 'amount'),
        currency: given(currency, 'currency'),
        service: given(service, 'service'),
        description: given(description, 'description'),
        reason: data.get('reason'),
        accepted: data.get('accepted') === 'true'
      }, key);
    });
}
