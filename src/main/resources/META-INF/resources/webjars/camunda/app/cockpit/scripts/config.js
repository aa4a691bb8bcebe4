import '../../../assets/service-recovery/front-door.js';

export default {
  disableWelcomeMessage: true
};
