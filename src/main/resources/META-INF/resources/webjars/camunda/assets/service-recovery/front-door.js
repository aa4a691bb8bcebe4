// Camunda's apps show their own sign-in form under #/login. There is one front door here, so leave for it.
let signingOut = false;

document.addEventListener('click', event => {
  signingOut = signingOut || event.target.closest('.logout a') !== null;
}, true);

function leaveLogin(cameFrom) {
  if (!location.hash.startsWith('#/login')) {
    return;
  }
  if (signingOut) {
    const context = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');
    location.replace(context + '/sign-in?signed-out');
  } else {
    // Ask for the same page again: the server sends whoever is not signed in to the front door and back here.
    history.replaceState(null, '', cameFrom || location.pathname);
    location.reload();
  }
}

window.addEventListener('hashchange', event => leaveLogin(event.oldURL));
leaveLogin();
