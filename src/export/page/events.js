/* All events as text, with the commands between them. Only the rows on the screen exist. */
raftsh.events = (() => {
  const { html, set } = raftsh.dom;
  const { text, node: name, sentence, time } = raftsh.words;
  const narrow = window.matchMedia('(max-width: 600px)');
  const PRINTED = 2000;

  const make = (section) => {
    const filter = html('input', {
      type: 'search',
      placeholder: 'Filter: n2, AppendEntries, leader …',
      'aria-label': 'Filter the events',
    });
    const found = html('span', { class: 'dim', role: 'status' });
    const space = html('div');
    const list = html(
      'div',
      { class: 'list', role: 'listbox', tabindex: 0, 'aria-label': 'Events and commands' },
      space,
    );
    section.append(html('div', { class: 'tools' }, filter, found), list);
    let rows = [];
    let places = [];
    let track = null;
    let current = -1;
    let height = 22;

    /* A row is an event by its place, or a command or caption after some events. */
    const build = () => {
      const needle = filter.value.trim().toLowerCase();
      rows = [];
      const others = [
        ...track.captions.map(([event, words]) => [event, 0, 'caption', words]),
        ...track.commands.map(([event, , words]) => [event, 1, 'command', words]),
      ];
      others.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      let next = 0;
      const flush = (id) => {
        while (next < others.length && others[next][0] < id) {
          const [event, , kind, words] = others[next];
          if (!needle || text(words).toLowerCase().includes(needle))
            rows.push({ kind, event, words });
          next += 1;
        }
      };
      for (let i = 0; i < track.length; i += 1) {
        flush(track.id[i]);
        if (
          needle &&
          !`#${track.id[i]} ${name(track.node[i])} ${sentence(track, i)} ${raftsh.data.page.kinds[track.kind[i]][0]}`
            .toLowerCase()
            .includes(needle)
        )
          continue;
        rows.push({ i });
      }
      flush(Infinity);
      places = [];
      let latest = -1;
      rows.forEach((row) => {
        if ('i' in row) latest = row.i;
        places.push(latest);
      });
      // On a narrow screen a row has two lines.
      height = narrow.matches ? 44 : 22;
      space.style.height = `${rows.length * height}px`;
      found.textContent = needle ? `${rows.length} found` : `${track.length} events`;
    };

    const element = (row, at) => {
      const frame = (style, ...children) =>
        html(
          'div',
          {
            class: `row ${style}`,
            role: 'option',
            id: `row-${at}`,
            'aria-selected': at === current ? 'true' : 'false',
            'aria-posinset': at + 1,
            'aria-setsize': rows.length,
            style: `top:${at * height}px`,
            onclick: () =>
              'i' in row ? raftsh.player.go(row.i) : raftsh.player.goEvent(row.event),
          },
          ...children,
        );
      if (!('i' in row)) {
        const words = text(row.words);
        return frame(
          row.kind,
          html('span', { class: 'time' }),
          html(
            'span',
            { class: 'text' },
            row.kind === 'command' ? html('code', {}, `raft> ${words}`) : words,
          ),
        );
      }
      const { i } = row;
      const cause = track.cause[i] ? `  ⟵ #${track.cause[i]}` : '';
      return frame(
        at === current ? 'current' : '',
        html('span', { class: 'time' }, time(track.time[i])),
        html('span', { class: 'number' }, `#${track.id[i]}`),
        html('span', { class: 'who' }, name(track.node[i])),
        html(
          'span',
          { class: 'text' },
          html('span', { class: raftsh.data.page.tone(track.text[i]) }, sentence(track, i)),
          html('span', { class: 'dim' }, cause),
        ),
      );
    };

    const paint = () => {
      if (!track) return;
      const first = Math.max(0, Math.floor(list.scrollTop / height) - 6);
      const last = Math.min(rows.length, first + Math.ceil(list.clientHeight / height) + 12);
      const shown = [];
      for (let at = first; at < last; at += 1) shown.push(element(rows[at], at));
      set(space, ...shown);
      list.setAttribute('aria-activedescendant', current >= 0 ? `row-${current}` : '');
    };

    const render = (state) => {
      if (track !== state.track) {
        track = state.track;
        build();
      }
      let at = raftsh.data.count(places, state.i) - 1;
      while (at >= 0 && !('i' in rows[at])) at -= 1;
      if (at >= 0 && rows[at].i !== state.i) at = -1;
      current = at;
      if (at >= 0) {
        const top = at * height;
        if (top < list.scrollTop + height || top > list.scrollTop + list.clientHeight - 3 * height)
          list.scrollTop = top - list.clientHeight / 2;
      } else if (state.i < 0) list.scrollTop = 0;
      paint();
    };
    render.reset = () => {
      track = null;
    };
    narrow.addEventListener('change', () => {
      track = null;
      raftsh.player.changed();
    });
    render.focus = () => filter.focus();
    list.addEventListener('scroll', paint);
    filter.addEventListener('input', () => {
      build();
      render(raftsh.player.state);
    });
    filter.addEventListener('keydown', (key) => {
      key.stopPropagation();
      if (key.key === 'Escape') {
        filter.value = '';
        build();
        render(raftsh.player.state);
        filter.blur();
      }
    });
    list.addEventListener('keydown', (key) => {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[key.key];
      if (!step) return;
      key.preventDefault();
      key.stopPropagation();
      let at = Math.max(0, Math.min(rows.length - 1, (current < 0 ? -1 : current) + step));
      while (at > 0 && at < rows.length - 1 && !('i' in rows[at])) at += Math.sign(step);
      if (rows[at] && 'i' in rows[at]) raftsh.player.go(rows[at].i);
    });
    window.addEventListener('beforeprint', () => {
      const middle = Math.max(0, current);
      const first = rows.length <= PRINTED ? 0 : Math.max(0, middle - PRINTED / 2);
      list.classList.add('print');
      set(space, ...rows.slice(first, first + PRINTED).map((row, at) => element(row, first + at)));
    });
    window.addEventListener('afterprint', () => {
      list.classList.remove('print');
      paint();
    });
    return render;
  };
  return { make };
})();
