// What helps after a failure: to sign in where the session is over, else to try again.
import { h } from './dom.js';
import { t } from './messages.js';

/** @param look the classes of the button */
export const wayOn = (problem, again, look = 'btn btn-default') => (problem.status === 401
  // The page itself leads to the sign-in, and that back to what it showed.
  ? h('button', { type: 'button', class: look, onclick: () => location.reload() }, t('signIn'))
  : h('button', { type: 'button', class: look, onclick: again }, t('tryAgain')));
