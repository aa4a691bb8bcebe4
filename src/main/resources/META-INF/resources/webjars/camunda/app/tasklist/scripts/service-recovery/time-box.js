// The clock of a case: how much time is left, why, and what can be done about it.
import { h, icon, time, duration, inReadersZone } from './dom.js';
import { post } from './api.js';
import { changed, choice } from './action-form.js';
import { countsDayAndNight, secondsLeft, standing } from './clock.js';

const WAYS_TO_TELL = [['', 'Choose…'], ['phone', 'By phone'], ['email', 'By e-mail'], ['letter', 'By letter'],
  ['in-person', 'In person']];

/** @returns {{element: HTMLElement, tick: function}} */
export function timeBox(found, now, name) {
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
    wishes(found, name),
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

function wishes(found, name) {
  return found.extensions.filter(wish => wish.state === 'requested').map(wish => {
    const problem = h('p', { class: 'sr-bad-text', role: 'alert', hidden: true });
    const note = h('textarea', { rows: '2', class: 'form-control input-sm', 'aria-label': 'Note on the decision',
      placeholder: 'Note (needed when the deadline is kept)' });
    const of = found.clocks.find(each => each.clock === wish.clock);
    const further = wish.clock !== 'resolution';
    const told = further && choice('told', 'How was the customer told why?', WAYS_TO_TELL);
    const decide = decision => async () => {
      problem.hidden = true;
      try {
        await post(`/api/cases/${encodeURIComponent(found.number)}/clock/extensions/${wish.id}/decision`,
          { decision, note: note.value, told: further ? told.querySelector('select').value : '' });
        changed();
      } catch (refused) {
        problem.replaceChildren(...inReadersZone(refused.message));
        problem.hidden = false;
      }
    };
    return h('section', { class: 'sr-wish', 'aria-label': 'More time asked for' },
      h('p', {}, icon('time'), ' ', h('strong', {}, name(wish.requestedBy)), ` asks for time${further && of ? ` (${of.label})` : ''} until `,
        time(wish.newDueAt), ' instead of ', time(wish.oldDueAt), ': ', wish.reason),
      found.can.giveTime && wish.requestedBy !== found.me
        ? [told, note, problem, h('div', { class: 'sr-buttons' },
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
