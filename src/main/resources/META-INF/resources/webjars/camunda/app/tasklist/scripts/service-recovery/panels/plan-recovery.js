// Plan recovery: what the plan has to answer, and a warning where a step would end after the case is due.
import { h } from '../dom.js';
import { schemaOf } from '../form-schema.js';
import { t } from '../messages.js';
import { deadline, deadlineOf, formOf, onChange, part, wants, whatCustomerSaid } from './parts.js';

const HOUR = 3600000;

export function mount(node, { taskId, found, field }) {
  const form = formOf(node);
  let valueOf = () => null;
  const ahead = Date.parse(found.readAt) - Date.now();
  const warning = h('div', { role: 'status', class: 'sr-panel-warning' });
  const waits = at => valueOf('start', field(`start_${at}`).get()) === 'after-previous';
  function look() {
    const due = deadlineOf(found);
    const late = due === null ? [] : endsOf(rows(form, waits), Date.now() + ahead).filter(row => row.end > due);
    warning.replaceChildren(...late.map(row => h('p', {}, t('plan.afterDeadline', row.number))));
  }
  node.append(
    h('div', { class: 'sr-panel-top' }, h('strong', {}, deadline(found))),
    part(t('call.customerSaid'), whatCustomerSaid(found),
      wants(found) ? h('p', {}, t('call.wanted'), ' ', h('strong', {}, wants(found))) : ''),
    warning);
  look();
  schemaOf(taskId).then(schema => {
    valueOf = schema.valueOf;
    look();
  }).catch(problem => console.warn(problem.message));
  const stop = onChange(form, look);
  return () => {
    stop();
    node.replaceChildren();
  };
}

/** @param waits whether the row at that place, from 0, starts after the one before it */
function rows(form, waits) {
  return [...form.querySelectorAll('input[id*="-Field_hours_"]')].map(hours => {
    const at = hours.id.slice(hours.id.lastIndexOf('_') + 1);
    const own = new RegExp(`-Field_dueAt_${at}(-|$)`);
    return {
      number: Number(at) + 1,
      hours: hours.value.trim(),
      waits: waits(at),
      due: picked([...form.querySelectorAll('input[id*="-Field_dueAt_"]')].filter(each => own.test(each.id)))
    };
  });
}

/** The day that was picked and the time beside it, as the form viewer keeps them. */
function picked(inputs) {
  const day = inputs.map(each => each._flatpickr).find(Boolean)?.selectedDates[0];
  if (!day) {
    return null;
  }
  const clock = inputs.map(each => /^(\d{1,2}):(\d\d)$/.exec(each.value)).find(Boolean);
  const moment = new Date(day);
  if (clock) {
    moment.setHours(Number(clock[1]), Number(clock[2]));
  }
  return moment.getTime();
}

/** When each row ends; one that waits starts when the row before it ends. */
function endsOf(all, now) {
  let before = now;
  return all.map(row => {
    const start = row.waits ? before : now;
    before = row.due ?? (/^\d{1,4}$/.test(row.hours) ? start + Number(row.hours) * HOUR : start);
    return { ...row, end: before };
  });
}
