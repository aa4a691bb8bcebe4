// What form-js 1.8 says by itself is English and cannot be set: put into the reader's words as it appears.
import { ready, t } from './messages.js';

const SAID = [
  [/^Field is required\.$/, 'formJs.required'],
  [/^Field must match pattern (.*)\.$/, 'formJs.pattern'],
  [/^Field must have minimum value of (.*)\.$/, 'formJs.min'],
  [/^Field must have maximum value of (.*)\.$/, 'formJs.max'],
  [/^Field must have minimum length of (.*)\.$/, 'formJs.minLength'],
  [/^Field must have maximum length of (.*)\.$/, 'formJs.maxLength'],
  [/^Field must be a valid {2}?international phone number\./, 'formJs.phone'],
  [/^Field must be a valid email\.$/, 'formJs.email'],
  [/^ ?Add new$/, 'formJs.addNew'],
  [/^Select$/, 'formJs.select']
];
const PLACES = '.fjs-form-field-error li, .fjs-repeat-render-add, .fjs-select-placeholder';

// The text nodes stay those of form-js: it writes a change into them.
function translate(place) {
  for (const node of place.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      for (const [pattern, key] of SAID) {
        const found = pattern.exec(node.data);
        if (found) {
          const text = t(key, ...found.slice(1));
          if (text !== node.data.trim()) {
            node.data = text;
          }
          break;
        }
      }
    } else {
      translate(node);
    }
  }
}

function look() {
  document.querySelectorAll(PLACES).forEach(translate);
  document.querySelectorAll('.fjs-form input[placeholder="Search"]').forEach(input => {
    input.placeholder = t('formJs.search');
  });
}

if (navigator.language.startsWith('de')) {
  ready().then(() => {
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, () => {});
}
