// The clock of a case: how much time is left, why, and what can be done about it.
import { h, icon, time, duration, inReadersZone } from './dom.js';
import { post } from './api.js';
import { countsDayAndNight, secondsLeft, standing } from './clock.js';

const PAUSE_REASONS = [
  ['waiting-for-answer', 'Waiting for the customer’s answer'],
  ['customer-asked-to-wait', 'The customer asked us to wait'],
  ['customer-away', 'The customer cannot be reached until a date they gave'],
  ['no-access', 'The customer has to give access first']
];
const SEVERITIES = [
  ['minor', 'Minor: annoyance without harm, such as a scheduling complaint'],
  ['moderate', 'Moderate: a service failed, or the customer lost time or trust'],
  ['major', 'Major: repeated or serious failure, the customer may leave'],
  ['critical', 'Critical: damage to property, danger, or public attention']
];
const CHANNELS = ['phone', 'e-mail', 'letter', 'in person', 'text message', 'review'];

/** @returns {{element: HTMLElement, tick: function}} */
export function timeBox(found, now, name, reload) {
  const clock = found.clocks.find(each => each.clock === 'resolution');
  if (!clock) {
    return {
      element: h('section', { class: 'sr-card sr-clock', 'aria-label': 'Resolution clock' },
        h('div', { class: 'sr-quiet' }, 'No resolution clock runs for this case.')),
      tick() {}
    };
  }
  const card = face(clock, now);
  const element = h('div', {},
    card.element,
    others(found.clocks.filter(each => each !== clock)),
    wishes(found, name, reload),
    found.can.work && clock.verdict !== 'kept' && !clock.stoppedAt && actions(found, clock, reload),
    why(clock, name));
  return { element, tick: card.tick };
}

/** The clocks beside that of the resolution, a line each. */
function others(clocks) {
  return clocks.length > 0 && h('ul', { class: 'sr-clocks', 'aria-label': 'Further clocks' }, clocks.map(each => {
    const [glyph, tone, ...text] = {
      kept: ['ok', 'sr-good', 'in time, ', time(each.stoppedAt || each.dueAt)],
      missed: ['warning-sign', 'sr-bad', each.stoppedAt ? 'late, ' : 'missed, ', 'due ', time(each.missedAt || each.dueAt)],
      near: ['exclamation-sign', 'sr-warn', 'until ', time(each.dueAt), ', near']
    }[each.verdict] || ['time', 'sr-quiet', 'until ', time(each.dueAt)];
    return h('li', { class: `sr-badge ${tone}` }, icon(glyph), ` ${each.label}: `, text);
  }));
}

function face(clock, now) {
  const text = h('span', { class: 'sr-left' });
  const glyph = h('span', { 'aria-hidden': 'true' });
  const meaning = h('div', { class: 'sr-meaning' });
  const bar = h('div', { class: 'sr-bar', 'aria-hidden': 'true' }, h('i', {}));
  const element = h('section', { class: 'sr-card sr-clock', 'aria-label': 'Resolution clock', role: 'group' },
    h('div', { class: 'sr-big' }, glyph, text), meaning, bar);
  let shown = null;

  function set(kind, glyphName, words, ...explanation) {
    if (shown === kind + words) {
      return;
    }
    shown = kind + words;
    element.className = `sr-card sr-clock sr-clock-${kind}`;
    glyph.className = `glyphicon glyphicon-${glyphName}`;
    text.textContent = words;
    meaning.replaceChildren(...explanation);
  }

  function tick() {
    const seconds = secondsLeft(clock, now());
    const total = clock.elapsedSeconds + clock.remainingSeconds;
    bar.firstChild.style.width = `${Math.round(Math.min(1, Math.max(0, 1 - seconds / Math.max(1, total))) * 100)}%`;
    const left = `${duration(seconds)}${countsDayAndNight(clock) ? '' : ' of working time'} left`;
    if (clock.stoppedAt) {
      const late = clock.verdict === 'missed';
      set(late ? 'stopped-late' : 'stopped', late ? 'warning-sign' : 'ok-sign',
        seconds >= 0 ? `${duration(seconds)} to spare` : `${duration(seconds)} too late`,
        'Clock stopped ', time(clock.stoppedAt), ', deadline ', time(late ? clock.missedAt : clock.dueAt));
      return;
    }
    switch (standing(clock, now())) {
      case 'missed':
        set('overdue', 'warning-sign', seconds < 0 ? `Overdue by ${duration(seconds)}` : 'Deadline missed',
          clock.missedAt ? 'Missed at ' : 'Overdue since ', time(clock.missedAt || clock.dueAt));
        break;
      case 'paused':
        set('paused', 'pause', `Paused, ${left}`, 'Since ', time(clock.pausedSince), ': ', clock.pauseReason);
        break;
      case 'near':
        set('near', 'exclamation-sign', left, 'Deadline near: due ', time(clock.dueAt));
        break;
      default:
        set('running', 'time', left, 'Resolve until ', time(clock.dueAt));
    }
  }

  tick();
  return { element, tick };
}

/** One form at a time, below the buttons; a refusal of the server is told in it and nothing typed is lost. */
function actions(found, clock, reload) {
  const place = h('div', {});
  const path = `/api/cases/${encodeURIComponent(found.number)}`;

  function open(title, submit, fields, send) {
    const button = h('button', { type: 'submit', class: 'btn btn-primary btn-sm' }, submit);
    const form = h('form', { class: 'sr-action', 'aria-label': title, novalidate: true, onsubmit: async event => {
      event.preventDefault();
      button.disabled = true;
      form.querySelectorAll('[role=alert]').forEach(each => each.remove());
      try {
        await send(new FormData(form));
        changed(reload);
      } catch (refused) {
        explain(form, refused);
        button.disabled = false;
      }
    } }, h('h4', {}, title), fields,
    h('div', { class: 'sr-buttons' }, button,
      h('button', { type: 'button', class: 'btn btn-link btn-sm', onclick: () => place.replaceChildren() }, 'Cancel')));
    place.replaceChildren(form);
    form.querySelector('input, select, textarea').focus();
  }

  const button = (glyph, label, onclick) => h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick },
    icon(glyph), ` ${label}`);
  return h('div', { class: 'sr-time-actions' },
    h('div', { class: 'sr-buttons' },
      clock.pausedSince
        ? button('play', 'Resume', () => open('Let the clock go on', 'Resume',
          [area('why', 'Why does it go on?')],
          data => post(`${path}/clock/resumption`, { why: data.get('why') })))
        : !clock.missedAt && button('pause', 'Pause', () => open('Pause the clock', 'Pause',
          [choice('reason', 'Why is it the customer’s turn?', PAUSE_REASONS)],
          data => post(`${path}/clock/pause`, { reason: data.get('reason') }))),
      button('comment', 'Customer answered', () => open('What the customer answered', 'Keep the answer',
        [choice('channel', 'How', CHANNELS.map(each => [each, each])), area('text', 'What they said')],
        data => post(`${path}/replies`, { channel: data.get('channel'), text: data.get('text') }))),
      button('signal', 'Change severity', () => open('Change the severity', 'Change severity',
        [choice('severity', 'How severe is it?', SEVERITIES, found.severity), area('reason', 'What makes it so?')],
        data => post(`${path}/severity`, { severity: data.get('severity'), reason: data.get('reason') }))),
      !clock.missedAt && !clock.pausedSince && button('time', 'Ask for more time',
        () => open('Ask for more time', 'Ask',
          [moment('newDueAt', 'Until when?', clock.dueAt), area('reason', 'Why?')],
          data => post(`${path}/clock/extensions`, {
            newDueAt: data.get('newDueAt') ? new Date(data.get('newDueAt')).toISOString() : null,
            reason: data.get('reason')
          })))),
    place);
}

/** The case was changed here: the tab reads it again, and so do the cards of the list. */
function changed(reload) {
  document.dispatchEvent(new CustomEvent('sr-case-changed'));
  reload();
}

/** What is wrong stands under its field; what belongs to none, above the buttons. */
function explain(form, refused) {
  const loose = refused.fields.filter(({ field: name, message }) => {
    const control = form.elements[name];
    if (control) {
      control.after(h('p', { class: 'sr-bad-text', role: 'alert' }, inReadersZone(`This ${message}`)));
    }
    return !control;
  });
  if (refused.fields.length === 0 || loose.length > 0) {
    form.lastElementChild.before(h('p', { class: 'sr-bad-text', role: 'alert' }, inReadersZone(refused.message)));
  }
}

let fieldNumber = 0;

function field(label, control) {
  control.id = `sr-field-${++fieldNumber}`;
  return h('div', { class: 'form-group' }, h('label', { for: control.id }, label), control);
}

function choice(name, label, options, chosen) {
  return field(label, h('select', { name, class: 'form-control input-sm' },
    options.map(([value, text]) => h('option', { value, selected: value === chosen }, text))));
}

function area(name, label) {
  return field(label, h('textarea', { name, rows: '2', class: 'form-control input-sm' }));
}

/** A moment in the reader's own zone, a day after the given one at first. */
function moment(name, label, after) {
  const day = new Date(Date.parse(after) + 24 * 3600 * 1000);
  const local = new Date(day.getTime() - day.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  return field(`${label} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
    h('input', { name, type: 'datetime-local', class: 'form-control input-sm', value: local }));
}

function wishes(found, name, reload) {
  return found.extensions.filter(wish => wish.state === 'requested').map(wish => {
    const problem = h('p', { class: 'sr-bad-text', role: 'alert', hidden: true });
    const note = h('textarea', { rows: '2', class: 'form-control input-sm', 'aria-label': 'Note on the decision',
      placeholder: 'Note (needed when the deadline is kept)' });
    const decide = decision => async () => {
      problem.hidden = true;
      try {
        await post(`/api/cases/${encodeURIComponent(found.number)}/clock/extensions/${wish.id}/decision`,
          { decision, note: note.value });
        changed(reload);
      } catch (refused) {
        problem.replaceChildren(...inReadersZone(refused.message));
        problem.hidden = false;
      }
    };
    return h('section', { class: 'sr-wish', 'aria-label': 'More time asked for' },
      h('p', {}, icon('time'), ' ', h('strong', {}, name(wish.requestedBy)), ' asks for time until ',
        time(wish.newDueAt), ' instead of ', time(wish.oldDueAt), ': ', wish.reason),
      found.can.giveTime
        ? [note, problem, h('div', { class: 'sr-buttons' },
            h('button', { type: 'button', class: 'btn btn-primary btn-sm', onclick: decide('approve') }, 'Give more time'),
            h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: decide('refuse') }, 'Keep the deadline'))]
        : h('p', { class: 'sr-quiet' }, 'A manager decides on it.'));
  });
}

function why(clock, name) {
  return h('details', { class: 'sr-why' },
    h('summary', {}, 'Why is this due then?'),
    h('ol', {}, clock.lines.map(line => h('li', {},
      h('div', { class: 'sr-quiet sr-small' }, time(line.at), line.by && ` · ${name(line.by)}`),
      h('div', {}, line.text),
      h('div', { class: 'sr-small' }, line.dueAt ? ['Due ', time(line.dueAt)] : 'Due: not known while paused')))),
    h('p', { class: 'sr-quiet sr-small' }, 'Told so far: ',
      clock.levels.filter(level => level.toldAt).length === 0
        ? 'nobody'
        : clock.levels.filter(level => level.toldAt)
          .map((level, at) => [at > 0 && ', ', `${level.roles.join(', ')} (`, time(level.toldAt), ')'])));
}
