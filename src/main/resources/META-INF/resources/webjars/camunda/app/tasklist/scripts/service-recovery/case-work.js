// What the steps of a case found out: calls and what the customer wants, the causes, notes for colleagues.
import { h, time } from './dom.js';
import { post } from './api.js';
import { sentenceOf } from './forms.js';
import { t, code } from './messages.js';

export function workSection(found, reload) {
  const { calls, wants, analysis, trainingNotes } = found.work;
  if (calls.length === 0 && !analysis && trainingNotes.length === 0) {
    return null;
  }
  const name = id => found.people[id] || id;
  return h('section', { class: 'sr-section' },
    h('h3', {}, t('work.title')),
    wants.length > 0 && h('p', {}, t('call.wanted'), ' ',
      h('strong', {}, wants.map(wish => code('wish', wish)).join(', '))),
    calls.length > 0 && [
      h('h4', {}, t('work.calls')),
      h('ol', {}, calls.map(call => h('li', {},
        time(call.at), ' ', name(call.by), ': ', h('strong', {}, code('callResult', call.result)),
        h('div', { class: 'sr-notes' }, call.notes),
        waits(found, call) && h('div', {}, t('work.nextTry'), ' ', time(call.tryAgainAt), ' ',
          found.can.work && tryNow(found, call, reload)))))],
    analysis && [
      h('h4', {}, t('cause.analysed', analysis.tagLabel)),
      h('ol', {}, analysis.whys.map(why => h('li', {}, why))),
      h('p', {}, h('span', { class: 'sr-quiet' }, t('work.prevention'), ': '), analysis.prevention)],
    trainingNotes.map(note => [
      h('h4', {}, t('work.note', code('audience', note.audience) + (note.team ? `, ${note.team}` : '')), ' · ', note.tagLabel),
      h('p', {}, note.note)]));
}

/** Whether the customer is still to be called again after this try. */
function waits(found, call) {
  const later = found.work.calls.some(each => each.stepSeq === call.stepSeq && each.number > call.number);
  const step = found.steps.find(each => each.seq === call.stepSeq);
  return call.tryAgainAt && !later && step && !step.settledAt;
}

function tryNow(found, call, reload) {
  const said = h('span', { role: 'alert', class: 'sr-bad-text' });
  const button = h('button', {
    type: 'button', class: 'btn btn-default btn-sm', 'data-key': `try-${call.stepSeq}-${call.number}`,
    onclick: async () => {
      button.disabled = true;
      try {
        await post(`/api/cases/${encodeURIComponent(found.number)}/steps/${call.stepSeq}/next-try`, {});
        reload();
      } catch (problem) {
        said.textContent = sentenceOf(problem);
        button.disabled = false;
      }
    }
  }, t('work.tryNow'));
  return [button, ' ', said];
}
