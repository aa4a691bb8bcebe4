// In the Case tab: whether the customer is content with how it ended, and what is done about it when not.
import { h, icon, time } from './dom.js';
import { post } from './api.js';
import { area, changed } from './action-form.js';
import { t, told } from './messages.js';

/** The section, or null when the customer was not asked. */
export function surveySection(found, name, place) {
  if (found.surveys.length === 0) {
    return null;
  }
  return h('section', { class: 'sr-section', 'aria-label': t('survey.case.title') },
    h('h3', {}, t('survey.case.title')),
    [...found.surveys].reverse().map(each => survey(found, each, name, place)));
}

function survey(found, each, name, place) {
  return h('div', { class: 'sr-survey' },
    found.epoch > 1 && h('div', { class: 'sr-quiet sr-small' }, t('survey.case.round', each.epoch)),
    each.state === 'answered' ? answer(found, each, name) : h('p', { class: 'sr-quiet' }, silence(each)),
    each.undecided && question(found, each, place));
}

function answer(found, each, name) {
  return [
    h('p', { class: 'sr-score' },
      h('span', { class: 'sr-stars', 'aria-hidden': 'true' },
        [1, 2, 3, 4, 5].map(at => icon(at <= each.score ? 'star' : 'star-empty'))), ' ',
      h('strong', {}, t('survey.case.score', each.score, t(`survey.score.${each.score}`)))),
    each.words && h('blockquote', { class: 'sr-verbatim' }, each.words),
    h('p', { class: 'sr-quiet sr-small' }, t('survey.case.answered'), ' ', time(each.answeredAt),
      each.decision && [' · ', t(each.decision === 'reopen' ? 'survey.case.reopened' : 'survey.case.left'), ' ',
        time(each.decidedAt), ', ', name(each.decidedBy)])
  ];
}

function silence(each) {
  const key = each.state === 'waiting' || each.state === 'expired' || each.state === 'over' ? each.state : null;
  const sentence = key
    ? told(`survey.case.${key}`, time(each.invitedAt), time(each.expiresAt))
    : t(each.state === 'refused' ? 'survey.case.refused' : 'survey.case.undelivered');
  return [sentence, each.remindedAt && [' ', told('survey.case.reminded', time(each.remindedAt))]];
}

const decide = (found, body) => post(`/api/cases/${encodeURIComponent(found.number)}/survey/decision`, body);

/** The form of leaving a case closed, where that is asked of the reader, by the name of its draft. */
export const leaveForms = found => (found.can.work && found.surveys.some(each => each.undecided) ? [leaveForm(found)] : []);

function leaveForm(found) {
  return {
    name: 'survey-leave',
    title: t('survey.case.leave.title'),
    submit: t('survey.case.leave.submit'),
    fields: [area('notes', t('survey.case.leave.notes'), { required: true })],
    send: data => decide(found, { decision: 'leave', notes: data.get('notes') })
  };
}

function question(found, each, place) {
  if (!found.can.work) {
    return h('p', { class: 'sr-quiet' }, icon('hourglass'), ' ', t('survey.case.undecided'));
  }
  const reopen = h('button', { type: 'button', class: 'btn btn-primary btn-sm', 'data-key': 'survey-reopen', onclick: async () => {
    reopen.disabled = true;
    try {
      await decide(found, { decision: 'reopen' });
      changed();
    } catch (refused) {
      reopen.disabled = false;
      place.tell(refused);
    }
  } }, icon('repeat'), ' ', t('survey.case.reopen'));
  return h('div', { class: 'sr-unhappy' },
    h('p', {}, icon('warning-sign'), ' ', t('survey.case.undecided')),
    h('div', { class: 'sr-buttons' }, reopen,
      h('button', { type: 'button', class: 'btn btn-default btn-sm', 'data-key': 'survey-leave',
        onclick: () => place.open(leaveForm(found)) }, t('survey.case.leave'))));
}
