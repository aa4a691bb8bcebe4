// The address of a case, into the clipboard.
import { h, icon } from './dom.js';
import { t } from './messages.js';
import { address } from './api.js';

export function copyLink(number) {
  const link = location.origin + address(`/cases/${encodeURIComponent(number)}`);
  const told = h('span', { class: 'sr-small', role: 'status' });
  const button = h('button', { type: 'button', class: 'btn btn-link sr-copy', 'data-key': 'copy', title: link, onclick: async () => {
    try {
      await navigator.clipboard.writeText(link);
      told.replaceChildren(t('case.linkCopied'));
    } catch (refused) {
      // Without https, or where the browser asks and the answer is no: then by hand.
      const field = h('input', { class: 'sr-link-field', readonly: true, value: link, 'aria-label': t('case.link') });
      told.replaceChildren(field);
      field.focus();
      field.select();
    }
  } }, icon('link'), ' ', t('case.copyLink'));
  return [button, told];
}
