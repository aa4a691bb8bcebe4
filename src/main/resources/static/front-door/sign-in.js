// The part after # names the task or the case one wanted; browsers carry it along redirects, a form drops it.
const form = document.getElementById('sign-in');
if (location.hash && !location.hash.startsWith('#/login')) {
  form.action += location.hash;
}
