// Put into every page before its own scripts: tells whether the page is still at work.
// Counts what could change the page later: timers that will fire, intervals, sockets. Changes nothing else.
(() => {
  if (window.__gonogoStillness) return;
  const timers = new Map();
  const intervals = new Set();
  const state = { changed: performance.now(), sockets: 0 };

  const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: stop } = window;
  window.setTimeout = function (callback, delay = 0, ...rest) {
    if (typeof callback !== 'function') return set.call(window, callback, delay, ...rest);
    const id = set.call(window, function (...values) {
      timers.delete(id);
      return callback.apply(this, values);
    }, delay, ...rest);
    timers.set(id, performance.now() + Number(delay));
    return id;
  };
  window.clearTimeout = id => { timers.delete(id); clear.call(window, id); };
  window.setInterval = function (...values) {
    const id = repeat.apply(window, values);
    intervals.add(id);
    return id;
  };
  window.clearInterval = id => { intervals.delete(id); stop.call(window, id); };

  const Socket = window.WebSocket;
  if (Socket) window.WebSocket = class extends Socket {
    constructor(...values) { super(...values); state.sockets += 1; }
  };

  new MutationObserver(() => { state.changed = performance.now(); }).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true });

  const soon = 30_000;
  Object.defineProperty(window, '__gonogoStillness', { value: () => {
    const now = performance.now();
    const isDue = Array.from(timers.values()).some(due => due - now < soon);
    return {
      quiet_ms: document.readyState === 'complete' ? now - state.changed : 0,
      is_at_work: isDue || intervals.size > 0 || state.sockets > 0,
    };
  } });
})();
