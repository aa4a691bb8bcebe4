// One finished case: how it ended, the way it took through its processes, and its story.
import { address, code, day, fill, get, h, icon, label, load, t, time } from './shared.js';
import { badgesOf, signs, wayTable } from './way.js';
import { diagram } from './diagram.js';
import { legend } from './overlay.js';

/** @returns {function} ends it */
export function finishedCase(root, caseNumber, back, leaving) {
  const place = h('div', {});
  let end = () => {};
  const tools = h('div', { class: 'srr-tools srr-page-tools' },
    h('a', { class: 'btn btn-default btn-sm', href: address(`/cases/${encodeURIComponent(caseNumber)}`) }, icon('folder-open'), ' ', t('finished.inTasklist')),
    h('button', { type: 'button', class: 'btn btn-default btn-sm', onclick: () => window.print() }, icon('print'), ' ', t('recovery.print')));
  fill(root,
    h('header', { class: 'srr-page-head' },
      h('div', {}, h('p', {}, h('a', { href: back }, icon('chevron-left'), ' ', t('finished.back'))), h('h1', { tabindex: '-1' }, caseNumber)),
      tools),
    place);
  root.querySelector('h1').focus();
  const path = `/api/cases/${encodeURIComponent(caseNumber)}`;
  load(place, async signal => {
    const found = await known(path, signal);
    return { found, way: found && await get(`${path}/way`, signal) };
  }, ({ found, way }) => {
    if (!found) {
      tools.remove();
      none(root, place, caseNumber, back);
      return;
    }
    const story = h('div', {});
    fill(place, facts(found), story, timeline(found));
    end = wayCard(story, way, leaving);
  }, leaving, 'finished');
  return () => end();
}

/** Null where there is no such case, or none for this reader: to ask again cannot help. */
async function known(path, signal) {
  try {
    return await get(path, signal);
  } catch (problem) {
    if (problem.status === 404) {
      return null;
    }
    throw problem;
  }
}

function none(root, place, caseNumber, back) {
  document.title = document.title.replace(caseNumber, t('finished.noCase'));
  fill(root.querySelector('h1'), t('finished.noCase'));
  fill(place, h('section', { class: 'srr-notice', role: 'status' }, icon('search'), h('div', {},
    h('p', {}, h('strong', {}, t('finished.noCaseOf', caseNumber))), h('p', {}, t('finished.noCaseWhy')),
    h('p', {}, h('a', { href: back }, t('finished.find'))))));
}

function facts(found) {
  const name = id => found.people[id] || id;
  // The latest first.
  const resolutions = [found.resolution, ...found.earlierResolutions].filter(Boolean);
  const resolution = resolutions[0];
  const verdicts = resolutions.filter(each => each.finding).reverse();
  const regulators = resolutions.flatMap(each => each.regulators)
    .sort((a, b) => b.decidedOn.localeCompare(a.decidedOn) || b.id - a.id);
  const line = (term, ...values) => values.some(Boolean) && [h('dt', {}, term), h('dd', {}, values)];
  return h('section', { class: 'srr-card', 'aria-label': t('finished.howItEnded') }, h('h2', {}, t('finished.howItEnded')),
    h('dl', { class: 'srr-facts' },
      line(t('finished.state'), label('caseState', found.state), found.duplicateOf && [' ', h('a', { href: `#/finished-cases?case=${found.duplicateOf}` }, found.duplicateOf)],
        found.closedAt ? [' · ', time(found.closedAt)] : [' · ', t('finished.goesOn')]),
      line(t('finished.customer'), found.customer.name, ' ', h('span', { class: 'srr-quiet' }, found.customer.number)),
      line(t('recovery.severity'), label('severity', found.severity), ' · ', time(found.openedAt)),
      line(t('finished.summary'), found.summary),
      line(t('recovery.owner'), found.owner && name(found.owner)),
      resolution && line(t('finished.type'), code('resolutionType', resolution.type), ' · ', time(resolution.resolvedAt), ' · ', name(resolution.resolvedBy)),
      found.causes.length > 0 && line(t('finished.causes'), found.causes.map((each, at) => [at > 0 && ', ', each.tagLabel,
        each.countedUnder !== each.tagLabel && h('span', { class: 'srr-quiet' }, ` ${t('finished.nowCalled', each.countedUnder)}`)])),
      resolution && line(t('recovery.action'), resolution.preventionAction),
      verdicts.length > 0 && line(t('finished.finding'), verdict(verdicts)),
      regulators.length > 0 && line(t('caseTab.regulator'), regulators.map(each => h('span', { class: 'srr-block' },
        t('caseTab.regulatorFound', each.body, day(each.decidedOn), label('finding', each.finding)))))));
}

/** The first one, by which it is counted; and what a later pass was found to be, where that is something else. */
const verdict = ([first, ...later]) => [code('finding', first.finding), later.filter(each => each.finding !== first.finding)
  .map(each => h('span', { class: 'srr-quiet' }, ` ${t('finished.laterFinding', each.epoch, label('finding', each.finding))}`))];

/** One process of the case at a time: the first pass, unless another one is chosen. */
function wayCard(story, way, leaving) {
  let end = () => {};
  let turn = 0;
  const kept = way.instances.filter(each => each.historyKept);
  if (kept.length === 0) {
    fill(story, h('section', { class: 'srr-notice' }, icon('time'), h('div', {},
      h('p', {}, h('strong', {}, t('finished.historyGone'))), h('p', {}, t('finished.historyGoneWhy')))));
    return end;
  }
  const picture = h('div', {});
  const tableBox = h('div', {});
  const paper = h('p', { class: 'srr-on-paper' });
  const choose = h('select', { class: 'form-control input-sm', 'aria-label': t('finished.process'), onchange: () => show(kept[choose.value]) },
    kept.map((each, at) => h('option', { value: at }, nameOf(each))));
  fill(story, h('section', { class: 'srr-card', 'aria-label': t('finished.way') },
    h('header', { class: 'srr-card-head' }, h('h2', {}, t('finished.way')), kept.length > 1 && choose),
    paper,
    kept.length < way.instances.length && h('p', { class: 'srr-note' }, t('finished.historyPartly')), legend(signs()), picture, tableBox));

  async function show(instance) {
    const mine = ++turn;
    end();
    end = () => {};
    fill(paper, nameOf(instance));
    fill(tableBox, wayTable(t('finished.wayOf', nameOf(instance)), instance.passed));
    fill(picture, h('p', { class: 'srr-wait', role: 'status' }, t('finished.drawing')));
    const own = h('div', {});
    try {
      fill(picture, own);
      const ends = await diagram(own, { definition: instance.definition, passed: instance.passed, badges: badgesOf(instance.passed),
        name: t('finished.diagramOf', nameOf(instance)) }, leaving);
      if (mine === turn && !leaving.aborted) {
        end = ends;
      } else {
        ends();
      }
    } catch (problem) {
      if (mine === turn && problem.name !== 'AbortError') {
        console.error(problem);
        fill(picture, h('p', { class: 'srr-note', role: 'status' }, t('finished.noDiagram')));
      }
    }
  }

  show(kept[0]);
  return () => end();
}

function nameOf(each) {
  const process = each.processName || each.process;
  if (each.stepSeq !== undefined) {
    return t('finished.step', each.stepSeq, each.stepLabel || process, process);
  }
  return each.epoch !== undefined && each.epoch > 1 ? t('finished.pass', process, each.epoch) : process;
}

function timeline(found) {
  return h('section', { class: 'srr-card', 'aria-label': t('caseTab.timeline') }, h('h2', {}, t('caseTab.timeline')),
    h('ol', { class: 'srr-story' }, found.timeline.map(entry => h('li', {}, time(entry.at), ' ',
      h('span', { class: 'srr-quiet' }, found.people[entry.actor] || (entry.actor === 'system' ? t('case.byItself') : entry.actor)),
      h('div', {}, entry.text)))));
}
