// Files of a case: sending and showing them, for the panel of the step and for the Case tab.
import { fill, h, icon, time } from './dom.js';
import { address, get, remove, upload } from './api.js';
import * as drafts from './drafts.js';
import { sentenceOf } from './forms.js';
import { t } from './messages.js';

const TAKEN = 'image/jpeg,image/png,image/webp,application/pdf';
const AT_A_TIME = 2;
const MEGABYTE = 1024 * 1024;

export const filesOf = caseNumber => `/api/cases/${encodeURIComponent(caseNumber)}/photos`;

/** How many bytes the server takes, once it has been asked. */
let largest = null;

async function limitBy(path) {
  largest = largest || (await get(path)).largest;
  return largest;
}

const megabytes = bytes => (bytes / MEGABYTE).toLocaleString(undefined, { maximumFractionDigits: bytes < MEGABYTE ? 2 : 1 });

/**
 * Where files are dropped or chosen. Each is sent by itself and has a line of its own until it is there.
 * @param step the number of the step that they show, or null
 * @param added called when a file has become part of the case
 */
export function sender(caseNumber, { step, label, added }) {
  const path = filesOf(caseNumber);
  const waiting = [];
  let sending = 0;

  const input = h('input', { type: 'file', multiple: true, accept: TAKEN, hidden: true, tabindex: '-1',
    'aria-hidden': 'true', onchange: () => {
      take(input.files);
      input.value = '';
    } });
  const hint = h('span', { class: 'sr-quiet sr-small' });
  const lines = h('ul', { class: 'sr-sending' });
  const heard = h('p', { class: 'sr-only', role: 'status' });
  const zone = h('div', { class: 'sr-drop' },
    icon('camera'),
    h('span', {}, label),
    h('button', { type: 'button', class: 'btn btn-default', onclick: () => input.click() }, icon('upload'), ' ',
      t('photos.choose')),
    input, hint);
  let inside = 0;
  const drag = (name, act) => zone.addEventListener(name, event => {
    event.preventDefault();
    act(event);
    zone.classList.toggle('sr-over', inside > 0);
  });
  drag('dragenter', () => inside++);
  drag('dragleave', () => inside--);
  drag('dragover', event => {
    event.dataTransfer.dropEffect = 'copy';
  });
  drag('drop', event => {
    inside = 0;
    take(event.dataTransfer.files);
  });

  limitBy(path).then(most => {
    hint.textContent = t('photos.what', Math.round(most / MEGABYTE));
  }, () => {});

  function take(files) {
    for (const file of files) {
      waiting.push({ file, line: lines.appendChild(h('li', {})) });
    }
    next();
  }

  function next() {
    while (sending < AT_A_TIME && waiting.length > 0) {
      sending++;
      send(waiting.shift()).finally(() => {
        sending--;
        next();
      });
    }
  }

  async function send({ file, line }) {
    const bar = h('progress', { max: '100', value: 0, 'aria-label': t('photos.sending', file.name, 0) });
    const words = h('span', { class: 'sr-small' }, t('photos.sending', file.name, 0));
    line.replaceChildren(words, bar);
    if (largest && file.size > largest) {
      // The server would say the same, after minutes.
      failed(file, line, t('photos.refused.tooLarge', megabytes(file.size), megabytes(largest)), false);
      return;
    }
    const form = new FormData();
    if (step !== null && step !== undefined) {
      form.append('step', step);
    }
    form.append('files', file, file.name);
    try {
      const [answer] = await upload(path, form, part => {
        const percent = Math.round(part * 100);
        bar.value = percent;
        words.textContent = percent < 100 ? t('photos.sending', file.name, percent) : t('photos.checking', file.name);
      });
      if (answer.outcome === 'added') {
        line.remove();
        heard.textContent = t('photos.added', file.name);
        added();
      } else {
        failed(file, line, answer.message, false);
      }
    } catch (problem) {
      // The name of the file stands before it.
      const own = problem.fields && problem.fields.find(each => each.field === 'files');
      failed(file, line, own ? own.message : sentenceOf(problem), problem.status === 0 || problem.status >= 500);
    }
  }

  function failed(file, line, why, again) {
    fill(line,
      h('span', { class: 'sr-bad-text', role: 'alert' }, icon('warning-sign'), ' ', t('photos.failed', file.name, why)),
      h('span', { class: 'sr-buttons' },
        again && h('button', { type: 'button', class: 'btn btn-default btn-xs', onclick: () => {
          waiting.push({ file, line });
          next();
        } }, t('photos.again')),
        h('button', { type: 'button', class: 'btn btn-link btn-xs', onclick: () => line.remove() }, t('photos.dismiss'))));
  }

  return h('div', { class: 'sr-files' }, zone, lines, heard);
}

/**
 * The files with their thumbnails; a photo opens large.
 * @param name from user ids to names
 * @param changed called when one has been removed
 */
export function gallery(caseNumber, files, { name, changed }) {
  const path = filesOf(caseNumber);
  const photos = files.filter(file => file.photo);
  const described = file => (file.stepSeq
    ? t('photos.altOfStep', file.name, file.stepSeq, name(file.uploadedBy))
    : t('photos.alt', file.name, name(file.uploadedBy)));

  function tile(file) {
    const place = h('div', {});
    const about = h('div', { class: 'sr-small' },
      h('div', { class: 'sr-file-name', title: file.name }, file.name),
      h('div', { class: 'sr-quiet' }, file.stepSeq && `${t('photos.step', file.stepSeq)} · `,
        t('photos.size', megabytes(file.size))),
      h('div', { class: 'sr-quiet' }, name(file.uploadedBy), ' ', time(file.uploadedAt)));
    const show = file.photo
      ? h('button', { type: 'button', class: 'sr-thumb', 'aria-label': t('photos.open', file.name),
          onclick: () => large(photos, photos.indexOf(file), described, path) },
        h('img', { src: address(`${path}/${file.id}/thumbnail`), alt: described(file), loading: 'lazy' }))
      : h('a', { class: 'sr-thumb', href: address(`${path}/${file.id}`), download: file.name,
          'aria-label': t('photos.download', file.name) }, icon('file'));
    const half = file.removable && drafts.read(draftOf(file));
    if (half) {
      ask(file, place, half.reason);
    }
    return h('li', {}, show, about,
      file.removable && h('button', { type: 'button', class: 'btn btn-link btn-xs sr-more',
        'aria-label': t('photos.removeWhich', file.name), onclick: () => {
          ask(file, place, '');
          place.querySelector('textarea').focus();
        } }, t('photos.remove')),
      place);
  }

  const draftOf = file => `${caseNumber}:photo-${file.id}`;

  function ask(file, place, reason) {
    const id = `sr-remove-${file.id}`;
    const why = h('textarea', { id, rows: '2', maxlength: '500', class: 'form-control input-sm', value: reason,
      'aria-required': 'true', oninput: () => drafts.keep(draftOf(file), { reason: why.value }) });
    const abandon = () => {
      drafts.drop(draftOf(file));
      place.replaceChildren();
    };
    const problem = h('p', { class: 'sr-bad-text', role: 'alert', hidden: true });
    const button = h('button', { type: 'submit', class: 'btn btn-primary btn-xs' }, t('photos.remove'));
    place.replaceChildren(h('form', { class: 'sr-action', 'aria-label': t('photos.removeTitle', file.name), novalidate: true,
      onsubmit: async event => {
        event.preventDefault();
        button.disabled = true;
        problem.hidden = true;
        try {
          await remove(`${path}/${file.id}`, { reason: why.value });
          drafts.drop(draftOf(file));
          changed();
        } catch (refused) {
          problem.textContent = sentenceOf(refused);
          problem.hidden = false;
          button.disabled = false;
        }
      } },
    h('label', { for: id }, t('photos.removeWhy')), why, problem,
    h('div', { class: 'sr-buttons' }, button,
      h('button', { type: 'button', class: 'btn btn-link btn-xs', onclick: abandon },
        t('cancel')))));
  }

  return h('ul', { class: 'sr-photos' }, files.map(tile));
}

/** One photo as large as the window allows, the others by arrow keys. */
function large(photos, first, described, path) {
  let at = first;
  const image = h('img', {});
  const words = h('p', { role: 'status' });
  const step = by => {
    at = (at + by + photos.length) % photos.length;
    show();
  };
  const button = (glyph, key, onclick) => h('button', { type: 'button', class: 'btn btn-default', onclick,
    'aria-label': t(key) }, icon(glyph));
  const dialog = h('dialog', { class: 'sr sr-large', 'aria-label': t('photos.title'), onclose: () => dialog.remove(),
    onkeydown: event => {
      if (photos.length > 1 && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
        step(event.key === 'ArrowLeft' ? -1 : 1);
      }
    } },
  h('div', { class: 'sr-buttons' },
    photos.length > 1 && [button('chevron-left', 'photos.previous', () => step(-1)),
      button('chevron-right', 'photos.next', () => step(1))],
    button('remove', 'photos.close', () => dialog.close())),
  image, words);

  function show() {
    const photo = photos[at];
    image.src = address(`${path}/${photo.id}`);
    image.alt = described(photo);
    words.textContent = `${photo.name} · ${t('photos.dimensions', photo.width, photo.height)}`;
  }

  show();
  document.body.append(dialog);
  dialog.showModal();
}

/** Somebody who misses the zone does not lose the page: the browser would show the file instead. */
export function dropsElsewhereDoNothing() {
  const ignore = event => {
    if (event.dataTransfer && [...event.dataTransfer.types].includes('Files')) {
      event.preventDefault();
    }
  };
  window.addEventListener('dragover', ignore);
  window.addEventListener('drop', ignore);
  return () => {
    window.removeEventListener('dragover', ignore);
    window.removeEventListener('drop', ignore);
  };
}
