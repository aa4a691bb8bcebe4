// Try before deploying: a changed decision table is run on past cases, and shows which would have been treated otherwise.
import { address, fill, get, getText, h, icon, ready, show, t, wayOn } from './shared.js';
import { grid, idOf, parse, write } from './try-table-grid.js';
import { result } from './try-table-result.js';

const SLOW_MS = 3000;
const PAGE = 50;
const german = navigator.language.startsWith('de');

export function mount(node) {
  const leaving = new AbortController();
  const root = h('main', { class: 'srr srr-page srt' }, h('p', { class: 'srr-wait', role: 'status' }, german ? 'Einen Augenblick …' : 'One moment …'));
  node.append(root);
  const begin = () => ready().then(() => get('/api/decision-tables', leaving.signal))
    .then(tables => draw(root, tables, leaving.signal)).catch(problem => {
      if (problem.name !== 'AbortError') {
        fill(root, head(), told(problem, begin));
      }
    });
  begin();
  return () => {
    leaving.abort();
    root.remove();
  };
}

const head = () => h('header', { class: 'srr-page-head' },
  h('div', {}, h('h1', {}, t('tryTable.title')), h('p', {}, t('tryTable.intro'))));

function told(problem, again) {
  if (problem.status === 403) {
    return h('div', { class: 'srr-notice', role: 'status' }, icon('lock'), h('div', {},
      h('p', {}, h('strong', {}, problem.message)), h('p', {}, t('tryTable.whoTries'))));
  }
  const sentence = problem.status === undefined ? t('recovery.notDrawn') : problem.message;
  if (problem.status === undefined) {
    console.error(problem);
  }
  const ours = problem.status >= 400 && problem.status < 500;
  return h('div', { class: 'srr-notice srr-failed', role: 'alert' }, icon('exclamation-sign'),
    h('div', {}, h('p', {}, h('strong', {}, t(ours ? 'tryTable.refused' : 'tryTable.failed'))),
      problem.fields && problem.fields.length > 0
        ? h('ul', {}, problem.fields.map(each => h('li', {}, fieldName(each.field), ' ', each.message)))
        : h('p', {}, sentence)),
    (!ours || problem.status === 401) && wayOn(problem, again));
}

const fieldName = field => (['table', 'against', 'from', 'to'].includes(field) ? t(`tryTable.field.${field}`) : field);

function draw(root, tables, leaving) {
  let file = null;
  let name = null;
  let against = null;
  let running = new AbortController();

  const editor = h('div', {});
  const outcome = h('div', { 'aria-live': 'off' });
  const about = h('p', { class: 'srr-quiet', role: 'status' });
  const from = h('input', { type: 'date', class: 'form-control input-sm', id: 'srt-from' });
  const to = h('input', { type: 'date', class: 'form-control input-sm', id: 'srt-to' });
  const tryIt = h('button', { type: 'submit', class: 'btn btn-primary' }, t('tryTable.try'));

  /** @param blob the file as it was chosen, where it cannot be shown */
  function take(text, itsName, blob, where) {
    const document_ = parse(text);
    file = document_ ? { document: document_ } : { blob };
    name = itsName;
    fill(about, where);
    fill(editor, document_
      ? [grid(document_, () => {
          fill(about, where, ' · ', t('tryTable.edited'));
        }), h('p', {}, h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => save(content(), `${idOf(document_)}.dmn`) },
          icon('download-alt'), ' ', t('tryTable.downloadChanged')))]
      : h('p', { class: 'srr-few' }, icon('info-sign'), ' ', t('tryTable.notShown')));
    fill(outcome);
  }

  const content = () => (file.document ? new Blob([write(file.document)], { type: 'application/xml' }) : file.blob);

  async function takeFile(chosen) {
    take(await chosen.text(), chosen.name, chosen, t('tryTable.fromFile', chosen.name));
  }

  async function takeDeployed(table, button) {
    button.disabled = true;
    try {
      const text = await getText(`/api/decision-tables/${table.table}.dmn`, leaving);
      take(text, `${table.table}.dmn`, new Blob([text]), t('tryTable.asDeployed', table.name, table.version));
      editor.querySelector('input').focus();
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        fill(outcome, told(problem, () => takeDeployed(table, button)));
      }
    } finally {
      button.disabled = false;
    }
  }

  const form = () => {
    const body = new FormData();
    body.append('table', content(), name);
    if (against) {
      body.append('against', against, against.name);
    }
    return body;
  };
  const query = (days, more) => `?${new URLSearchParams({ ...days, ...more })}`;

  async function run() {
    if (!file) {
      fill(outcome, h('div', { class: 'srr-notice srr-failed', role: 'alert' }, icon('exclamation-sign'), h('div', {}, t('tryTable.chooseFirst'))));
      return;
    }
    running.abort();
    running = new AbortController();
    const mine = running;
    leaving.addEventListener('abort', () => mine.abort());
    const status = h('p', { class: 'srr-wait', role: 'status' }, t('tryTable.running'));
    fill(outcome, status);
    outcome.setAttribute('aria-busy', 'true');
    tryIt.disabled = true;
    const slow = setTimeout(() => fill(status, t('tryTable.slow')), SLOW_MS);
    // What was asked stays asked, whatever is typed meanwhile.
    const body = form();
    const wished = { ...(from.value && { from: from.value }), ...(to.value && { to: to.value }) };
    try {
      const data = await (await show(`/api/table-trials${query(wished, { limit: PAGE })}`, body, mine.signal)).json();
      const days = { from: data.from, to: data.to };
      from.value = days.from;
      to.value = days.to;
      fill(outcome, result(data, {
        page: (offset, place) => further(`/api/table-trials${query(days, { limit: PAGE, offset: Math.max(0, offset) })}`, body, mine.signal, place),
        csv: button => csv(`/api/table-trials.csv${query(days, {})}`, body, data, button)
      }));
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        fill(outcome, told(problem, run));
      }
    } finally {
      clearTimeout(slow);
      if (mine === running) {
        outcome.removeAttribute('aria-busy');
        tryIt.disabled = false;
      }
    }
  }

  async function further(path, body, signal, place) {
    try {
      return await (await show(path, body, signal)).json();
    } catch (problem) {
      fill(place, problem.message);
      return null;
    }
  }

  async function csv(path, body, data, button) {
    button.disabled = true;
    try {
      save(await (await show(path, body, leaving)).blob(), `trial-${data.table}-${data.from}-${data.to}.csv`);
    } catch (problem) {
      button.after(h('span', { class: 'srr-bad-text', role: 'alert' }, ' ', problem.message));
    } finally {
      button.disabled = false;
    }
  }

  const chooser = h('input', { type: 'file', accept: '.dmn,.xml', hidden: true, tabindex: '-1', 'aria-hidden': 'true', onchange: event => {
    if (event.target.files[0]) {
      takeFile(event.target.files[0]);
    }
    event.target.value = '';
  } });
  const drop = h('div', { class: 'srt-drop' }, icon('file'), h('span', {}, t('tryTable.drop')),
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => chooser.click() }, icon('upload'), ' ', t('tryTable.choose')),
    chooser);
  let inside = 0;
  const drag = (event, act) => drop.addEventListener(event, happened => {
    happened.preventDefault();
    act(happened);
    drop.classList.toggle('srt-over', inside > 0);
  });
  drag('dragenter', () => inside++);
  drag('dragleave', () => inside--);
  drag('dragover', happened => {
    happened.dataTransfer.dropEffect = 'copy';
  });
  drag('drop', happened => {
    inside = 0;
    if (happened.dataTransfer.files[0]) {
      takeFile(happened.dataTransfer.files[0]);
    }
  });
  // Somebody who misses the place does not lose the page: the browser would show the file instead.
  ['dragover', 'drop'].forEach(each => window.addEventListener(each, happened => {
    if (happened.dataTransfer && [...happened.dataTransfer.types].includes('Files')) {
      happened.preventDefault();
    }
  }, { signal: leaving }));

  const other = h('input', { type: 'file', accept: '.dmn,.xml', id: 'srt-against', onchange: event => {
    against = event.target.files[0] || null;
  } });

  fill(root,
    head(),
    h('form', { onsubmit: event => {
      event.preventDefault();
      run();
    }, novalidate: true },
    h('section', { class: 'srr-card srt-card', 'aria-label': t('tryTable.whichTable') }, h('h2', {}, t('tryTable.whichTable')),
      h('ul', { class: 'srt-tables' }, tables.map(each => h('li', {},
        h('span', {}, h('strong', {}, each.name), ' ', h('span', { class: 'srr-quiet' }, t('tryTable.version', each.version))),
        h('span', { class: 'srr-tools' },
          h('button', { type: 'button', class: 'btn btn-default btn-sm', 'aria-label': t('tryTable.editWhich', each.name),
            onclick: event => takeDeployed(each, event.currentTarget) }, icon('pencil'), ' ', t('tryTable.edit')),
          h('a', { class: 'btn btn-default btn-sm', href: address(`/api/decision-tables/${each.table}.dmn`), download: true,
            'aria-label': t('tryTable.downloadWhich', each.name) }, icon('download-alt'), ' ', t('tryTable.download')))))),
      drop, about, editor),
    h('section', { class: 'srr-card srt-card', 'aria-label': t('tryTable.whichTime') }, h('h2', {}, t('tryTable.whichTime')),
      h('div', { class: 'srr-tools srt-when' },
        h('label', { for: 'srt-from' }, t('tryTable.from')), from, h('label', { for: 'srt-to' }, t('tryTable.to')), to,
        h('span', { class: 'srr-quiet' }, t('tryTable.usually'))),
      h('details', {}, h('summary', {}, t('tryTable.compareOther')), h('p', {}, h('label', { for: 'srt-against' }, t('tryTable.against')), other)),
      h('p', { class: 'srt-go' }, tryIt, ' ', h('span', { class: 'srr-quiet' }, t('tryTable.harmless'))))),
    outcome, deploying());

  function deploying() {
    const rest = `${location.origin}${address('/engine-rest')}`;
    return h('details', { class: 'srr-card srt-card srt-deploy' }, h('summary', {}, h('h2', {}, t('tryTable.deploy'))),
      h('p', {}, t('tryTable.deployWho')),
      h('ol', {}, h('li', {}, t('tryTable.deployModeler')), h('li', {}, t('tryTable.deployAddress'), ' ', h('code', {}, rest)),
        h('li', {}, t('tryTable.deployThen'))),
      h('p', {}, t('tryTable.deployCurl')),
      h('pre', { tabindex: '0' }, `curl -u NAME -F deployment-name="…" -F data=@TABLE.dmn ${rest}/deployment/create`));
  }
}

function save(blob, name) {
  const link = h('a', { href: URL.createObjectURL(blob), download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
