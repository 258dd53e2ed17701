// Loaded into each app under test. The app limits how long it waits: 5 seconds for requests at its end, for example. On
// a busy machine, such a limit could end what a test waits for, so it lasts a hundred times as long here. Delays of less
// than two seconds, such as those between two attempts to connect, stay as they are.

const { setTimeout } = globalThis;
const { timeout } = AbortSignal;

const patient = (ms) => (ms >= 2000 ? ms * 100 : ms);

globalThis.setTimeout = (callback, ms, ...args) => {
  const timer = setTimeout(callback, patient(ms), ...args);
  // The app must not stay alive for a limit that would be over without this script.
  return ms >= 2000 ? timer.unref() : timer;
};
AbortSignal.timeout = (ms) => timeout.call(AbortSignal, patient(ms));
