// Who is away, and who has their work meanwhile: one's own, and for leads that of others.
import { h, icon, time } from './dom.js';
import { get, put, remove } from './api.js';
import { t } from './messages.js';
import { explain, field, forget, local, sentenceOf } from './forms.js';
import { instant, load, people } from './people-forms.js';

const DAY = 24 * 3600 * 1000;

export function mount(node) {
  const place = h('div', {});
  const root = h('main', { class: 'sr sr-page' },
    h('header', { class: 'sr-page-head' }, h('h1', {}, t('absence.title')), h('p', {}, t('absence.intro'))), place);
  node.append(root);
  const leaving = new AbortController();
  let person = null;

  const read = async () => {
    const [me, owners] = await Promise.all([get('/api/me', leaving.signal), get('/api/owners', leaving.signal)]);
    return { me, owners };
  };
  const again = done => load(place, read, all => draw(all, done));

  function draw({ me, owners }, done) {
    const whose = owners.find(each => each.id === (person || me.id)) || { id: me.id, name: me.name };
    const name = id => (owners.find(each => each.id === id) || { name: id }).name;
    const status = h('p', { class: 'sr-good', role: 'status', tabindex: '-1', hidden: !done }, done && [icon('ok'), ' ', done]);
    place.replaceChildren(...[
      me.handsOver && field('person', t('absence.whose'),
        h('select', { class: 'form-control', onchange: event => {
          person = event.target.value;
          draw({ me, owners });
        } }, owners.map(each => h('option', { value: each.id, selected: each.id === whose.id }, each.name)))),
      status,
      current(whose, me, name),
      form(whose, me, owners),
      h('p', { class: 'sr-quiet' }, t('absence.rule')),
      me.handsOver && everybody(owners, name)
    ].filter(Boolean));
    if (done) {
      status.focus();
    }
  }

  function current(whose, me, name) {
    const away = whose.absence;
    if (!away) {
      return h('p', {}, icon('ok-circle'), ' ', t('absence.none', whose.name));
    }
    const end = h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: async () => {
      end.disabled = true;
      try {
        await remove(path(whose.id, me));
        document.dispatchEvent(new CustomEvent('sr-case-changed'));
        again(t(away.running ? 'absence.ended' : 'absence.calledOff'));
      } catch (problem) {
        end.disabled = false;
        end.after(h('p', { class: 'sr-bad-text', role: 'alert' }, sentenceOf(problem)));
      }
    } }, t(away.running ? 'absence.end' : 'absence.callOff'));
    return h('section', { class: 'sr-card sr-away', 'aria-label': t('absence.current') },
      h('p', {}, icon('plane'), ' ', h('strong', {}, t(away.running ? 'absence.runs' : 'absence.planned', whose.name)), ' ',
        time(away.from), ' – ', time(away.until)),
      h('p', {}, t('absence.standIn', name(away.substitute))), end);
  }

  const path = (id, me) => (id === me.id ? '/api/me/absence' : `/api/owners/${encodeURIComponent(id)}/absence`);

  function form(whose, me, owners) {
    const away = whose.absence;
    const from = h('input', { type: 'datetime-local', class: 'form-control', disabled: Boolean(away && away.running),
      value: local(away ? away.from : Date.now()) });
    const until = h('input', { type: 'datetime-local', class: 'form-control',
      value: local(away ? away.until : Date.now() + 7 * DAY) });
    const substitute = people(owners.filter(each => each.id !== whose.id), away && away.substitute, t('absence.choose'));
    substitute.disabled = Boolean(away && away.running);
    const send = h('button', { type: 'submit', class: 'btn btn-primary' }, t(away ? 'absence.change' : 'absence.set'));
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const element = h('form', { class: 'sr-form', novalidate: true, onsubmit: async event => {
      event.preventDefault();
      send.disabled = true;
      forget(element);
      try {
        const wish = { from: instant(from.value), until: instant(until.value), substitute: substitute.value };
        const set = await put(path(whose.id, me), wish);
        document.dispatchEvent(new CustomEvent('sr-case-changed'));
        again(t(set.running ? 'absence.begun' : 'absence.saved'));
      } catch (problem) {
        explain(element, problem);
        send.disabled = false;
      }
    } },
    h('fieldset', {}, h('legend', {}, t(away ? 'absence.changeTitle' : 'absence.setTitle', whose.name)),
      h('div', { class: 'sr-grid' },
        field('from', t('absence.from'), from, { hint: t('absence.zone', zone), required: true }),
        field('until', t('absence.until'), until, { hint: t('absence.back'), required: true })),
      field('substitute', t('absence.substitute'), substitute, { required: true }),
      h('div', { class: 'sr-actions' }, send)));
    return element;
  }

  function everybody(owners, name) {
    const away = owners.filter(each => each.absence);
    return h('section', { class: 'sr-section' }, h('h3', {}, t('absence.all')),
      away.length === 0
        ? h('p', { class: 'sr-quiet' }, t('absence.nobody'))
        : h('ul', { class: 'sr-list' }, away.map(each => h('li', {}, icon('plane'), h('div', {},
            h('strong', {}, each.name), ' ', time(each.absence.from), ' – ', time(each.absence.until),
            h('div', { class: 'sr-quiet' }, t('absence.standIn', name(each.absence.substitute))))))));
  }

  again();
  return () => {
    leaving.abort();
    root.remove();
  };
}
