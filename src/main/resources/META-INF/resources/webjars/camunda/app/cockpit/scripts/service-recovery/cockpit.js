// What Service Recovery adds to Cockpit: the way to the page of calendars and the statutory profile.
export default {
  id: 'service-recovery-time-rules',
  pluginPoint: 'cockpit.navigation',
  priority: -100,
  render(node) {
    const context = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');
    const link = document.createElement('a');
    link.href = `${context}/time-rules`;
    link.textContent = navigator.language.startsWith('de') ? 'Zeitregeln' : 'Time rules';
    node.append(link);
  }
};
