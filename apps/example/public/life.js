// Counts down the life that the session has left. Without this script, the page shows it as it was when it was served.

const bar = document.querySelector('#life');
const left = document.querySelector('#life-left');

if (bar) {
  const end = performance.now() + bar.max * 1000;
  setInterval(() => show(Math.max(0, Math.round((end - performance.now()) / 1000))), 1000);
}

function show(seconds) {
  bar.value = seconds;
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
