/* The nodes in a ring, with the links that are not as they should be, and messages on their way. */
raftsh.ring = (() => {
  const { svg, set } = raftsh.dom;
  const { text, node: name } = raftsh.words;
  const SIZE = 430;
  const MOST = 400;
  const FULL = 48;
  const MESSAGE = 9;

  const make = (select, ask) => {
    const wires = svg('g');
    const nodes = svg('g');
    const messages = svg('g');
    const root = svg(
      'svg',
      {
        viewBox: `0 0 ${SIZE} ${SIZE}`,
        role: 'group',
        'aria-label': 'Nodes and messages in flight',
      },
      wires,
      nodes,
      messages,
    );

    const layout = (track) => {
      const shown = track.act.nodes;
      const count = shown.length;
      const radius = count === 1 ? 0 : SIZE / 2 - 66;
      const room = count < 2 ? FULL : ((Math.PI * radius) / count) * 0.76;
      const size = Math.max(6, Math.min(FULL, room));
      const at = new Map(
        shown.map(([label, position], i) => {
          const angle = -Math.PI / 2 + (2 * Math.PI * i) / count;
          return [
            position,
            {
              label,
              x: SIZE / 2 + radius * Math.cos(angle),
              y: SIZE / 2 + radius * Math.sin(angle),
            },
          ];
        }),
      );
      return { at, size };
    };

    const pressed = (act) => (key) => {
      if (key.key !== 'Enter') return;
      key.stopPropagation();
      act();
    };
    const line = (place, words, dy, style) =>
      svg('text', { x: place.x, y: place.y + dy, class: style || null }, words);

    const drawNode = (position, place, size, node, track, i) => {
      const isOff =
        node.state === undefined || text(node.state) === 'down' || text(node.state) === 'halted';
      const state = node.state === undefined ? 'unknown' : text(node.state);
      const role = node.role === undefined ? '' : text(node.role);
      const classes = [
        'node',
        role === 'leader' && 'is-leader',
        role.endsWith('candidate') && 'is-candidate',
        isOff && 'is-off',
        state === 'paused' && 'is-paused',
      ];
      const vote = node.vote ? name(node.vote - 1) : 'none';
      const disk = node.disk === undefined ? 'ok' : text(node.disk);
      const commit = node.commit >= 0 ? node.commit : '–';
      const what = state === 'up' ? role : role && state === 'paused' ? `paused ${role}` : state;
      const label = `${place.label} ${what} term ${node.term} vote ${vote} commit ${commit}, disk ${disk}`;
      const group = svg(
        'g',
        {
          class: classes.filter(Boolean).join(' '),
          role: 'button',
          tabindex: 0,
          onclick: () => ask(place.label),
          onkeydown: pressed(() => ask(place.label)),
        },
        svg('circle', { cx: place.x, cy: place.y, r: size }),
        svg('title', {}, label),
      );
      if (size < 20) {
        group.append(line(place, place.label, 4, size < 14 ? 'tiny' : 'name'));
        if (size < 14) group.lastChild.setAttribute('style', 'font-size:8px');
      } else if (size < 36) {
        group.append(
          line(place, place.label, -2, 'name'),
          line(place, `${what.slice(0, 1).toUpperCase()} ${node.term}`, 13, 'role'),
        );
      } else {
        const middle = { x: 0, y: 0 };
        group.append(
          svg(
            'g',
            { transform: `translate(${place.x} ${place.y}) scale(${size / FULL})` },
            line(middle, place.label, -22, 'name'),
            line(middle, what.length > 15 ? what.replace('candidate', 'cand.') : what, -8, 'role'),
            line(middle, `term ${node.term}`, 6),
            line(middle, `vote ${vote}`, 19),
            line(middle, `commit ${commit}`, 32),
          ),
        );
        if (disk !== 'ok')
          group.append(
            line(
              place,
              disk.length > 18 ? 'disk: trouble' : disk,
              place.y > SIZE / 2 ? size + 14 : -size - 6,
              raftsh.data.page.tone(node.disk),
            ),
          );
      }
      return group;
    };

    const drawWires = (track, id, at) => {
      const links = new Map();
      for (const [since, from, to, words] of track.links) {
        if (since > id) break;
        links.set(from * 1000 + to, words);
      }
      const drawn = [];
      const places = [...at.entries()];
      if (places.length <= 12) {
        places.forEach(([, a], i) =>
          places.slice(i + 1).forEach(([, b]) => {
            drawn.push(svg('line', { class: 'wire', x1: a.x, y1: a.y, x2: b.x, y2: b.y }));
          }),
        );
      }
      for (const [key, words] of links) {
        const [from, to] = [at.get(Math.floor(key / 1000)), at.get(key % 1000)];
        const wrong = text(words);
        if (!wrong || !from || !to) continue;
        const style = wrong.includes('cut') ? 'cut' : wrong.includes('held') ? 'held' : 'other';
        // Each direction has its own half, nearer to the sender.
        const [mx, my] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
        drawn.push(
          svg(
            'line',
            { class: `wire ${style}`, x1: from.x, y1: from.y, x2: mx, y2: my },
            svg('title', {}, `${from.label} to ${to.label}: ${wrong}`),
          ),
        );
      }
      return drawn;
    };

    const drawMessages = (track, i, x, { at, size }) => {
      const drawn = [];
      for (const flight of raftsh.data.flying(track, i + 1, i).slice(0, MOST)) {
        const [from, to] = [at.get(flight.from), at.get(flight.to)];
        if (!from || !to) continue;
        const begin = raftsh.player.place(Math.max(flight.sent, -1), track);
        const finish = flight.end === Infinity ? null : raftsh.player.place(flight.end, track);
        // What never arrives waits on its way.
        const part =
          finish === null
            ? 0.5
            : finish <= begin
              ? 0.5
              : Math.max(0, Math.min(1, (x - begin) / (finish - begin)));
        // It travels from the edge of one node to that of the other.
        const long = Math.hypot(to.x - from.x, to.y - from.y) || 1;
        const edge = Math.min(0.5, (size + MESSAGE + 1) / long);
        const gone = edge + (1 - 2 * edge) * (raftsh.player.isStill() ? 0.5 : part);
        const [px, py] = [from.x + (to.x - from.x) * gone, from.y + (to.y - from.y) * gone];
        const words = text(flight.text);
        const reply = words.split(' ')[0].endsWith('Reply');
        const label = `m${flight.message} ${from.label} → ${to.label} ${words}`;
        const open = () => select(flight.sent >= 0 ? flight.sent : flight.end);
        const classes = ['message', !reply && 'request', flight.lost && 'lost']
          .filter(Boolean)
          .join(' ');
        drawn.push(
          svg(
            'g',
            {
              class: classes,
              role: 'button',
              tabindex: 0,
              onclick: open,
              onkeydown: pressed(open),
            },
            svg('title', {}, label),
            svg('circle', { cx: px, cy: py, r: MESSAGE }),
            svg('text', { x: px, y: py + 3 }, words.slice(0, 1)),
          ),
        );
      }
      return drawn;
    };

    let key = '';
    const render = (track, state, i, x) => {
      const { at, size } = layout(track);
      const id = i < 0 ? track.before : track.id[i];
      const all = track.states.at(id);
      if (key !== `${track.act.seed}/${track.name}/${id}`) {
        key = `${track.act.seed}/${track.name}/${id}`;
        set(
          nodes,
          ...[...at.entries()].map(([position, place]) =>
            drawNode(position, place, size, all[position] || {}, track, i),
          ),
        );
        set(wires, ...drawWires(track, id, at));
      }
      if (!messages.contains(document.activeElement) || state.playing)
        set(messages, ...drawMessages(track, i, x, { at, size }));
    };
    return { root, render };
  };
  return { make };
})();
