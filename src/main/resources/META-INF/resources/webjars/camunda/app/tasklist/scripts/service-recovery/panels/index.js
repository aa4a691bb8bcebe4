// What stands above the Camunda form of a task, by the id of the form (which for steps is the step's type). A form that is
// not named here stands alone.
export const PANELS = {
  'plan-recovery': () => import('./plan-recovery.js'),
  'call-customer': () => import('./call-customer.js'),
  'root-cause-analysis': () => import('./root-cause-analysis.js'),
  'internal-training-note': () => import('./internal-training-note.js'),
  'escalate-to-manager': () => import('./escalate-to-manager.js'),
  'schedule-visit': () => import('./schedule-visit.js'),
  'tell-appointment': () => import('./tell-appointment.js'),
  'call-after-visit': () => import('./call-after-visit.js'),
  'plan-again': () => import('./plan-again.js'),
  'issue-refund': () => import('./issue-refund.js'),
  'issue-credit': () => import('./issue-credit.js'),
  'resolve-case': () => import('./resolve-case.js'),
  'photos-of-correction': () => import('./photos-of-correction.js'),
  'email-customer': () => import('./email-customer.js'),
  'write-apology-letter': () => import('./write-apology-letter.js')
};

/** The same for tasks of a training signal, which belong to no case. */
export const SIGNAL_PANELS = Object.fromEntries(['plan-measure', 'carry-out-measure', 'check-effect'].map(form =>
  [form, () => import('./training-signal.js')]));
