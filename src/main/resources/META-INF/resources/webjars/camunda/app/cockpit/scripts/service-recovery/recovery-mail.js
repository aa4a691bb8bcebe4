// Whether the reader gets the Recovery page by mail every week: a wish of each for herself.
import { fill, get, h, icon, put, remove, t, time, wayOn } from './shared.js';

const PATH = '/api/recovery/subscription';
// The day of the week where the business is would need its zone; where the reader is, it is the day on which it comes.
const weekday = instant => new Intl.DateTimeFormat(t('language'), { weekday: 'long' }).format(new Date(instant));

/** A switch and what is known of the mails; nothing for those who may not have them and get none. */
export function byMail(leaving) {
  const place = h('div', { class: 'srr-mail' });
  read();
  return place;

  async function read() {
    try {
      draw(await get(PATH, leaving));
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        failed(problem, wayOn(problem, read, 'btn btn-default btn-sm'));
      }
    }
  }

  function failed(problem, ...more) {
    fill(place, h('p', { class: 'srr-bad-text', role: 'alert' }, problem.message), ...more);
  }

  function draw(wish, said) {
    if (!wish.subscribed && !wish.mayHaveIt) {
      fill(place);
      return;
    }
    const status = h('span', { class: 'srr-quiet', role: 'status', id: 'srr-mail-status' });
    const box = h('input', { type: 'checkbox', role: 'switch', checked: wish.subscribed, 'aria-describedby': 'srr-mail-status',
      onchange: () => change(box) });
    fill(place, h('label', {}, box, ' ', t('recovery.mailMe', weekday(wish.nextAt))), status,
      wish.trouble && h('p', { class: 'srr-mail-trouble' }, icon('exclamation-sign'), ' ', wish.trouble.why,
        wish.trouble.said && h('span', { class: 'srr-quiet' }, ` (${wish.trouble.said})`),
        wish.trouble.at && [' ', time(wish.trouble.at)]));
    // Filled once it stands on the page, so that it is read aloud.
    setTimeout(() => fill(status, said && `${said} `, wish.subscribed
      ? [t('recovery.mailNext'), ' ', time(wish.nextAt), '.', wish.lastAt && [' ', t('recovery.mailLast'), ' ', time(wish.lastAt), '.']]
      : !said && t('recovery.mailHow')));
    return box;
  }

  async function change(box) {
    const wanted = box.checked;
    box.disabled = true;
    try {
      const wish = wanted ? await put(PATH) : await remove(PATH);
      draw(wish, t(wanted ? 'recovery.mailOn' : 'recovery.mailOff'))?.focus();
    } catch (problem) {
      failed(problem, wayOn(problem, read, 'btn btn-default btn-sm'));
      place.querySelector('button').focus();
    }
  }
}
