// The list of tasks is sorted by its due time, the most urgent first. Of itself Tasklist takes "created, newest first"
// where the address says nothing, so the address says it. Whoever sorts otherwise keeps that: then it says something.
const BY_DUE_TIME = JSON.stringify([{ sortBy: 'dueDate', sortOrder: 'asc' }]);

function sort() {
  const [path, query] = location.hash.replace(/^#/, '').split('?');
  if (path !== '' && path !== '/') {
    return;
  }
  const params = new URLSearchParams(query);
  const said = params.get('sorting');
  if (!said || said === '[]') {
    params.set('sorting', BY_DUE_TIME);
    history.replaceState(history.state, '', `#/?${params}`);
  }
}

// This runs before Tasklist starts, and so hears of each new address before it does.
sort();
window.addEventListener('popstate', sort);
window.addEventListener('hashchange', sort);
