// The prevention actions of all cases that the reader may see, and those that they see to: open, overdue, done.
import { fill, h, icon } from './dom.js';
import { get } from './api.js';
import { actionPlace } from './action-form.js';
import { comparedOrNot, day, doneForm, doneNotes, effectForm, judgedNotes, pastTimes } from './case-resolution.js';
import { placeOf } from './find-case.js';
import { load } from './people-forms.js';
import { label, ofCount, t, told } from './messages.js';

const FILTERS = ['open', 'overdue', 'to-judge', 'done', 'every'];
/** The server gives no more at once. */
const MOST = 500;

export function mount(node) {
  const leaving = new AbortController();
  let filter = 'open';
  let drawn = null;
  let mine = false;
  let me = null;

  const readOnly = h('p', { class: 'sr-quiet', hidden: true }, t('prevention.readOnly'));
  const list = h('div', {});
  const bar = h('div', { class: 'sr-buttons sr-filters', role: 'group', 'aria-label': t('prevention.which') });
  const root = h('main', { class: 'sr sr-page' },
    h('header', { class: 'sr-page-head' }, h('h1', {}, t('prevention.title')), h('p', {}, t('prevention.intro')), readOnly), bar, list);
  node.append(root);

  function drawBar() {
    fill(bar,
      FILTERS.map(each => h('button', {
        type: 'button', class: 'btn btn-default btn-sm', 'aria-pressed': String(each === filter), 'data-filter': each,
        onclick: () => { filter = each; start(); }
      }, label('preventionFilter', each))),
      h('label', { class: 'sr-all' }, h('input', {
        type: 'checkbox', checked: mine, onchange: event => { mine = event.target.checked; start(); }
      }), ' ', t('prevention.mine')));
    bar.querySelectorAll('button').forEach(each => each.classList.toggle('active', each.dataset.filter === filter));
  }

  function start() {
    const focused = document.activeElement?.dataset?.filter;
    const asked = `${filter} ${mine}`;
    drawBar();
    bar.querySelector(`[data-filter="${focused}"]`)?.focus();
    load(list, async () => {
      me = me || await get('/api/me', leaving.signal);
      readOnly.hidden = me.opensCases;
      const owner = mine ? `&owner=${encodeURIComponent(me.id)}` : '';
      return get(`/api/prevention-actions?state=${filter}${owner}&limit=${MOST}`, leaving.signal);
    }, lines => {
      const within = list.contains(document.activeElement);
      draw(lines);
      if (within) {
        // What it was done on may be gone from this list.
        list.querySelector('[role=status]').focus();
      }
      drawn = asked;
    }, drawn === asked);
  }

  function draw(lines) {
    if (lines.length === 0) {
      fill(list, h('p', { class: 'sr-quiet', role: 'status', tabindex: '-1' }, t(`prevention.none.${filter}`)));
      return;
    }
    fill(list,
      h('p', { class: 'sr-quiet sr-count', role: 'status', tabindex: '-1' }, t(ofCount('prevention.count', lines.length), lines.length)),
      lines.length === MOST && h('p', { class: 'sr-quiet' }, t('prevention.first', MOST)),
      h('ul', { class: 'sr-list sr-prevention' }, lines.map(one)));
  }

  function one(line) {
    const place = actionPlace(line.caseNumber);
    const each = {
      epoch: line.epoch, preventionAction: line.action, preventionEffect: line.effect, preventionHelped: line.helped,
      preventionComparison: line.comparison, preventionCompareOn: line.compareOn
    };
    const toJudge = line.comparison && (line.helped ?? null) === null;
    const form = line.doneAt ? effectForm(line.caseNumber, each) : doneForm(line.caseNumber, each);
    return h('li', {}, icon(toJudge ? 'question-sign' : line.doneAt ? 'ok' : line.overdue ? 'warning-sign' : 'time'), h('div', {},
      h('strong', {}, line.action),
      line.effect && h('div', {}, t('desk.effect.expected', line.effect)),
      h('div', { class: 'sr-quiet sr-small' },
        line.opens ? h('a', { href: placeOf(line.caseNumber) }, line.caseNumber) : line.caseNumber, ' · ', line.tagLabel, ' · ',
        line.owner ? line.dueOn ? told('caseTab.preventionBy', line.ownerName, day(line.dueOn)) : line.ownerName : t('prevention.nobody')),
      line.overdue && h('div', { class: 'sr-late' }, t('caseTab.plan.overdue')),
      doneNotes(line.notes),
      (line.helped ?? null) !== null && h('div', {}, t(line.helped ? 'caseTab.preventionHelped' : 'caseTab.preventionDidNotHelp')),
      judgedNotes(line.judgedNotes),
      toJudge && h('div', {}, t('prevention.toJudge')),
      line.doneAt && comparedOrNot(each),
      pastTimes(line.past),
      line.may && h('div', { class: 'sr-buttons' }, h('button', {
        type: 'button', class: 'btn btn-default btn-sm', 'data-action': form.kind,
        'aria-label': `${form.button}: ${line.action}`,
        onclick: () => place.open(form)
      }, form.button)),
      place.element));
  }

  document.addEventListener('sr-case-changed', start, { signal: leaving.signal });
  start();
  return () => {
    leaving.abort();
    root.remove();
  };
}
