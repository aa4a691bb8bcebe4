// The clock of a case: how much time is left, why, and what can be done about it.
import { h, icon, time, duration } from './dom.js';
import { post } from './api.js';
import { area, changed, choice } from './action-form.js';
import { countsDayAndNight, resolutionClock, secondsLeft, standing } from './clock.js';
import { t, told, within } from './messages.js';

const WAYS_TO_TELL = ['phone', 'email', 'letter', 'in-person'];

/**
 * @param place where the forms appear
 * @returns {{element: HTMLElement, tick: function}}
 */
export function timeBox(found, now, name, place) {
  const clock = resolutionClock(found);
  if (!clock) {
    return {
      element: h('section', { class: 'sr-card sr-clock', 'aria-label': t('timeBox.title') },
        h('div', { class: 'sr-quiet' }, t('timeBox.none'))),
      tick() {}
    };
  }
  const card = face(clock, now);
  const element = h('div', {},
    card.element,
    others(found.clocks.filter(each => each !== clock)),
    wishes(found, name, place),
    why(clock, name));
  return { element, tick: card.tick };
}

/** The clocks beside that of the resolution, a line each. */
function others(clocks) {
  return clocks.length > 0 && h('ul', { class: 'sr-clocks', 'aria-label': t('timeBox.further') }, clocks.map(each => {
    const [glyph, tone, key, moment] = {
      kept: ['ok', 'sr-good', 'kept', each.stoppedAt],
      missed: ['warning-sign', 'sr-bad', each.stoppedAt ? 'late' : 'missed', each.missedAt],
      near: ['exclamation-sign', 'sr-warn', 'near', null]
    }[each.verdict] || ['time', 'sr-quiet', 'until', null];
    return h('li', { class: `sr-badge ${tone}` }, icon(glyph), ' ',
      told(`timeBox.further.${key}`, each.label, time(moment || each.dueAt)));
  }));
}

function face(clock, now) {
  const text = h('span', { class: 'sr-left' });
  const glyph = h('span', { 'aria-hidden': 'true' });
  const meaning = h('div', { class: 'sr-meaning' });
  const bar = h('div', { class: 'sr-bar', 'aria-hidden': 'true' }, h('i', {}));
  const element = h('section', { class: 'sr-card sr-clock', 'aria-label': t('timeBox.title'), role: 'group' },
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
    const left = t(countsDayAndNight(clock) ? 'timeBox.left' : 'timeBox.leftOfWorkingTime', duration(seconds));
    if (clock.stoppedAt) {
      const late = clock.verdict === 'missed';
      set(late ? 'stopped-late' : 'stopped', late ? 'warning-sign' : 'ok-sign',
        t(seconds >= 0 ? 'timeBox.toSpare' : 'timeBox.tooLate', duration(seconds)),
        ...told('timeBox.stopped', time(clock.stoppedAt), time(late ? clock.missedAt : clock.dueAt)));
      return;
    }
    switch (standing(clock, now())) {
      case 'missed':
        set('overdue', 'warning-sign', seconds < 0 ? t('timeBox.overdueBy', duration(seconds)) : t('timeBox.missed'),
          ...told(clock.missedAt ? 'timeBox.missedAt' : 'timeBox.overdueSince', time(clock.missedAt || clock.dueAt)));
        break;
      case 'paused':
        set('paused', 'pause', t('timeBox.paused', left),
          ...told('timeBox.pausedSince', time(clock.pausedSince), clock.pauseReason));
        break;
      case 'near':
        set('near', 'exclamation-sign', left, ...told('timeBox.near', time(clock.dueAt)));
        break;
      default:
        set('running', 'time', left, ...told('timeBox.resolveUntil', time(clock.dueAt)));
    }
  }

  tick();
  return { element, tick };
}

const needsTelling = wish => wish.clock !== 'resolution';

function decide(found, wish, body) {
  return post(`/api/cases/${encodeURIComponent(found.number)}/clock/extensions/${wish.id}/decision`, body);
}

/** The decisions on more time that need words, by the names of their drafts. */
export function wishForms(found) {
  return open(found).filter(wish => mayDecide(found, wish))
    .flatMap(wish => ['approve', 'refuse'].map(decision => wishForm(found, wish, decision)));
}

const open = found => found.extensions.filter(wish => wish.state === 'requested');

const mayDecide = (found, wish) => found.can.giveTime && wish.requestedBy !== found.me;

function wishForm(found, wish, decision) {
  return {
    name: `wish-${wish.id}-${decision}`,
    title: t(`timeBox.wish.${decision}`),
    submit: t(`timeBox.wish.${decision}`),
    fields: [
      decision === 'approve' && needsTelling(wish) && choice('told', t('timeBox.wish.told'),
        [['', t('timeBox.wish.told.choose')], ...WAYS_TO_TELL.map(way => [way, t(`timeBox.wish.told.${way}`)])]),
      area('note', t('timeBox.wish.note'),
        decision === 'refuse' ? { hint: t('timeBox.wish.note.needed'), required: true } : {})
    ],
    send: data => decide(found, wish, { decision, note: data.get('note'), told: data.get('told') || '' })
  };
}

function wishes(found, name, place) {
  return open(found).map(wish => {
    const of = found.clocks.find(each => each.clock === wish.clock);
    const form = decision => place.open(wishForm(found, wish, decision));
    const give = h('button', { type: 'button', class: 'btn btn-primary btn-sm', 'data-key': `give-${wish.id}`, onclick: async () => {
      if (needsTelling(wish)) {
        form('approve');
        return;
      }
      give.disabled = true;
      try {
        await decide(found, wish, { decision: 'approve', note: '', told: '' });
        changed();
      } catch (refused) {
        give.disabled = false;
        place.tell(refused);
      }
    } }, t('timeBox.wish.approve'));
    const button = (decision, text) => h('button', { type: 'button', class: 'btn btn-default btn-sm',
      'data-key': `wish-${wish.id}-${decision}`, onclick: () => form(decision) }, text);
    return h('section', { class: 'sr-wish', 'aria-label': t('timeBox.wish') },
      h('p', {}, icon('time'), ' ', told(needsTelling(wish) && of ? 'timeBox.wish.asksOf' : 'timeBox.wish.asks',
        h('strong', {}, name(wish.requestedBy)), time(wish.newDueAt), time(wish.oldDueAt), wish.reason, of && of.label)),
      mayDecide(found, wish)
        ? h('div', { class: 'sr-buttons' }, give,
            !needsTelling(wish) && button('approve', t('timeBox.wish.withNote')),
            button('refuse', t('timeBox.wish.refuse')))
        : h('p', { class: 'sr-quiet' }, t('timeBox.wish.byManager')));
  });
}

function why(clock, name) {
  const levels = clock.levels.filter(level => level.toldAt);
  return h('details', { class: 'sr-why', 'data-key': 'why' },
    h('summary', {}, t('timeBox.why')),
    h('ol', {}, clock.lines.map(line => h('li', {},
      h('div', { class: 'sr-quiet sr-small' }, time(line.at), line.by && ` · ${name(line.by)}`),
      h('div', {}, line.text),
      h('div', { class: 'sr-small' }, line.dueAt ? told('timeBox.due', time(line.dueAt)) : t('timeBox.dueUnknown'))))),
    h('p', { class: 'sr-quiet sr-small' }, told('timeBox.told', levels.length === 0
      ? t('timeBox.told.nobody')
      : levels.map((level, at) => [at > 0 && ', ', level.roles.map(role => within('role', role)).join(', '), ' (',
        time(level.toldAt), ')']))));
}
