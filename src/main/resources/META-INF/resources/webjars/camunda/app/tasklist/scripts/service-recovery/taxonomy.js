// The taxonomy of causes: add a tag and see at once which ones look like it, decide on pairs that look like one, and change
// what a tag is called, means and belongs to. For those who keep it; the server says so to the others.
import { fill, h, icon, time } from './dom.js';
import { get, post, put, remove } from './api.js';
import * as drafts from './drafts.js';
import { actionPlace, area, changed, choice, line } from './action-form.js';
import { field, sentenceOf } from './forms.js';
import { load } from './people-forms.js';
import { label, t } from './messages.js';

const ASK_AFTER_MS = 300;
const PARTS = 3;
const FEWEST_PARTS = 2;

const pathOf = tag => `/api/tags/${encodeURIComponent(tag.code)}`;

/** A code as the server takes it, from what was typed as the name. */
export const codeOf = name => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
  .replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');

const percent = share => t('taxonomy.percent', Math.round(share * 100));

export function mount(node) {
  const leaving = new AbortController();
  let whole = false;
  let last = { all: [], known: new Map(), keeps: false };
  const adding = actionPlace('tags');
  /** By code. */
  const places = new Map();
  const waiting = h('div', {});
  const bar = h('div', {});
  const pairs = h('div', {});
  const tags = h('div', {});
  const shownOf = h('p', { class: 'sr-quiet sr-small', role: 'status' });
  const told = h('p', { class: 'sr-told', role: 'status' });
  const heading = h('h2', { class: 'sr-part', tabindex: '-1' }, t('taxonomy.tags'));
  const wanted = h('input', { type: 'search', autocomplete: 'off', class: 'form-control input-sm', oninput: find });
  const everyTag = h('input', { type: 'checkbox', onchange: event => { whole = event.target.checked; drawTags(); } });
  // Shown as a whole once it is known whose page this is.
  const content = h('div', { hidden: true }, bar, adding.element, told, pairs, heading,
    h('div', { class: 'sr-find-tag' }, field('find', t('taxonomy.find'), wanted), shownOf),
    h('label', { class: 'sr-all' }, everyTag, ' ', t('taxonomy.everyTag')),
    tags);
  const root = h('main', { class: 'sr sr-page' },
    h('header', { class: 'sr-page-head' }, h('h1', {}, t('taxonomy.title')), h('p', {}, t('taxonomy.intro'))),
    waiting, content);
  node.append(root);

  /** Names of colleagues by their ids; whoever left is told by the id. Those who open no cases are told no names. */
  const people = me => (me.opensCases ? get('/api/colleagues', leaving.signal) : Promise.resolve([]))
    .then(all => new Map(all.map(each => [each.id, each.name])), () => new Map());

  function start() {
    load(waiting, () => {
      const asked = get('/api/me', leaving.signal);
      return Promise.all([asked, get('/api/tags?all=true', leaving.signal), get('/api/tag-pairs', leaving.signal), asked.then(people)]);
    }, ([me, all, found, known]) => {
      waiting.replaceChildren();
      all.sort((one, other) => one.label.localeCompare(other.label, undefined, { numeric: true }));
      last = { all, known, keeps: me.keepsTaxonomy };
      if (!bar.hasChildNodes()) {
        fill(bar, me.keepsTaxonomy
          ? h('div', { class: 'sr-buttons' }, h('button', {
            type: 'button', class: 'btn btn-primary btn-sm', 'data-action': 'addTag', onclick: () => adding.open(addForm())
          }, icon('plus'), ' ', t('taxonomy.add')))
          : h('p', { class: 'sr-quiet' }, t('taxonomy.readOnly')));
      }
      content.hidden = false;
      drawPairs(me.keepsTaxonomy ? found : []);
      drawTags();
    }, !content.hidden);
  }

  function drawPairs(found) {
    const focused = pairs.contains(document.activeElement);
    fill(pairs, found.length > 0 && h('section', { class: 'sr-section' },
      h('h2', { class: 'sr-part' }, t('taxonomy.pairs')), h('p', { class: 'sr-quiet' }, t('taxonomy.pairsIntro')),
      h('ul', { class: 'sr-list' }, found.map(pair))));
    if (focused) {
      (pairs.querySelector('button') || heading).focus();
    }
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

  function drawTags() {
    const shown = last.all.filter(tag => whole || tag.state === 'in-use');
    const names = new Map(last.all.map(tag => [tag.code, tag.label]));
    const open = new Set([...tags.querySelectorAll('details[open]')].map(each => each.dataset.key));
    const focused = tags.contains(document.activeElement) && document.activeElement;
    const focusedTag = focused && focused.closest('[data-key]')?.dataset.key;
    fill(tags, shown.length === 0
      ? h('p', { class: 'sr-quiet' }, t('taxonomy.none'))
      : h('ul', { class: 'sr-list sr-taxonomy' },
          shown.map(tag => h('li', {}, one(tag, names, open.has(tag.code))))));
    find();
    if (focused && focused.isConnected) {
      focused.focus();
    } else if (focused) {
      const again = tags.querySelector(`[data-key="${CSS.escape(focusedTag || '')}"]`);
      (again ? again.querySelector(`[data-action="${focused.dataset.action}"]`) || again.querySelector('summary') : heading)
        .focus();
    }
  }

  /** Hides the tags that are not meant, by any of their names. */
  function find() {
    const words = wanted.value.trim().toLowerCase().split(/\s+/);
    const all = [...tags.querySelectorAll('.sr-taxonomy > li')];
    for (const each of all) {
      const said = each.firstElementChild.dataset.names;
      each.hidden = !words.every(word => said.includes(word));
    }
    shownOf.textContent = wanted.value.trim() ? t('taxonomy.shown', all.filter(each => !each.hidden).length, all.length) : '';
  }

  /** Leads to a tag, wherever it stands. */
  function show(code) {
    const tag = last.all.find(each => each.code === code);
    if (tag && tag.state !== 'in-use' && !whole) {
      whole = true;
      everyTag.checked = true;
      drawTags();
    }
    wanted.value = code;
    find();
    const box = tags.querySelector(`[data-key="${CSS.escape(code)}"]`);
    if (box) {
      box.open = true;
      box.scrollIntoView({ block: 'center' });
    }
    (box ? box.querySelector('summary') : heading).focus();
  }

  /** What was done to a tag, which may be gone from the list with it. */
  function tellOf(tag, kind) {
    const hides = ['merged', 'split', 'retired'].includes(kind) && !whole;
    told.textContent = t(hides ? 'taxonomy.doneHidden' : 'taxonomy.done', tag.label, label('taxonomyEvent', kind));
  }

  /** What can be done to a tag is drawn when it is opened: of hundreds few are. */
  function one(tag, names, open) {
    const content = h('div', {});
    const drawOnce = () => content.hasChildNodes() || fill(content, contentOf(tag, names));
    if (open) {
      drawOnce();
    }
    return h('details', {
      'data-key': tag.code, open, 'data-names': [tag.label, tag.code, ...tag.aliases].join(' ').toLowerCase(), ontoggle: drawOnce
    },
      // It is told of being opened a moment later only, when the next key may have been pressed.
      h('summary', { onclick: drawOnce }, h('strong', {}, tag.label), ' ', h('span', { class: 'sr-quiet sr-small' }, tag.code),
        tag.state !== 'in-use' && [' ', h('span', { class: 'sr-state' }, t(`taxonomy.state.${tag.state}`,
          tag.instead.map(each => names.get(each) || each).join(', ') || t('taxonomy.nothingInstead')))]),
      content);
  }

  function contentOf(tag, names) {
    // Kept when the list is drawn anew, with the form and the history that may be open in it.
    const { place, history } = places.get(tag.code) || { place: actionPlace(`tag-${tag.code}`), history: h('div', {}) };
    places.set(tag.code, { place, history });
    const tellHistory = () =>
      load(history, () => get(`${pathOf(tag)}/events`, leaving.signal), drawHistory(history, last.known, names));
    if (history.hasChildNodes()) {
      tellHistory();
    }
    const button = form => h('button', {
      type: 'button', class: 'btn btn-default btn-sm', 'data-action': form.name, onclick: () => place.open(form)
    }, t(`taxonomy.${form.name}`));
    const all = last.keeps ? forms(tag, last.all, kind => tellOf(tag, kind), {
      show,
      mergeInto(code) {
        place.open(all.find(each => each.name === 'merge'));
        const into = place.element.querySelector('select[name=into]');
        into.value = code;
        into.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }) : [];
    return [
      tag.definition && h('p', {}, tag.definition),
      h('p', { class: 'sr-quiet sr-small' }, [
        tag.parent && t('taxonomy.family', names.get(tag.parent) || tag.parent),
        tag.owner && t('taxonomy.ownedBy', last.known.get(tag.owner) || tag.owner),
        tag.splitFrom && t('taxonomy.partOf', names.get(tag.splitFrom) || tag.splitFrom),
        tag.aliases.length > 0 && t('taxonomy.alsoCalled', tag.aliases.join(', '))
      ].filter(Boolean).join(' · ')),
      h('div', { class: 'sr-buttons' }, all.map(button), h('button', {
        type: 'button', class: 'btn btn-link btn-sm', 'data-action': 'history',
        onclick: tellHistory
      }, t('taxonomy.history'))),
      place.element, history
    ];
  }

  /** The form of a new tag. */
  function addForm() {
    const name = line('label', t('taxonomy.label'), { required: true });
    const code = line('code', t('taxonomy.code'), { required: true, hint: t('taxonomy.codeHint') });
    const coded = code.querySelector('input');
    name.querySelector('input').addEventListener('input', event => {
      if (!coded.dataset.own) {
        coded.value = codeOf(event.target.value);
      }
    });
    coded.addEventListener('input', () => { coded.dataset.own = 'yes'; });
    const said = h('p', { class: 'sr-bad-text', role: 'alert' });
    const over = (each, words) => {
      drafts.drop('tags:addTag');
      adding.close();
      told.textContent = words;
      show(each.code);
    };
    const ways = (each, typed) => [
      wayButton(t('taxonomy.useThis'), each, () => over(each, t('taxonomy.used', each.label))),
      each.state === 'in-use' && wayButton(t('taxonomy.asAlias', typed), each, () =>
        post(`${pathOf(each)}/aliases`, { alias: typed }).then(() => {
          over(each, t('taxonomy.done', each.label, label('taxonomyEvent', 'alias-added')));
          changed();
        }, problem => { said.textContent = sentenceOf(problem); }))];
    return {
      name: 'addTag', title: t('taxonomy.addTitle'), submit: t('taxonomy.addSubmit'),
      fields: [watched(name, null, ways), said, code, area('definition', t('taxonomy.definition'))],
      send: data => post('/api/tags', { label: data.get('label'), code: data.get('code'), definition: data.get('definition') })
        .then(added => tellOf(added, 'added'))
    };
  }

  document.addEventListener('sr-case-changed', start, { signal: leaving.signal });
  start();
  return () => {
    leaving.abort();
    root.remove();
  };
}

const drawHistory = (place, known, names) => events => {
  const named = value => known.get(value) || names.get(value) || value;
  const said = ({ kind, content }) => {
    if ('to' in content) {
      return `: ${named(content.from) || '–'} → ${named(content.to) || '–'}`;
    }
    // What it was before is told by the entry below.
    const values = kind === 'revived' ? [] : Object.values(content).flat();
    return values.length > 0 && `: ${values.map(named).join(', ')}`;
  };
  fill(place, h('ol', { class: 'sr-timeline' }, events.map(each => h('li', {},
    h('div', { class: 'sr-quiet sr-small' }, time(each.at), ' · ', known.get(each.actor) || each.actor),
    h('div', {}, label('taxonomyEvent', each.kind.replaceAll(' ', '-')), said(each))))));
};

/**
 * A field for a name of a tag: while it is typed it is told which tags look like it.
 *
 * @param but the code of the tag that is to have the name
 * @param ways gives for one of them and what was typed the buttons of what can be done in place of it
 */
function watched(name, but, ways) {
  const alike = h('div', { role: 'status', 'aria-live': 'polite' });
  const typed = name.querySelector('input');
  let waiting = null;
  let asked = null;
  typed.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const wanted = typed.value.trim();
      asked = wanted;
      // Helpful, not needed: the server looks at the name once more.
      const found = wanted.length < 2 ? [] : await get(`/api/tags/alike?label=${encodeURIComponent(wanted)}`).catch(() => []);
      if (asked === wanted) {
        const others = found.filter(each => each.code !== but);
        fill(alike, others.length > 0 && h('div', { class: 'sr-card' }, h('p', {}, t('taxonomy.alike')),
          h('ul', { class: 'sr-alike' }, others.map(each => h('li', {}, h('strong', {}, each.label),
            each.matched !== each.label && ` (${each.matched})`, ' ',
            h('span', { class: 'sr-quiet sr-small' }, percent(each.likeness), ' ',
              each.state !== 'in-use' && t(`taxonomy.state.${each.state}`, each.instead.join(', ') || t('taxonomy.nothingInstead'))),
            h('div', { class: 'sr-buttons' }, ways(each, wanted)))))));
      }
    }, ASK_AFTER_MS);
  });
  name.append(alike);
  return name;
}

const wayButton = (text, about, act) => h('button', {
  type: 'button', class: 'btn btn-default btn-sm', 'aria-label': `${text}: ${about.label}`, onclick: act
}, text);

/**
 * @param done told with the kind of what was done
 * @param show leads to another tag, by its code
 * @param mergeInto opens the form of merging this one into another, by its code
 */
function forms(tag, all, done, { show, mergeInto }) {
  const toIt = each => wayButton(t('taxonomy.show'), each, () => show(each.code));
  const mergeOrShow = each => [each.state === 'in-use' && wayButton(t('taxonomy.mergeIntoIt'), each, () => mergeInto(each.code)), toIt(each)];
  const path = pathOf(tag);
  const form = (name, kind, fields, send, more) => ({
    name, title: `${t(`taxonomy.${name}`)}: ${tag.label}`, submit: t(`taxonomy.${name}`),
    get fields() { return fields(); }, send: async data => {
      await send(data);
      done(kind);
    }, ...more
  });
  const others = none => [['', none], ...all.filter(each => each.state === 'in-use' && each.code !== tag.code)
    .map(each => [each.code, each.label])];
  const filled = (box, value) => {
    box.querySelector('input, textarea').value = value;
    return box;
  };
  if (tag.state === 'merged') {
    return [form('undoMerge', 'merge-undone', () => [h('p', {}, t('taxonomy.undoMergeHint'))], () => remove(`${path}/merge`))];
  }
  const inUse = tag.state === 'in-use';
  return [
    form('rename', 'renamed', () =>
      [watched(filled(line('label', t('taxonomy.label'), { required: true, hint: t('taxonomy.renameHint') }), tag.label), tag.code, mergeOrShow)],
      data => put(`${path}/label`, { label: data.get('label') })),
    form('define', 'defined', () => [filled(area('definition', t('taxonomy.definition')), tag.definition)],
      data => put(`${path}/definition`, { definition: data.get('definition') })),
    form('move', 'moved', () => [choice('parent', t('taxonomy.parent'), others(t('taxonomy.noFamily')), tag.parent || '')],
      data => put(`${path}/parent`, { parent: data.get('parent') || null })),
    form('giveTo', 'owner-set', () => [ownerChoice(tag.owner)], data => put(`${path}/owner`, { owner: data.get('owner') || null })),
    form('addAlias', 'alias-added', () =>
      [watched(line('alias', t('taxonomy.alias'), { required: true, hint: t('taxonomy.aliasHint') }), tag.code, mergeOrShow)],
      data => post(`${path}/aliases`, { alias: data.get('alias') })),
    tag.aliases.length > 0 && form('removeAlias', 'alias-removed',
      () => [choice('alias', t('taxonomy.alias'), tag.aliases.map(each => [each, each]))],
      data => remove(`${path}/aliases?alias=${encodeURIComponent(data.get('alias'))}`)),
    form('merge', 'merged', () => [choice('into', t('taxonomy.into'), others(t('taxonomy.choose'))), h('p', { class: 'sr-quiet' }, t('taxonomy.mergeHint'))],
      data => post(`${path}/merge`, { into: data.get('into') })),
    inUse && form('split', 'split', () => splitFields(tag, toIt),
      data => post(`${path}/split`, { parts: partsOf(data, tag, all) }), { nameOf: partNamed }),
    inUse && form('retire', 'retired', () => [choice('instead', t('taxonomy.instead'), others(t('taxonomy.depends')))],
      data => post(`${path}/retirement`, { instead: data.get('instead') || null }), { danger: true }),
    !inUse && form('revive', 'revived', () => [], () => remove(`${path}/retirement`))
  ].filter(Boolean);
}

const splitFields = (tag, toIt) => [
  h('p', { class: 'sr-quiet' }, t('taxonomy.splitHint')),
  ...Array.from({ length: PARTS }, (none, at) =>
    watched(line(`part${at + 1}`, t('taxonomy.part', at + 1), { required: at < FEWEST_PARTS }), tag.code, toIt))
];

/** What was typed, by the fields of the form. */
const typedParts = data => Array.from({ length: PARTS }, (none, at) => ({ field: `part${at + 1}`, name: data.get(`part${at + 1}`).trim() }));

/** The field of a part that the server speaks of: it counts those that have a name. */
function partNamed(name, form) {
  const [, at] = /^parts\[(\d+)]/.exec(name) || [];
  return at === undefined ? name : typedParts(new FormData(form)).filter(each => each.name)[at]?.field || name;
}

/** The parts by their names; a code that is taken, or that a name gives no letters for, is told from others by a number. */
function partsOf(data, tag, all) {
  const taken = new Set(all.map(each => each.code));
  const typed = typedParts(data);
  const missing = FEWEST_PARTS - typed.filter(each => each.name).length;
  if (missing > 0) {
    // Of itself the server would speak of the parts as a whole.
    throw Object.assign(new Error(t('taxonomy.partMissing')), {
      fields: typed.filter(each => !each.name).slice(0, missing).map(each => ({ field: each.field, message: t('taxonomy.partMissing') }))
    });
  }
  return typed.filter(each => each.name).map(({ name }) => {
    const wanted = codeOf(name) || tag.code.slice(0, 50).replace(/-+$/, '');
    let code = wanted;
    for (let number = 2; taken.has(code); number++) {
      code = `${wanted.slice(0, 55).replace(/-+$/, '')}-${number}`;
    }
    taken.add(code);
    return { label: name, code };
  });
}

function ownerChoice(owner) {
  const select = h('select', { class: 'form-control input-sm' }, h('option', { value: '' }, t('taxonomy.nobody')));
  get('/api/colleagues').then(all => {
    const chosen = select.dataset.wanted ?? owner;
    select.append(...all.map(each => h('option', { value: each.id, selected: each.id === chosen }, each.name)));
  }, problem => select.after(h('p', { class: 'sr-bad-text', role: 'alert' }, sentenceOf(problem))));
  return field('owner', t('taxonomy.owner'), select);
}
