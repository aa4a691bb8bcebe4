// The rules of a decision table, to be edited in place. What is not shown here stays in the file as it was.
import { h, fill, icon, t } from './shared.js';
import { scroll } from './chart.js';

const parts = (element, name) => [...element.children].filter(child => child.localName === name);
const part = (element, name) => parts(element, name)[0];

/** The file as a document; null when it is no XML with one decision table, which the server then tells in its own words. */
export function parse(text) {
  const file = new DOMParser().parseFromString(text, 'application/xml');
  if (file.getElementsByTagName('parsererror').length > 0) {
    return null;
  }
  return file.getElementsByTagNameNS('*', 'decisionTable').length === 1 ? file : null;
}

export function write(file) {
  const text = new XMLSerializer().serializeToString(file);
  return text.startsWith('<?xml') ? text : `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
}

export const idOf = file => file.getElementsByTagNameNS('*', 'decisionTable')[0].parentElement.getAttribute('id');

function columns(table) {
  const text = element => (element ? element.textContent.trim() : '');
  return [
    ...parts(table, 'input').map(each => ({ label: each.getAttribute('label') || text(part(each, 'inputExpression')), output: false })),
    ...parts(table, 'output').map(each => ({ label: each.getAttribute('label') || each.getAttribute('name'), output: true }))
  ];
}

/** @param changed called when anything was changed */
export function grid(file, changed) {
  const table = file.getElementsByTagNameNS('*', 'decisionTable')[0];
  const header = columns(table);
  const policy = table.getAttribute('hitPolicy') || 'UNIQUE';
  const title = t('tryTable.rules');
  const body = h('tbody', {});
  const heard = h('p', { class: 'srr-hidden', role: 'status' });
  const box = scroll(title, 'srt-grid', h('table', { class: 'srr-table' },
    h('caption', { class: 'srr-hidden' }, title),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('tryTable.row')),
      header.map(each => h('th', { scope: 'col', class: each.output ? 'srt-output' : null }, each.label)),
      h('th', { scope: 'col' }, h('span', { class: 'srr-hidden' }, t('tryTable.change'))))),
    body));

  const rules = () => parts(table, 'rule');

  function entryText(entry) {
    let text = part(entry, 'text');
    if (!text) {
      text = file.createElementNS(entry.namespaceURI, 'text');
      entry.append(text);
    }
    return text;
  }

  function draw() {
    const all = rules();
    fill(body, all.map((rule, at) => {
      const entries = [...parts(rule, 'inputEntry'), ...parts(rule, 'outputEntry')];
      const description = part(rule, 'description');
      const button = (name, key, act, off) => h('button', { type: 'button', class: 'btn btn-default btn-xs', disabled: off,
        title: t(key, at + 1), 'aria-label': t(key, at + 1), onclick: act }, icon(name));
      return h('tr', {},
        h('th', { scope: 'row', title: description ? description.textContent : null }, String(at + 1)),
        entries.map((entry, column) => h('td', { class: header[column] && header[column].output ? 'srt-output' : null },
          h('input', { type: 'text', class: 'form-control input-sm', spellcheck: 'false', autocomplete: 'off',
            value: entryText(entry).textContent.trim(),
            'aria-label': t('tryTable.cell', at + 1, header[column] ? header[column].label : column + 1),
            oninput: event => {
              entryText(entry).textContent = event.target.value;
              changed();
            } }))),
        h('td', { class: 'srt-buttons' },
          button('arrow-up', 'tryTable.up', () => move(rule, at), at === 0),
          button('plus', 'tryTable.copy', () => copy(rule, at)),
          button('trash', 'tryTable.remove', () => remove(rule, at), all.length === 1)));
    }));
  }

  function after(at, key, row) {
    draw();
    changed();
    heard.textContent = t(key, row);
    const row_ = body.children[Math.min(at, body.children.length - 1)];
    row_.querySelector('input').focus();
  }

  function move(rule, at) {
    rules()[at - 1].before(rule);
    after(at - 1, 'tryTable.moved', at);
  }

  function copy(rule, at) {
    const another = rule.cloneNode(true);
    // Every element of the file has an id of its own.
    [another, ...another.getElementsByTagNameNS('*', '*')].filter(each => each.hasAttribute('id'))
      .forEach(each => each.setAttribute('id', `${each.localName}_${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`));
    rule.after(another);
    after(at + 1, 'tryTable.copied', at + 2);
  }

  function remove(rule, at) {
    rule.remove();
    after(at, 'tryTable.removed', at + 1);
  }

  draw();
  return h('div', {}, box, heard, h('p', { class: 'srr-note' }, t(`tryTable.hit.${['FIRST', 'UNIQUE'].includes(policy) ? policy : 'OTHER'}`)));
}
