// The taxonomy of causes: add a tag and see at once which ones look like it, decide on pairs that look like one, and change
// what a tag is called, means and belongs to. For those who keep it; the server says so to the others.
import { fill, h, icon, time } from './dom.js';
import { get, post, put, remove } from './api.js';
import { actionPlace, area, changed, choice, line } from './action-form.js';
import { field, sentenceOf } from './forms.js';
import { load } from './people-forms.js';
import { label, t } from './messages.js';

const ASK_AFTER_MS = 300;
const PARTS = 3;

const pathOf = tag => `/api/tags/${encodeURIComponent(tag.code)}`;

/** A code as the server takes it, from what was typed as the name. */
export const codeOf = name => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
  .replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');

const percent = share => t('taxonomy.percent', Math.round(share * 100));

export function mount(node) {
  const leaving = new AbortController();
  let whole = false;
  const adding = actionPlace('tags');
  const pairs = h('div', {});
  const tags = h('div', {});
  const root = h('main', { class: 'sr sr-page' },
    h('header', { class: 'sr-page-head' }, h('h1', {}, t('taxonomy.title')), h('p', {}, t('taxonomy.intro'))),
    h('div', { class: 'sr-buttons' }, h('button', {
      type: 'button', class: 'btn btn-primary btn-sm', 'data-action': 'addTag', onclick: () => adding.open(addForm(leaving.signal))
    }, icon('plus'), ' ', t('taxonomy.add'))),
    adding.element, pairs,
    h('h2', { class: 'sr-part' }, t('taxonomy.tags')),
    h('label', { class: 'sr-all' }, h('input', {
      type: 'checkbox', onchange: event => { whole = event.target.checked; start(); }
    }), ' ', t('taxonomy.everyTag')),
    tags);
  node.append(root);

  /** Names of colleagues by their ids; whoever left is told by the id. */
  const people = () => get('/api/colleagues', leaving.signal)
    .then(all => new Map(all.map(each => [each.id, each.name])), () => new Map());

  function start() {
    load(pairs, () => get('/api/tag-pairs', leaving.signal), drawPairs);
    load(tags, () => Promise.all([get('/api/tags?all=true', leaving.signal), people()]), ([all, known]) => drawTags(all, known));
  }

  function drawPairs(found) {
    fill(pairs, found.length > 0 && h('section', { class: 'sr-section' },
      h('h2', { class: 'sr-part' }, t('taxonomy.pairs')), h('p', { class: 'sr-quiet' }, t('taxonomy.pairsIntro')),
      h('ul', { class: 'sr-list' }, found.map(pair))));
  }

  function pair(found) {
    const said = h('span', { role: 'alert' });
    const decide = (tag, other, decision) => post('/api/tag-pairs/decision', { tag: tag.code, other: other.code, decision })
      .then(changed, problem => { said.textContent = sentenceOf(problem); });
    const button = (text, act) => h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: act }, text);
    return h('li', {}, icon('resize-small'), h('div', {},
      h('strong', {}, found.one.label), ' · ', h('strong', {}, found.other.label),
      h('div', { class: 'sr-quiet sr-small' },
        t('taxonomy.pairWhy', percent(found.names), percent(found.coUse))),
      h('div', { class: 'sr-buttons' },
        button(t('taxonomy.mergeInto', found.one.label, found.other.label), () => decide(found.one, found.other, 'merged')),
        button(t('taxonomy.mergeInto', found.other.label, found.one.label), () => decide(found.other, found.one, 'merged')),
        button(t('taxonomy.different'), () => decide(found.one, found.other, 'different'))),
      said));
  }

  function drawTags(all, known) {
    const shown = all.filter(tag => whole || tag.state === 'in-use');
    const names = new Map(all.map(tag => [tag.code, tag.label]));
    const open = new Set([...tags.querySelectorAll('details[open]')].map(each => each.dataset.key));
    fill(tags, shown.length === 0
      ? h('p', { class: 'sr-quiet' }, t('taxonomy.none'))
      : h('ul', { class: 'sr-list sr-taxonomy' }, shown.map(tag => h('li', {}, one(tag, all, { names, known }, open.has(tag.code))))));
  }

  function one(tag, all, { names, known }, open) {
    const place = actionPlace(`tag-${tag.code}`);
    const history = h('div', {});
    const button = form => h('button', {
      type: 'button', class: 'btn btn-default btn-sm', 'data-action': form.name, onclick: () => place.open(form)
    }, form.title);
    return h('details', { 'data-key': tag.code, open },
      h('summary', {}, h('strong', {}, tag.label), ' ', h('span', { class: 'sr-quiet sr-small' }, tag.code),
        tag.state !== 'in-use' && h('span', { class: 'sr-state' }, t(`taxonomy.state.${tag.state}`,
          tag.instead.map(each => names.get(each) || each).join(', ') || t('taxonomy.nothingInstead')))),
      tag.definition && h('p', {}, tag.definition),
      h('p', { class: 'sr-quiet sr-small' }, [
        tag.parent && t('taxonomy.family', names.get(tag.parent) || tag.parent),
        tag.owner && t('taxonomy.ownedBy', known.get(tag.owner) || tag.owner),
        tag.splitFrom && t('taxonomy.partOf', names.get(tag.splitFrom) || tag.splitFrom),
        tag.aliases.length > 0 && t('taxonomy.alsoCalled', tag.aliases.join(', '))
      ].filter(Boolean).join(' · ')),
      h('div', { class: 'sr-buttons' }, forms(tag, all).map(button), h('button', {
        type: 'button', class: 'btn btn-link btn-sm',
        onclick: () => load(history, () => get(`${pathOf(tag)}/events`, leaving.signal), drawHistory(history, known))
      }, t('taxonomy.history'))),
      place.element, history);
  }

  document.addEventListener('sr-case-changed', start, { signal: leaving.signal });
  start();
  return () => {
    leaving.abort();
    root.remove();
  };
}

const drawHistory = (place, known) => events => fill(place, h('ol', { class: 'sr-timeline' }, events.map(each => h('li', {},
  h('div', { class: 'sr-quiet sr-small' }, time(each.at), ' · ', known.get(each.actor) || each.actor),
  h('div', {}, label('taxonomyEvent', each.kind.replaceAll(' ', '-')), said(each.content))))));

const said = content => {
  if ('to' in content) {
    return `: ${content.from || '–'} → ${content.to || '–'}`;
  }
  const values = Object.values(content).flat();
  return values.length > 0 && `: ${values.join(', ')}`;
};

/** The form of a new tag: while its name is typed it is told which ones look like it. */
function addForm(signal) {
  const name = line('label', t('taxonomy.label'), { required: true });
  const code = line('code', t('taxonomy.code'), { required: true, hint: t('taxonomy.codeHint') });
  const alike = h('div', { role: 'status', 'aria-live': 'polite' });
  const typed = name.querySelector('input');
  const coded = code.querySelector('input');
  let waiting = null;
  let asked = null;
  typed.addEventListener('input', () => {
    if (!coded.dataset.own) {
      coded.value = codeOf(typed.value);
    }
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const wanted = typed.value.trim();
      asked = wanted;
      try {
        const found = wanted.length < 2 ? [] : await get(`/api/tags/alike?label=${encodeURIComponent(wanted)}`, signal);
        if (asked === wanted) {
          fill(alike, found.length > 0 && h('div', { class: 'sr-card' }, h('p', {}, t('taxonomy.alike')),
            h('ul', { class: 'sr-alike' }, found.map(each => h('li', {}, h('strong', {}, each.label),
              each.matched !== each.label && ` (${each.matched})`, ' ',
              h('span', { class: 'sr-quiet sr-small' }, percent(each.likeness), ' ',
                each.state !== 'in-use' && t(`taxonomy.state.${each.state}`, each.instead.join(', ') || t('taxonomy.nothingInstead'))))))));
        }
      } catch (problem) {
        // Helpful, not needed: the server looks at the name once more.
        if (problem.name !== 'AbortError') {
          fill(alike);
        }
      }
    }, ASK_AFTER_MS);
  });
  coded.addEventListener('input', () => { coded.dataset.own = 'yes'; });
  return {
    name: 'addTag', title: t('taxonomy.addTitle'), submit: t('taxonomy.addSubmit'),
    fields: [name, alike, code, area('definition', t('taxonomy.definition'))],
    send: data => post('/api/tags', { label: data.get('label'), code: data.get('code'), definition: data.get('definition') })
  };
}

function forms(tag, all) {
  const path = pathOf(tag);
  const form = (name, fields, send, more) => ({
    name, title: t(`taxonomy.${name}`), submit: t(`taxonomy.${name}`), get fields() { return fields(); }, send, ...more
  });
  const others = none => [['', none], ...all.filter(each => each.state === 'in-use' && each.code !== tag.code)
    .map(each => [each.code, each.label])];
  const filled = (box, value) => {
    box.querySelector('input, textarea').value = value;
    return box;
  };
  if (tag.state === 'merged') {
    return [form('undoMerge', () => [h('p', {}, t('taxonomy.undoMergeHint'))], () => remove(`${path}/merge`))];
  }
  const inUse = tag.state === 'in-use';
  return [
    form('rename', () => [filled(line('label', t('taxonomy.label'), { required: true, hint: t('taxonomy.renameHint') }), tag.label)],
      data => put(`${path}/label`, { label: data.get('label') })),
    form('define', () => [filled(area('definition', t('taxonomy.definition')), tag.definition)],
      data => put(`${path}/definition`, { definition: data.get('definition') })),
    form('move', () => [choice('parent', t('taxonomy.parent'), others(t('taxonomy.noFamily')), tag.parent || '')],
      data => put(`${path}/parent`, { parent: data.get('parent') || null })),
    form('giveTo', () => [ownerChoice(tag.owner)], data => put(`${path}/owner`, { owner: data.get('owner') || null })),
    form('addAlias', () => [line('alias', t('taxonomy.alias'), { required: true, hint: t('taxonomy.aliasHint') })],
      data => post(`${path}/aliases`, { alias: data.get('alias') })),
    tag.aliases.length > 0 && form('removeAlias',
      () => [choice('alias', t('taxonomy.alias'), tag.aliases.map(each => [each, each]))],
      data => remove(`${path}/aliases?alias=${encodeURIComponent(data.get('alias'))}`)),
    form('merge', () => [choice('into', t('taxonomy.into'), others(t('taxonomy.choose'))), h('p', { class: 'sr-quiet' }, t('taxonomy.mergeHint'))],
      data => post(`${path}/merge`, { into: data.get('into') })),
    inUse && form('split', () => splitFields(), data => post(`${path}/split`, { parts: partsOf(data) })),
    inUse && form('retire', () => [choice('instead', t('taxonomy.instead'), others(t('taxonomy.depends')))],
      data => post(`${path}/retirement`, { instead: data.get('instead') || null }), { danger: true }),
    !inUse && form('revive', () => [], () => remove(`${path}/retirement`))
  ].filter(Boolean);
}

const splitFields = () => [
  h('p', { class: 'sr-quiet' }, t('taxonomy.splitHint')),
  ...Array.from({ length: PARTS }, (none, at) => line(`part${at + 1}`, t('taxonomy.part', at + 1), { required: at < 2 }))
];

const partsOf = data => Array.from({ length: PARTS }, (none, at) => data.get(`part${at + 1}`).trim()).filter(Boolean)
  .map(name => ({ label: name, code: codeOf(name) }));

function ownerChoice(owner) {
  const select = h('select', { class: 'form-control input-sm' }, h('option', { value: '' }, t('taxonomy.nobody')));
  get('/api/colleagues').then(all => {
    const chosen = select.dataset.wanted ?? owner;
    select.append(...all.map(each => h('option', { value: each.id, selected: each.id === chosen }, each.name)));
  }, problem => select.after(h('p', { class: 'sr-bad-text', role: 'alert' }, sentenceOf(problem))));
  return field('owner', t('taxonomy.owner'), select);
}
