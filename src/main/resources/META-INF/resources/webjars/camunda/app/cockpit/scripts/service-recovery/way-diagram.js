// Over the diagram of one instance: how long it has waited where.
import { get, t } from './shared.js';
import { folded, legend, overlay } from './overlay.js';
import { badgesOf, signs } from './way.js';

export const mount = (viewer, { processInstanceId }) => overlay(viewer, t('way.title'), {
  content: () => folded(t('waits.legend'), legend(signs())),
  read: signal => get(`/api/instances/${encodeURIComponent(processInstanceId)}/way`, signal)
    .then(way => ({ badges: badgesOf(way.instances[0].passed), says: '' })),
  refusal: problem => (problem.status === 403 || problem.status === 404) && t('way.notYours')
});
