/* Where one is, and how time passes. A position is an event; between two, messages travel. */
raftsh.player = (() => {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)');
  const views = [];
  const state = { track: null, other: null, i: -1, x: -1, playing: false, speed: 4, byTime: false };
  let dirty = false;
  let last = 0;

  /* Where an event is on the scale: its place in order, or its time in milliseconds. */
  const place = (i, track = state.track) => {
    if (!state.byTime) return i;
    return (i < 0 ? track.start : track.time[Math.min(i, track.length - 1)]) / 1000;
  };
  const ends = () => [place(-1), place(state.track.length - 1)];
  /* The last event that is not after a place. */
  const event = (x) => {
    if (!state.byTime) return Math.max(-1, Math.min(state.track.length - 1, Math.floor(x + 1e-9)));
    return raftsh.data.count(state.track.time, x * 1000 + 0.5) - 1;
  };

  const draw = () => {
    dirty = false;
    for (const view of views) view(state);
  };
  const changed = () => {
    if (!dirty) {
      dirty = true;
      requestAnimationFrame(draw);
    }
  };
  const link = () => {
    const { track } = state;
    const id = state.i < 0 ? track.before : track.id[state.i];
    const acts = raftsh.data.page.acts;
    const parts = [`e=${id}`];
    if (track.number !== track.act.open[0]) parts.push(`b=${track.name}`);
    if (acts.length > 1) parts.push(`a=${acts.indexOf(track.act) + 1}`);
    try {
      window.history.replaceState(null, '', `#${parts.join('&')}`);
    } catch {
      /* some places allow none */
    }
  };
  const go = (i) => {
    state.i = Math.max(-1, Math.min(state.track.length - 1, i));
    state.x = place(state.i);
    link();
    changed();
  };
  const goEvent = (id) => go(raftsh.data.count(state.track.id, id) - 1);
  const goPlace = (x) => go(event(x));

  const frame = (now) => {
    if (!state.playing) return;
    const passed = Math.min(100, now - last) / 1000;
    last = now;
    const [, end] = ends();
    state.x = Math.min(end, state.x + passed * state.speed);
    state.i = event(state.x);
    changed();
    if (state.x >= end) return pause();
    requestAnimationFrame(frame);
  };
  const play = () => {
    if (state.playing || !state.track.length) return;
    if (state.x >= ends()[1]) go(-1);
    state.playing = true;
    last = performance.now();
    requestAnimationFrame(frame);
    changed();
  };
  const pause = () => {
    state.playing = false;
    link();
    changed();
  };
  const show = (act, branch, id) => {
    state.playing = false;
    state.track = raftsh.data.track(act, branch);
    state.other = null;
    for (const view of views) if (view.reset) view.reset(state);
    goEvent(id);
  };
  const scale = (byTime) => {
    state.byTime = byTime;
    go(state.i);
  };
  return {
    state,
    views,
    place,
    event,
    ends,
    go,
    goEvent,
    goPlace,
    play,
    pause,
    show,
    scale,
    changed,
    toggle: () => (state.playing ? pause() : play()),
    isStill: () => still.matches,
    id: () => (state.i < 0 ? state.track.before : state.track.id[state.i]),
  };
})();
