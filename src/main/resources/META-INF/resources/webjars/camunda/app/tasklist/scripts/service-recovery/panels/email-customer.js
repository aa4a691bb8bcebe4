// Above the form of "Email customer": where the mail goes, a text to start from, and how it will look.
import { h, icon } from '../dom.js';
import { get } from '../api.js';
import { t } from '../messages.js';
import { templateChooser, filled, write } from '../template-chooser.js';

export function mount(node, { caseNumber, found, field }) {
  const leaving = new AbortController();
  const path = `/api/cases/${encodeURIComponent(caseNumber)}/mail-preview`;
  const preview = h('div', { class: 'sr-mail-preview' });
  const chooser = templateChooser({
    path: '/api/mail-templates',
    signal: leaving.signal,
    isEmpty: () => !text('subject') && !text('message'),
    use: async template => {
      const mail = await get(`${path}?template=${encodeURIComponent(template.template)}`
        + `&language=${encodeURIComponent(template.language)}`, leaving.signal);
      await field('outcome').pick('completed');
      await write(field, { subject: mail.subject, message: mail.message });
      show(mail);
      return filled(t('mail.filled'), mail.missing);
    }
  });
  const root = h('section', { 'aria-label': t('mail.panelTitle') },
    h('h3', {}, t('mail.panelTitle')),
    found.customer.email
      ? h('p', {}, icon('envelope'), ' ', t('mail.goesTo', found.customer.email))
      : h('p', { class: 'sr-late', role: 'alert' }, icon('warning-sign'), ' ', t('mail.noAddress')),
    chooser,
    h('div', { class: 'sr-preview' },
      h('h4', {}, t('mail.preview'), ' ',
        h('button', { type: 'button', class: 'btn btn-link btn-sm',
          onclick: () => show({ subject: text('subject'), message: text('message') }) }, t('mail.previewAgain'))),
      preview));
  node.append(root);

  function text(key) {
    return (field(key).get() || '').trim();
  }

  function show({ subject, message }) {
    preview.replaceChildren(subject || message
      ? h('article', { class: 'sr-sheet' }, h('strong', {}, subject), h('pre', {}, message))
      : h('p', { class: 'sr-quiet' }, t('mail.previewEmpty')));
  }

  show({ subject: text('subject'), message: text('message') });
  return () => {
    leaving.abort();
    root.remove();
  };
}
