// How a clock of the API stands at a moment, for the Case tab and for the cards of the list.
const AROUND_THE_CLOCK = '24x7';

/** The clock of the resolution, of the epoch that the case is in. */
export const resolutionClock = found => found.clocks.find(each => each.clock === 'resolution' && each.epoch === found.epoch);

export function countsDayAndNight(clock) {
  return clock.calendar === AROUND_THE_CLOCK;
}

/** Counting seconds until the deadline, negative after it. Day and night the page counts on; else the server did. */
export function secondsLeft(clock, now) {
  return countsDayAndNight(clock) && !clock.stoppedAt && clock.dueAt
    ? Math.floor((Date.parse(clock.dueAt) - now) / 1000)
    : clock.remainingSeconds;
}

/** missed, paused, near or running; of a clock that has not stopped. */
export function standing(clock, now) {
  const passed = !clock.stoppedAt && clock.dueAt && Date.parse(clock.dueAt) < now;
  if (clock.missedAt || passed || secondsLeft(clock, now) < 0) {
    return 'missed';
  }
  if (clock.pausedSince) {
    return 'paused';
  }
  return clock.nearAt && now >= Date.parse(clock.nearAt) ? 'near' : 'running';
}
