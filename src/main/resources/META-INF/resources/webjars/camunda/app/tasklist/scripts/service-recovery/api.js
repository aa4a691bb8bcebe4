// Calls to /api: our own session cookie, our own token against forged requests, problems (RFC 9457) as errors.
const ROOT = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');
const TOKEN_COOKIE = 'SR-CSRF';
const TOKEN_HEADER = 'X-SR-CSRF';

// Not from the messages file: that is read by a call itself.
const german = navigator.language.startsWith('de');
const NOT_REACHED = german
  ? 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung, und versuchen Sie es dann noch einmal.'
  : 'The server cannot be reached. Check your connection, then try again.';
// What changes something may have arrived all the same.
const UNANSWERED = german
  ? 'Der Server hat nicht geantwortet: Die Verbindung brach ab, und vielleicht wurde es doch ausgeführt. Sehen Sie nach, bevor Sie es noch einmal senden.'
  : 'The server did not answer: the connection broke, and it may have been done all the same. Look before you send it again.';
const SEND_AGAIN = german
  ? 'Der Server hat nicht geantwortet. Senden Sie es noch einmal, sobald die Verbindung wieder da ist: Es wird nicht zweimal ausgeführt.'
  : 'The server did not answer. Send it again when the connection is back: it is not done twice.';
const NOT_OURS = german
  ? 'Die Antwort ist nicht lesbar: Sie kam nicht von Service Recovery, sondern von etwas dazwischen, etwa einem Proxy.'
  : 'The answer cannot be read: it came from something in between, such as a proxy, and not from Service Recovery.';
const SIGNED_OUT = german ? 'Sie sind nicht mehr angemeldet.' : 'You are no longer signed in.';
const failed = status => (german
  ? `Der Server hat mit einem Fehler geantwortet (${status}).`
  : `The server answered with an error (${status}).`);

/** status 0: the server was not reached; fields: what is wrong by field, from the problem's errors. */
export class Problem extends Error {
  constructor(status, message, fields) {
    super(message);
    this.status = status;
    this.fields = fields || [];
  }
}

function token() {
  const cookie = document.cookie.split('; ').find(each => each.startsWith(TOKEN_COOKIE + '='));
  return cookie ? decodeURIComponent(cookie.slice(TOKEN_COOKIE.length + 1)) : '';
}

async function call(method, path, body, { signal, key } = {}) {
  const headers = { Accept: 'application/json, application/problem+json' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (method !== 'GET') {
    headers[TOKEN_HEADER] = token();
  }
  if (key) {
    headers['Idempotency-Key'] = key;
  }
  let response;
  try {
    response = await fetch(ROOT + path, {
      method, headers, signal, credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body)
    });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new Problem(0, key ? SEND_AGAIN : method === 'GET' ? NOT_REACHED : UNANSWERED);
  }
  const text = await response.text().catch(() => '');
  const answer = read(text);
  if (!response.ok) {
    throw problem(response.status, answer);
  }
  if (text && answer === undefined) {
    throw new Problem(response.status, NOT_OURS);
  }
  return answer ?? null;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(status, answer) {
  // What the server says to that is meant for programs.
  const message = status === 401 ? SIGNED_OUT : (answer && answer.detail) || failed(status);
  return new Problem(status, message, answer && answer.errors);
}

/** Sends a form with files; told(0..1) says how much of it has left. */
export function upload(path, form, told) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', ROOT + path);
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    request.setRequestHeader(TOKEN_HEADER, token());
    request.responseType = 'json';
    request.upload.addEventListener('progress', event => event.lengthComputable && told(event.loaded / event.total));
    request.addEventListener('load', () => request.status >= 200 && request.status < 300
      ? resolve(request.response)
      : reject(problem(request.status, request.response)));
    request.addEventListener('error', () => reject(new Problem(0, UNANSWERED)));
    request.send(form);
  });
}

/** Sends files to be looked at: nothing is changed by it, so it can be sent again. Answers with the response. */
export async function show(path, form, signal) {
  let response;
  try {
    response = await fetch(ROOT + path, {
      method: 'POST', signal, credentials: 'same-origin', body: form,
      headers: { Accept: 'application/json, application/problem+json, text/csv', [TOKEN_HEADER]: token() }
    });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Problem(0, NOT_REACHED);
  }
  if (!response.ok) {
    throw problem(response.status, await response.json().catch(() => null));
  }
  return response;
}

/** A text as it is, such as the file of a model. */
export async function getText(path, signal) {
  let response;
  try {
    response = await fetch(ROOT + path, { signal, credentials: 'same-origin' });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Problem(0, NOT_REACHED);
  }
  if (!response.ok) {
    throw problem(response.status, await response.json().catch(() => null));
  }
  return response.text();
}

/** For what a page shows by its address, such as a picture. */
export const address = path => ROOT + path;
export const remove = (path, body) => call('DELETE', path, body);
export const get = (path, signal) => call('GET', path, undefined, { signal });
/** @param key where the server knows by it that the same is sent again: see Once.java */
export const post = (path, body, key) => call('POST', path, body, { key });
export const put = (path, body) => call('PUT', path, body);
export const signInPage = ROOT + '/sign-in';
