// What Tasklist says after a form was sent. Of itself it shows a refusal by the server's name of the field, leaves the
// error on the screen after the form was accepted, and says nothing about the success.
import { t } from './messages.js';
import { explained, clearRefusals, namesFields } from './refusals.js';
import { whatBecameOf } from './task-state.js';

const SUBMISSION = /\/engine\/[^/]+\/(task|process-definition)\/.+\/(submit-form|complete)$/;
const ON_TASK = /\/engine\/[^/]+\/task\/([^/]+)\/(submit-form|complete|claim|unclaim|assignee)$/;

/** The task that did not take what was done last. */
let failed = null;

let service = null;

function notifications() {
  if (!service) {
    const app = window.angular && window.angular.element(document.documentElement).injector();
    if (app && app.has('Notifications')) {
      service = app.get('Notifications');
      const addError = service.addError;
      // A moment later: Tasklist hears of the answer before we do.
      service.addError = error => setTimeout(async () => {
        const task = failed;
        failed = null;
        const told = task && !namesFields(error) && await whatBecameOf(task).catch(problem => console.warn(problem));
        const said = told || explained(error);
        if (said !== error) {
          // What was said of the answers before is over: this refusal stands alone.
          service.clear({ type: 'danger' });
        }
        addError.call(service, said);
      });
    }
  }
  return service;
}

// Before the first form is sent: a form that misses answers is refused by the page itself, without a call.
document.addEventListener('click', notifications, true);

// What was said about one task is not about the next.
window.addEventListener('hashchange', event => {
  const task = url => new URLSearchParams(new URL(url).hash.split('?')[1]).get('task');
  if (task(event.oldURL) !== task(event.newURL) && notifications()) {
    service.clear({ type: 'danger' });
  }
});

function accepted() {
  clearRefusals();
  if (notifications()) {
    // Before Tasklist's own answer, which names the next tasks; what was said about earlier forms is over.
    service.clear({ type: 'danger' });
    service.clear({ type: 'success' });
    service.clear({ type: 'info' });
    service.addMessage({ type: 'success', status: t('answers.done'), message: t('answers.accepted'), duration: 5000 });
  }
}

const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  const path = String(url).split(/[?#]/)[0];
  const [, task] = ON_TASK.exec(path) || [];
  if (task && String(method).toUpperCase() === 'POST') {
    this.addEventListener('readystatechange', () => {
      if (this.readyState === XMLHttpRequest.DONE) {
        failed = this.status >= 400 ? decodeURIComponent(task) : null;
      }
    });
  }
  if (String(method).toUpperCase() === 'POST' && SUBMISSION.test(path)) {
    clearRefusals();
    this.addEventListener('load', () => {
      if (this.status >= 200 && this.status < 300) {
        accepted();
      }
    });
  }
  return open.call(this, method, url, ...rest);
};
