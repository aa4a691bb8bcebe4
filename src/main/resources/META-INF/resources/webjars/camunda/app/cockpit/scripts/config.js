import '../../../assets/service-recovery/front-door.js';

export default {
  // Cockpit stays blank when one of these cannot be loaded: name only what this archive brings.
  customScripts: ['scripts/service-recovery/cockpit'],

  disableWelcomeMessage: true
};
