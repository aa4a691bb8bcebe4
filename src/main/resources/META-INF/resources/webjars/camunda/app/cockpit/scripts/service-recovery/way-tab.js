// The same as over the diagram of an instance, as a table.
import { fill, h, icon, load, t, time } from './shared.js';
import { wayTable } from './way.js';

export function mount(node, { processInstanceId }) {
  const leaving = new AbortController();
  const place = h('div', {});
  const tools = h('div', { class: 'srr-tools srr-page-tools' });
  const root = h('section', { class: 'srr srr-waits' }, tools, place);
  node.append(root);
  const read = () => load(place, `/api/instances/${encodeURIComponent(processInstanceId)}/way`, way => {
    const title = way.caseNumber ? t('way.ofCase', way.caseNumber) : t('way.title');
    fill(place,
      h('p', { class: 'srr-read', role: 'status' }, title, ' · ', t('recovery.readAt'), ' ', time(way.readAt)),
      wayTable(title, way.instances[0].passed));
  }, leaving.signal, 'way');
  fill(tools,
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: read }, icon('refresh'), ' ', t('recovery.refresh')),
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => window.print() }, icon('print'), ' ', t('recovery.print')));
  read();
  return () => {
    leaving.abort();
    root.remove();
  };
}
