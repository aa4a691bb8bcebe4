// The form of a task as its author made it: a choice is kept by its value there, and the page shows its label alone.
import { get } from './api.js';

const BY_NAME = /^=\s*([A-Za-z_]\w*)\s*$/;

let schemas = new Map();

/**
 * @returns {Promise<{fields: object[], valueOf: function}>} the fields with what can be chosen of each (`options`);
 *     valueOf(key, label) is the value of the choice with that label, or null
 */
export function schemaOf(task) {
  if (!schemas.has(task)) {
    const reading = read(task);
    schemas.set(task, reading);
    // What could not be read is read again.
    reading.catch(() => schemas.delete(task));
  }
  return schemas.get(task);
}

// Lists that come with the task may have changed when it is opened again.
window.addEventListener('hashchange', () => {
  schemas = new Map();
});

async function read(task) {
  const engine = location.pathname.split('/').filter(Boolean).pop();
  const path = `/camunda/api/engine/engine/${engine}/task/${encodeURIComponent(task)}`;
  const form = await get(`${path}/deployed-form`);
  const fields = inside(form.components);
  const lists = fields.map(listOf).filter(Boolean);
  const variables = lists.length > 0
    ? await get(`${path}/form-variables?deserializeValues=false&variableNames=${encodeURIComponent(lists.join(','))}`) : {};
  const known = fields.map(each => ({ ...each, options: each.values || options(variables[listOf(each)]) }));
  return {
    fields: known,
    valueOf: (key, label) => known.find(each => each.key === key)?.options.find(each => each.label === label)?.value ?? null
  };
}

const inside = components => (components || []).flatMap(each => [each, ...inside(each.components)]);

/** The variable from which a field takes what can be chosen. */
const listOf = field => field.valuesKey || BY_NAME.exec(field.valuesExpression || '')?.[1];

function options(variable) {
  const list = typeof variable?.value === 'string' ? JSON.parse(variable.value) : variable?.value;
  return (Array.isArray(list) ? list : [])
    .map(each => (typeof each === 'object' && each !== null ? each : { label: String(each), value: each }));
}
