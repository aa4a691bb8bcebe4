// What Tasklist says after a form was sent. Of itself it shows a refusal by the server's name of the field, leaves the
// error on the screen after the form was accepted, and says nothing about the success.
import { explained, clearRefusals } from './refusals.js';

const SUBMISSION = /\/engine\/[^/]+\/(task|process-definition)\/.+\/(submit-form|complete)$/;

let service = null;

function notifications() {
  if (!service) {
    const app = window.angular && window.angular.element(document.documentElement).injector();
    if (app && app.has('Notifications')) {
      service = app.get('Notifications');
      const addError = service.addError;
      service.addError = error => addError.call(service, explained(error));
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
    service.addMessage({ type: 'success', status: 'Done', message: 'What you entered was accepted.', duration: 5000 });
  }
}

const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  const path = String(url).split(/[?#]/)[0];
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
