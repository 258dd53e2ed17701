// Counts down the time that the session has left. Without this script, the page keeps showing the time from when it was sent.

const bar = document.querySelector('#ttl');
const timeLeft = document.querySelector('#time-left');

if (bar) {
  const end = performance.now() + bar.max * 1000;
  setInterval(() => show(Math.max(0, Math.round((end - performance.now()) / 1000))), 1000);
}

function show(seconds) {
  bar.value = seconds;
  timeLeft.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
