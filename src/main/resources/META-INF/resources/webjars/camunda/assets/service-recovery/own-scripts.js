// A web app of Camunda's stays blank when a script it was told of cannot be loaded. So ours are tried before it is told of
// them, with time enough for a slow line; without them it works as Camunda made it, and says so.
const PATIENCE_MS = 30000;

async function load(script) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${script} took too long`)), PATIENCE_MS);
  });
  try {
    await Promise.race([import(script), late]);
    return true;
  } catch (error) {
    console.error(error);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether each of the scripts could be loaded, in their order.
 *
 * @param sentence what is said where one could not; not from the messages file, which may be what is missing
 */
export async function tried(scripts, sentence) {
  const loaded = await Promise.all(scripts.map(load));
  if (loaded.includes(false)) {
    const notice = document.createElement('p');
    notice.setAttribute('role', 'alert');
    notice.style.cssText = 'position:fixed;bottom:0;left:0;right:0;z-index:2000;margin:0;padding:8px 16px;'
      + 'background:#fcf8e3;border-top:1px solid #c09853;color:#6b4e12';
    notice.textContent = sentence;
    document.body.append(notice);
  }
  return loaded;
}
