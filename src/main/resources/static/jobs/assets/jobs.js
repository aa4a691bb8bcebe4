// The page works without this. It says at once that a photo is too large, and that something is being sent.
const form = document.getElementById('work');
const files = document.getElementById('files');
if (form && files) {
  const wrong = document.getElementById('files-wrong');
  const tooLarge = () => [...files.files].filter(file => file.size > Number(form.dataset.largest));
  const check = () => {
    const names = tooLarge().map(file => file.name).join(', ');
    wrong.textContent = names ? `${names}: ${form.dataset.tooLarge}` : '';
    return !names;
  };
  files.addEventListener('change', check);
  let sent = false;
  form.addEventListener('submit', event => {
    if (sent || !check()) {
      event.preventDefault();
      return;
    }
    sent = true;
    document.getElementById('sending').textContent = form.dataset.sending;
  });
  // Back from another page with the browser's button.
  addEventListener('pageshow', () => { sent = false; document.getElementById('sending').textContent = ''; });
}
