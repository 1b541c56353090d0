/* The commands that were typed, what the script said, and names of moments. */
raftsh.moments = (() => {
  const { html, set } = raftsh.dom;
  const { text } = raftsh.words;

  /* Names of moments and captions of a branch, in order: the event and the words. */
  const names = (track) => {
    if (track.names) return track.names;
    const all = marks(track).concat(track.captions.map(([event, words]) => [event, text(words)]));
    return (track.names = all.sort((a, b) => a[0] - b[0]));
  };
  /* The marks of a branch, in order: the event and the name. */
  const marks = (track) =>
    track.act.marks
      .filter(([, branch, event]) => reaches(track, branch, event))
      .map(([name, , event]) => [event, name])
      .sort((a, b) => a[0] - b[0]);
  /* Whether a moment of a branch is also one of this track. */
  const reaches = (track, branch, event) => {
    let [number, limit] = [track.number, Infinity];
    while (number !== branch) {
      const here = track.act.branches[number];
      if (here.from === null) return false;
      limit = Math.min(limit, here.before);
      number = here.from;
    }
    return event <= limit;
  };

  const make = (section) => {
    const list = html('ol');
    section.append(list);
    let shown = null;
    let items = [];
    let places = [];
    let current = null;
    const build = (track) => {
      const ends = track.commands.map(([event], i) =>
        i + 1 < track.commands.length
          ? track.commands[i + 1][0]
          : track.length
            ? track.id[track.length - 1]
            : event,
      );
      const named = marks(track);
      const all = [
        ...track.captions.map(([event, words]) => ({
          at: event,
          order: 0,
          kind: 'caption',
          words: text(words),
          to: event,
        })),
        ...track.commands.map(([event, , words], i) => ({
          at: event,
          order: 1,
          kind: 'command',
          words: text(words),
          to: ends[i],
        })),
      ];
      all.sort((a, b) => a.at - b.at || a.order - b.order);
      items = all.map((one) => {
        const here =
          one.kind === 'command'
            ? named.filter(([event]) => event === one.to && one.to > one.at)
            : [];
        const chips = here.map(([, mark]) => html('span', { class: 'chip' }, mark));
        const label = one.kind === 'command' ? html('code', {}, one.words) : one.words;
        const item = html(
          'li',
          { class: one.kind },
          html(
            'button',
            { class: 'link', type: 'button', onclick: () => raftsh.player.goEvent(one.to) },
            label,
          ),
          ...chips,
        );
        return { ...one, item };
      });
      places = items.map(({ at }) => at);
      current = null;
      set(list, ...items.map(({ item }) => item));
      if (!items.length) set(list, html('li', { class: 'nothing' }, 'No command is recorded.'));
    };
    const render = (state) => {
      if (shown !== state.track) {
        shown = state.track;
        build(shown);
      }
      const id = raftsh.player.id();
      let at = raftsh.data.count(places, id - 1) - 1;
      while (at >= 0 && items[at].kind !== 'command') at -= 1;
      const item = at < 0 ? null : items[at].item;
      if (item === current) return;
      if (current) current.classList.remove('current');
      current = item;
      if (!current) return;
      current.classList.add('current');
      if (
        current.offsetTop < list.scrollTop ||
        current.offsetTop > list.scrollTop + list.clientHeight - 30
      )
        list.scrollTop = current.offsetTop - list.clientHeight / 2;
    };
    render.reset = () => {
      shown = null;
    };
    /* The event at which the next command has ended, or the one before. */
    render.next = (back) => {
      const id = raftsh.player.id();
      const ends = [...new Set(items.filter(({ kind }) => kind === 'command').map(({ to }) => to))];
      const found = back ? ends.reverse().find((to) => to < id) : ends.find((to) => to > id);
      return found === undefined ? (back ? 0 : null) : found;
    };
    return render;
  };
  return { make, names, marks };
})();
