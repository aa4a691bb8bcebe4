// The card on Cockpit's dashboard: the headline, and what is urgent.
import { h, load, number, ofCount, percent, t, time } from './shared.js';

export function mount(node) {
  const leaving = new AbortController();
  const place = h('div', { class: 'srr srr-dashboard' });
  node.append(place);
  load(place, '/api/recovery/card', data => draw(place, data), leaving.signal);
  return () => {
    leaving.abort();
    place.remove();
  };
}

function draw(place, { readAt, upheld, deadlines, escalations }) {
  const tile = (label, figure, of) => h('div', { class: 'srr-tile' }, h('div', { class: 'srr-tile-name' }, label),
    h('div', { class: 'srr-tile-value' }, figure), h('div', { class: 'srr-quiet' }, of));
  const share = course => {
    const value = course.whole[0];
    return value.value === undefined
      ? tile(course.measure.label, '–', t('recovery.nothingYet'))
      : tile(course.measure.label, percent(value.value), t(ofCount('recovery.ofCases', value.denominator), number(value.numerator), number(value.denominator)));
  };
  // Cockpit styles every section and header of its dashboard.
  place.replaceChildren(h('div', { class: 'srr-card', role: 'region', 'aria-label': t('recovery.title') },
    h('div', { class: 'srr-card-head' }, h('h2', {}, t('recovery.title')), h('a', { href: '#/recovery' }, t('recovery.open'))),
    h('div', { class: 'srr-tiles' }, share(upheld), share(deadlines),
      escalations && tile(t('recovery.escalations'), number(escalations.all),
        escalations.all === 0 ? t('recovery.noEscalations') : t(ofCount('recovery.missedOf', missed(escalations)), number(missed(escalations))))),
    h('p', { class: 'srr-quiet srr-counted' }, t('recovery.readAt'), ' ', time(readAt))));
}

const missed = escalations => Object.entries(escalations.levels)
  .filter(([level]) => Number(level) >= 2).reduce((sum, [, cases]) => sum + cases, 0);
