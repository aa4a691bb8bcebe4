// Handing the cases of one owner to another, all or some of them; for leads.
import { h, icon, time } from './dom.js';
import { get, post } from './api.js';
import { label, t } from './messages.js';
import { explain, field, forget } from './forms.js';
import { load, people } from './people-forms.js';
import { placeOf } from './find-case.js';

/** Of each state; the server gives no more at once. */
const MOST = 500;

export function mount(node) {
  const place = h('div', {});
  const root = h('main', { class: 'sr sr-page' },
    h('header', { class: 'sr-page-head' }, h('h1', {}, t('handover.title')), h('p', {}, t('handover.intro'))), place);
  node.append(root);
  const leaving = new AbortController();

  function start() {
    load(place, () => get('/api/owners', leaving.signal), draw);
  }

  function draw(owners) {
    const report = h('div', { role: 'status', tabindex: '-1' });
    const chosen = h('div', {});
    const from = h('select', { class: 'form-control', onchange: () => list(from.value, chosen) },
      h('option', { value: '' }, t('handover.choose')),
      owners.map(each => h('option', { value: each.id }, t('handover.person', each.name, each.cases))));
    const to = people(owners, null, t('handover.choose'));
    const reason = h('textarea', { class: 'form-control', rows: '2', maxlength: '500' });
    const send = h('button', { type: 'submit', class: 'btn btn-primary' }, t('handover.send'));
    const form = h('form', { class: 'sr-form', novalidate: true, onsubmit: async event => {
      event.preventDefault();
      forget(form);
      const boxes = [...chosen.querySelectorAll('input[name=case]')];
      const numbers = boxes.filter(each => each.checked).map(each => each.value);
      if (!from.value || numbers.length === 0) {
        explain(form, { status: 0, message: t('handover.noCase'), fields: from.value ? []
          : [{ field: 'from', message: t('handover.noFrom') }] });
        return;
      }
      send.disabled = true;
      try {
        const done = await post(`/api/owners/${encodeURIComponent(from.value)}/handover`,
          { to: to.value, reason: reason.value, cases: numbers });
        document.dispatchEvent(new CustomEvent('sr-case-changed'));
        tell(report, done, owners.find(each => each.id === to.value).name);
        reason.value = '';
        list(from.value, chosen);
      } catch (problem) {
        explain(form, problem);
      } finally {
        send.disabled = false;
      }
    } },
    h('fieldset', {}, h('legend', {}, t('handover.who')),
      h('div', { class: 'sr-grid' }, field('from', t('handover.from'), from, { required: true }), field('to', t('handover.to'), to, { required: true })),
      field('reason', t('handover.reason'), reason, { hint: t('handover.reasonHint'), required: true }),
      chosen, h('div', { class: 'sr-actions' }, send)));
    place.replaceChildren(report, form);
  }

  async function list(person, into) {
    await load(into, async () => {
      const both = await Promise.all((person ? ['open', 'resolved'] : []).map(state =>
        get(`/api/cases?owner=${encodeURIComponent(person)}&state=${state}&limit=${MOST}`, leaving.signal)));
      return both;
    }, both => {
      const cases = both.flat();
      if (!person) {
        into.replaceChildren();
        return;
      }
      if (cases.length === 0) {
        into.replaceChildren(h('p', { class: 'sr-quiet' }, t('handover.nothing')));
        return;
      }
      const boxes = cases.map(each => h('input', { type: 'checkbox', name: 'case', value: each.number, checked: true }));
      const all = h('input', { type: 'checkbox', checked: true,
        onchange: () => boxes.forEach(box => { box.checked = all.checked; }) });
      into.replaceChildren(h('fieldset', { class: 'sr-plain' }, h('legend', {}, t('handover.which')),
        h('label', { class: 'sr-all' }, all, ' ', t('handover.all', cases.length)),
        both.some(each => each.length === MOST) && h('p', { class: 'sr-quiet' }, t('handover.first', MOST)),
        h('ul', { class: 'sr-cases' }, cases.map((each, at) => h('li', {}, h('label', {}, boxes[at], ' ',
          h('strong', {}, each.number), ' ', each.customer, ' ',
          h('span', { class: 'sr-quiet sr-small' }, label('severity', each.severity), ' · ', time(each.openedAt)),
          h('div', { class: 'sr-small' }, each.summary)))))));
      into.onchange = () => { all.checked = boxes.every(box => box.checked); };
    });
  }

  function tell(report, done, name) {
    report.replaceChildren(h('section', { class: done.left.length === 0 ? 'sr-opened' : 'sr-card' },
      h('p', {}, icon('ok'), ' ', t('handover.done', done.handedOver.length, name)),
      done.left.length > 0 && [
        h('p', { class: 'sr-bad-text' }, t('handover.left', done.left.length)),
        h('ul', {}, done.left.map(each => h('li', {}, h('a', { href: placeOf(each.number) }, each.number), ': ', each.why)))]));
    report.focus();
  }

  start();
  return () => {
    leaving.abort();
    root.remove();
  };
}
