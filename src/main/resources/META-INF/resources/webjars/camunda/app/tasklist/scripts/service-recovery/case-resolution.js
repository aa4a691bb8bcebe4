// In the Case tab: how the case ended, what keeps it from happening again, what a regulator found, and which causes it is
// counted under; with the forms of what may still be said of these.
import { h, time } from './dom.js';
import { get, post, put } from './api.js';
import { area, choice, line } from './action-form.js';
import { comparisonView, day } from './comparison.js';
import { field, sentenceOf } from './forms.js';
import { label, ofCount, t, told } from './messages.js';

const FINDINGS = ['upheld', 'partially-upheld', 'not-upheld'];
/** Fields for further causes: as many as a case has and one more, but no more than the server takes. */
const FEWEST_FURTHER = 2;
const MOST_FURTHER = 5;

export { day };

const today = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(each => String(each).padStart(2, '0')).join('-');
};

const path = found => `/api/cases/${encodeURIComponent(found.number)}`;

function section(title, note, ...content) {
  return h('section', { class: 'sr-section' },
    h('h3', {}, title, note && h('span', { class: 'sr-note' }, note)), content);
}

function facts(...pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
  return h('dl', { class: 'sr-facts' }, known.map(([term, ...value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
}

/** The sections, none before the case was resolved for the first time. */
export function resolutionSections(found, name, place) {
  return [
    found.resolution && section(t('caseTab.resolution'), null, verdict(found, found.resolution, name, place)),
    ...found.earlierResolutions.map(each =>
      section(t('caseTab.earlierResolution'), t('caseTab.round', each.epoch), verdict(found, each, name, place))),
    causes(found, place)
  ];
}

function verdict(found, each, name, place) {
  return [
    facts(
      [t('caseTab.type'), label('resolutionType', each.type)],
      [t('caseTab.rootCause'), each.tagLabel],
      [t('caseTab.furtherCauses'), each.furtherTags.map(tag => tag.label).join(', ')],
      [t('caseTab.resolved'), told('caseTab.momentBy', time(each.resolvedAt), name(each.resolvedBy))],
      [t('caseTab.finding'), each.finding && (each.foundBy
        ? t('caseTab.findingBy', label('finding', each.finding), name(each.foundBy)) : label('finding', each.finding))],
      ...each.regulators.map(regulator => [t('caseTab.regulator'),
        told('caseTab.regulatorFound', regulator.body, day(regulator.decidedOn), label('finding', regulator.finding)),
        regulator.reference && h('div', { class: 'sr-quiet sr-small' }, t('caseTab.regulatorReference', regulator.reference)),
        regulator.notes && h('div', {}, regulator.notes),
        found.can.regulator && opener(regulatorBackForm(found, regulator), place)]),
      [t('caseTab.prevention'), each.preventionAction],
      [t('caseTab.preventionPlan'), each.preventionOwner && (each.preventionDueOn
        ? told('caseTab.preventionBy', name(each.preventionOwner), day(each.preventionDueOn)) : name(each.preventionOwner))],
      [t('caseTab.preventionEffect'), each.preventionEffect],
      [t('caseTab.preventionState'), ...becameOf(each, name)]),
    preventionButtons(found, each, place)
  ];
}

function becameOf(each, name) {
  if (!each.preventionDoneAt) {
    return [each.preventionOwner && t('caseTab.preventionOpen'), pastTimes(each.preventionPast)];
  }
  return [
    told('caseTab.preventionDone', name(each.preventionDoneBy), time(each.preventionDoneAt)),
    doneNotes(each.preventionNotes),
    (each.preventionHelped ?? null) !== null
      && h('div', {}, h('strong', {}, t(each.preventionHelped ? 'caseTab.preventionHelped' : 'caseTab.preventionDidNotHelp'))),
    judgedNotes(each.preventionJudgedNotes),
    comparedOrNot(each),
    pastTimes(each.preventionPast)
  ];
}

export const doneNotes = text => text && h('div', { class: 'sr-notes' }, t('prevention.doneNotes', text));
export const judgedNotes = text => text && h('div', { class: 'sr-notes' }, t('prevention.judgedNotes', text));

/** The cases before and after a prevention action, once they are compared; until then when that will be. */
export function comparedOrNot(each) {
  if (each.preventionComparison) {
    return h('details', { class: 'sr-compared' }, h('summary', {}, t('prevention.compared')), comparisonView(each.preventionComparison));
  }
  return each.preventionCompareOn
    && h('div', { class: 'sr-quiet sr-small' }, told('prevention.compareOn', day(each.preventionCompareOn)));
}

/** The times before that it was done, each without effect. */
export function pastTimes(past) {
  return past.length > 0 && h('details', { class: 'sr-compared' },
    h('summary', {}, t(ofCount('prevention.cameBack', past.length), past.length)),
    h('ol', {}, past.map(each => h('li', {},
      told('prevention.doneWithout', time(each.doneAt), time(each.judgedAt)),
      doneNotes(each.notes), judgedNotes(each.judgedNotes),
      each.comparison && comparisonView(each.comparison)))));
}

function preventionButtons(found, each, place) {
  if (!found.can.work && found.me !== each.preventionOwner) {
    return null;
  }
  const form = each.preventionDoneAt ? effectForm(found.number, each) : doneForm(found.number, each);
  return opener(form, place);
}

function opener(form, place) {
  return h('div', { class: 'sr-buttons' }, h('button', {
    type: 'button', class: 'btn btn-default btn-sm', 'data-key': form.name, 'data-action': form.kind,
    onclick: () => place.open(form)
  }, form.button));
}

/** @param each with epoch: the prevention action of that resolution */
export function doneForm(number, each) {
  return {
    kind: 'prevented', button: t('desk.prevented'), name: `prevented-${each.epoch}`, title: t('desk.prevented.title'), submit: t('desk.prevented.submit'),
    fields: [h('p', { class: 'sr-quiet' }, each.preventionAction), area('notes', t('desk.prevented.notes'), { required: true })],
    send: data => post(`/api/cases/${encodeURIComponent(number)}/prevention/done`,
      { epoch: each.epoch, notes: data.get('notes') })
  };
}

export function effectForm(number, each) {
  const proposal = each.preventionComparison && each.preventionComparison.proposal;
  // Who answers before there are figures says what it shows in.
  const early = !each.preventionComparison;
  return {
    kind: 'effect', button: t(early ? 'desk.effect.early' : 'desk.effect'), name: `effect-${each.epoch}`, title: t('desk.effect.title'), submit: t('desk.effect.submit'),
    fields: [
      h('p', { class: 'sr-quiet' }, each.preventionAction),
      each.preventionEffect && h('p', { class: 'sr-quiet' }, t('desk.effect.expected', each.preventionEffect)),
      choice('helped', t('desk.effect.helped'),
        [['', t('desk.choose')], ['true', t('desk.effect.yes')], ['false', t('desk.effect.no')]],
        String(each.preventionHelped ?? { effective: true, 'no-effect': false }[proposal] ?? '')),
      area('notes', t('desk.effect.notes'), { required: early, hint: early ? t('desk.effect.earlyHint') : proposal && t('desk.effect.notesHint') }),
      field('dueOn', t('desk.effect.dueOn'), h('input', { type: 'date', class: 'form-control input-sm', min: today() }),
        { hint: t('desk.effect.dueOnHint') })
    ],
    send: data => post(`/api/cases/${encodeURIComponent(number)}/prevention/effect`, {
      epoch: each.epoch,
      helped: { true: true, false: false }[data.get('helped')],
      notes: data.get('notes'),
      dueOn: data.get('dueOn') || null
    })
  };
}

/** Shown where it says more than the resolution does. */
function causes(found, place) {
  const mayChange = tagAgainForms(found).length > 0;
  const asResolved = found.resolution && found.causes.length === 1 + found.resolution.furtherTags.length
    && found.causes.every(each => [found.resolution.tag, ...found.resolution.furtherTags.map(tag => tag.tag)].includes(each.tag))
    && found.causes.every(each => each.countedUnder === each.tagLabel);
  if (found.causes.length === 0 || (asResolved && !mayChange)) {
    return null;
  }
  return section(t('caseTab.countedUnder'), null,
    h('ul', { class: 'sr-list sr-causes' }, found.causes.map(each => h('li', {}, h('div', {},
      each.main ? h('strong', {}, t('caseTab.countedMain', each.tagLabel)) : each.tagLabel,
      each.countedUnder !== each.tagLabel
        && h('span', { class: 'sr-quiet' }, ' · ', t('caseTab.countedToday', each.countedUnder)))))),
    mayChange && h('div', { class: 'sr-buttons' }, h('button', {
      type: 'button', class: 'btn btn-default btn-sm', 'data-key': 'tag-again', 'data-action': 'tagAgain',
      onclick: () => place.open(tagAgainForms(found)[0])
    }, t('desk.tagAgain'))));
}

/** The form of tagging a closed case again, where the reader may, by the name of its draft. */
export function tagAgainForms(found) {
  if (found.state !== 'closed' || !found.can.work || found.causes.length === 0) {
    return [];
  }
  const main = found.causes.find(each => each.main);
  const further = found.causes.filter(each => !each.main);
  const fields = Math.min(MOST_FURTHER, Math.max(FEWEST_FURTHER, further.length + 1));
  return [{
    name: 'tagAgain', title: t('desk.tagAgain.title'), submit: t('desk.tagAgain.submit'),
    get fields() {
      const read = get('/api/tags');
      return [
        h('p', { class: 'sr-quiet' }, t('desk.tagAgain.hint')),
        tagChoice('main', t('desk.tagAgain.main'), read, main, found.causes, []),
        Array.from({ length: fields }, (none, at) => tagChoice(`further${at + 1}`, t('desk.tagAgain.further', at + 1), read,
          further[at], found.causes, [['', t('desk.tagAgain.none')]])),
        area('why', t('desk.tagAgain.why'))
      ];
    },
    send: data => put(`${path(found)}/causes`, {
      main: data.get('main'),
      further: Array.from({ length: fields }, (none, at) => data.get(`further${at + 1}`)).filter(Boolean),
      why: data.get('why')
    })
  }];
}

/** The tags in use, and those of the case that are in use no more: they may stay. */
function tagChoice(name, title, read, chosen, ofCase, first) {
  const select = h('select', { class: 'form-control input-sm' },
    first.map(([value, text]) => h('option', { value }, text)),
    ofCase.map(each => h('option', { value: each.tag, selected: chosen && each.tag === chosen.tag }, each.tagLabel)));
  read.then(all => {
    const wanted = select.dataset.wanted ?? select.value;
    const there = new Set(ofCase.map(each => each.tag));
    select.append(...all.filter(each => !there.has(each.code))
      .map(each => h('option', { value: each.code, selected: each.code === wanted }, each.label)));
  }, problem => select.after(h('p', { class: 'sr-bad-text', role: 'alert' }, sentenceOf(problem))));
  return field(name, title, select);
}

export function regulatorForm(found) {
  return {
    name: 'regulator', title: t('desk.regulator.title'), submit: t('desk.regulator.submit'),
    fields: [
      line('body', t('desk.regulator.body'), { required: true }),
      line('reference', t('desk.regulator.reference')),
      // None beforehand: whoever does not look does not decide.
      choice('finding', t('desk.regulator.finding'),
        [['', t('desk.choose')], ...FINDINGS.map(value => [value, label('finding', value)])]),
      field('decidedOn', t('desk.regulator.decidedOn'),
        h('input', { type: 'date', class: 'form-control input-sm', max: today() }), { required: true }),
      area('notes', t('desk.regulator.notes'))
    ],
    send: data => post(`${path(found)}/regulator-findings`, Object.fromEntries(
      ['body', 'reference', 'finding', 'decidedOn', 'notes'].map(each => [each, data.get(each)])))
  };
}

function regulatorBackForm(found, regulator) {
  return {
    kind: 'regulatorBack', button: t('desk.regulatorBack'), name: `regulatorBack-${regulator.id}`, title: t('desk.regulatorBack.title'),
    submit: t('desk.regulatorBack.submit'),
    fields: [
      h('p', { class: 'sr-quiet' },
        told('caseTab.regulatorFound', regulator.body, day(regulator.decidedOn), label('finding', regulator.finding))),
      area('why', t('desk.regulatorBack.why'), { required: true })
    ],
    send: data => post(`${path(found)}/regulator-findings/${regulator.id}/taking-back`, { why: data.get('why') })
  };
}

/** What may be half-written here when the page is left. */
export const resolutionForms = found => [
  ...tagAgainForms(found),
  ...[found.resolution, ...found.earlierResolutions].filter(Boolean).flatMap(each => each.regulators)
    .map(regulator => regulatorBackForm(found, regulator)),
  ...[found.resolution, ...found.earlierResolutions].filter(Boolean).map(each =>
    (each.preventionDoneAt ? effectForm(found.number, each) : doneForm(found.number, each)))
];
