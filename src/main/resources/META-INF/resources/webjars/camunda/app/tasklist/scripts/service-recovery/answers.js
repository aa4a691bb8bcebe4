// Tasklist leaves the error of a form on the screen after the form was accepted, and says nothing about the success.
const SUBMISSION = /\/engine\/[^/]+\/(task|process-definition)\/.+\/(submit-form|complete)$/;

function notifications() {
  const app = window.angular && window.angular.element(document.documentElement).injector();
  return app && app.has('Notifications') ? app.get('Notifications') : null;
}

function accepted() {
  const service = notifications();
  if (!service) {
    return;
  }
  // Before Tasklist's own answer, which names the next tasks.
  service.clear({ type: 'danger' });
  service.addMessage({ type: 'success', status: 'Done', message: 'What you entered was accepted.', duration: 5000 });
}

const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  const path = String(url).split(/[?#]/)[0];
  if (String(method).toUpperCase() === 'POST' && SUBMISSION.test(path)) {
    this.addEventListener('load', () => {
      if (this.status >= 200 && this.status < 300) {
        accepted();
      }
    });
  }
  return open.call(this, method, url, ...rest);
};
