// What stands above the Camunda form of a task, by the id of the form (which for steps is the step's type). A form that is
// not named here stands alone.
export const PANELS = {
  'photos-of-correction': () => import('./photos-of-correction.js'),
  'email-customer': () => import('./email-customer.js'),
  'write-apology-letter': () => import('./write-apology-letter.js')
};
