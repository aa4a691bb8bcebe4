// Calls to /api: our own session cookie, our own token against forged requests, problems (RFC 9457) as errors.
const ROOT = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');
const TOKEN_COOKIE = 'SR-CSRF';
const TOKEN_HEADER = 'X-SR-CSRF';

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

async function call(method, path, body, signal) {
  const headers = { Accept: 'application/json, application/problem+json' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (method !== 'GET') {
    headers[TOKEN_HEADER] = token();
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
    throw new Problem(0, 'The server cannot be reached. Check your connection, then try again.');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const fallback = response.status === 401
      ? 'You are no longer signed in.'
      : `The server answered with an error (${response.status}).`;
    throw new Problem(response.status, (answer && answer.detail) || fallback, answer && answer.errors);
  }
  return answer;
}

export const get = (path, signal) => call('GET', path, undefined, signal);
export const post = (path, body) => call('POST', path, body);
export const signInPage = ROOT + '/sign-in';
