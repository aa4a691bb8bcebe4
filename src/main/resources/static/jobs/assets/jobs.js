// The page works without this. With it photos are sent as soon as they are chosen, one after the other, and a report is
// sent only while the server answers: what was typed is not lost in a place without a signal.
const form = document.getElementById('work');
const files = document.getElementById('files');
if (form && files) {
  const wording = form.dataset;
  const status = document.getElementById('sending');
  const uploads = document.getElementById('uploads');
  const waiting = [];
  let uploading = false;
  // The value of the button that was pressed while photos were on their way.
  let pressed = null;
  let sent = false;
  // What the page says now that the job was cancelled meanwhile; what is sent is kept with it all the same.
  let over = '';

  document.getElementById('keep').hidden = true;

  files.addEventListener('change', () => {
    [...files.files].forEach(add);
    files.value = '';
  });

  form.addEventListener('submit', async event => {
    if (sent) {
      event.preventDefault();
      return;
    }
    if (form.classList.contains('ready')) {
      sent = true;
      return;
    }
    event.preventDefault();
    pressed = event.submitter ? event.submitter.value : '';
    goOn();
  });

  // Back from another page with the browser's button.
  addEventListener('pageshow', () => {
    sent = false;
    form.classList.remove('ready');
    say('');
  });
  addEventListener('beforeunload', event => {
    if (uploading) {
      event.preventDefault();
    }
  });

  function add(file) {
    const upload = { file, line: element('li'), said: element('p') };
    upload.line.append(element('span', file.name), upload.said);
    uploads.append(upload.line);
    if (file.size > Number(wording.largest)) {
      failed(upload, wording.tooLarge, false);
    } else {
      queue(upload);
    }
  }

  function queue(upload) {
    upload.bar = element('progress');
    upload.bar.max = 1;
    upload.bar.value = 0;
    upload.bar.setAttribute('aria-label', upload.file.name);
    upload.said.className = '';
    upload.said.replaceChildren(upload.bar);
    waiting.push(upload);
    if (!uploading) {
      goOn();
    }
  }

  async function goOn() {
    if (uploading) {
      say(wording.sendingPhotos);
      return;
    }
    const next = waiting.shift();
    if (next) {
      uploading = true;
      say(wording.sendingPhotos);
      const answer = await sendPhoto(next);
      uploading = false;
      if (answer.wrong || answer.refused) {
        failed(next, answer.wrong || answer.refused, Boolean(answer.wrong));
      } else {
        next.line.remove();
      }
      goOn();
    } else if (uploads.children.length > 0) {
      pressed = null;
      say(wording.photosLeft);
    } else if (pressed === null) {
      say(over || wording.photosSent);
    } else {
      report();
    }
  }

  // Sends the form by the button that was pressed, once the server has answered.
  async function report() {
    const value = pressed;
    pressed = null;
    say(wording.sending);
    const answer = await ask('GET', null, () => {});
    const button = [...form.elements].find(each => each.name === 'action' && each.value === value);
    if (answer.wrong) {
      say(answer.wrong);
    } else {
      form.elements._csrf.value = answer.token || form.elements._csrf.value;
      form.classList.add('ready');
      form.requestSubmit(button);
    }
  }

  // wrong: it did not arrive; refused: it was not taken; neither: the job has it. All in words.
  async function sendPhoto(upload) {
    const body = new FormData();
    body.append('action', 'photos');
    body.append('files', upload.file);
    const answer = await ask('POST', body, part => { upload.bar.value = part; });
    if (answer.photos) {
      document.getElementById('photos').replaceWith(document.adoptNode(answer.photos));
      if (!answer.open) {
        over = answer.refused;
        return {};
      }
      if (!answer.refused) {
        forgetRefusal();
      }
    }
    const named = `${upload.file.name}: `;
    return answer.refused && answer.refused.startsWith(named)
      ? { refused: answer.refused.slice(named.length) }
      : answer;
  }

  function ask(method, body, progress) {
    return new Promise(done => {
      const request = new XMLHttpRequest();
      // The property would be the buttons of that name.
      request.open(method, form.getAttribute('action'));
      request.responseType = 'document';
      if (body) {
        request.setRequestHeader('X-SR-CSRF', cookie('SR-CSRF'));
      } else {
        request.timeout = 20000;
      }
      request.upload.addEventListener('progress', event => event.lengthComputable && progress(event.loaded / event.total));
      request.addEventListener('error', () => done({ wrong: wording.offline }));
      request.addEventListener('timeout', () => done({ wrong: wording.offline }));
      request.addEventListener('load', () => {
        if (request.status === 401) {
          done({ wrong: wording.signedOut });
        } else if (request.status !== 200 || !request.response) {
          done({ wrong: wording.failed });
        } else {
          const page = request.response;
          const token = page.querySelector('#work [name=_csrf]');
          const refused = page.querySelector('.bad');
          done({
            token: token && token.value,
            photos: page.getElementById('photos'),
            open: page.getElementById('files') !== null,
            refused: refused ? refused.textContent.trim() : ''
          });
        }
      });
      request.send(body);
    });
  }

  function failed(upload, why, mayTryAgain) {
    upload.said.className = 'wrong';
    upload.said.textContent = why;
    const buttons = [button(wording.leaveOut, () => {
      upload.line.remove();
      say('');
    })];
    if (mayTryAgain) {
      buttons.unshift(button(wording.tryAgain, () => {
        buttons.forEach(each => each.remove());
        queue(upload);
      }));
    }
    upload.line.append(...buttons);
    say(wording.photosLeft);
  }

  function button(text, pressed) {
    const made = element('button', text);
    made.type = 'button';
    made.className = 'quiet';
    made.addEventListener('click', () => {
      files.focus();
      pressed();
    });
    return made;
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text || '';
    return made;
  }

  function cookie(name) {
    const found = document.cookie.split('; ').find(each => each.startsWith(name + '='));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  }

  // Said when the page was opened; what was missing is there now.
  function forgetRefusal() {
    const refused = document.getElementById('refused');
    if (refused) {
      refused.remove();
    }
  }

  function say(text) {
    status.textContent = text || '';
  }
}
