// Put into every page before its own scripts: tells whether the page is still at work.
// Counts what could change the page later: timers, requests of scripts, intervals, sockets. Changes nothing else.
(() => {
  if (window.__gonogoStillness) return;
  const timers = new Map();
  const intervals = new Set();
  const state = { active: performance.now(), requests: 0, sockets: 0 };
  const touch = () => { state.active = performance.now(); };

  const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: stop, fetch } = window;
  window.setTimeout = function (callback, delay = 0, ...rest) {
    if (typeof callback !== 'function') return set.call(window, callback, delay, ...rest);
    const id = set.call(window, function (...values) {
      timers.delete(id);
      touch();
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

  const begun = () => { state.requests += 1; touch(); };
  const ended = () => { state.requests -= 1; touch(); };
  if (fetch) window.fetch = function (...values) {
    begun();
    const answer = fetch.apply(this, values);
    answer.then(ended, ended);
    return answer;
  };
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (...values) {
    begun();
    this.addEventListener('loadend', ended, { once: true });
    return send.apply(this, values);
  };
  const Socket = window.WebSocket;
  if (Socket) window.WebSocket = class extends Socket {
    constructor(...values) { super(...values); state.sockets += 1; }
  };

  // What a person does may set something off that takes a moment to show.
  for (const name of ['input', 'change', 'click', 'keydown', 'submit'])
    document.addEventListener(name, touch, { capture: true, passive: true });
  new MutationObserver(touch).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true });

  const soon = 30_000;
  Object.defineProperty(window, '__gonogoStillness', { value: () => {
    const now = performance.now();
    const isDue = Array.from(timers.values()).some(due => due - now < soon);
    return {
      quiet_ms: document.readyState === 'complete' && !state.requests ? now - state.active : 0,
      is_at_work: isDue || intervals.size > 0 || state.sockets > 0,
    };
  } });
})();
