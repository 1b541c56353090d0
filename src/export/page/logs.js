/* The nodes as `status` shows them, and their logs side by side as `logs` does. */
raftsh.logs = (() => {
  const { html, set, scroll } = raftsh.dom;
  const { text, node: name, marks } = raftsh.words;
  const ROWS = 24;
  const TONES = { up: 'good', paused: 'warn', down: 'bad', halted: 'bad' };

  const status = () => {
    const body = html('tbody');
    const heads = ['node', 'state', 'role', 'term', 'vote', 'last', 'commit', 'applied', 'disk'];
    const root = html(
      'table',
      { class: 'status' },
      html('caption', { class: 'hidden' }, 'The nodes at this moment'),
      html('thead', {}, html('tr', {}, ...heads.map((head) => html('th', { scope: 'col' }, head)))),
      body,
    );
    const render = (track, id) => {
      const all = track.states.at(id);
      set(
        body,
        ...track.act.nodes.map(([label, position]) => {
          const node = all[position] || { log: [] };
          const role = node.role === undefined ? '' : text(node.role);
          const index = (value) => (value === undefined || value < 0 ? '-' : value);
          const state = node.state === undefined ? '' : text(node.state);
          // The last entry of the log in use: what is on the disk only does not count.
          let last = node.log.length;
          while (last > 0 && (!node.log[last - 1] || node.log[last - 1][2] & 2)) last -= 1;
          const base = node.base || [0, 0];
          const entry = last > 0 ? `${last}@${node.log[last - 1][0]}` : `${base[0]}@${base[1]}`;
          const cells = [
            [label, 'strong'],
            [state, TONES[state]],
            [role || '-', role.endsWith('candidate') ? 'candidate' : role],
            [node.term, null],
            [node.vote ? name(node.vote - 1) : 'none', null],
            [entry, null],
            [index(node.commit), null],
            [index(node.applied), null],
            [
              node.disk === undefined ? 'ok' : text(node.disk),
              node.disk === undefined ? null : raftsh.data.page.tone(node.disk),
            ],
          ];
          return html(
            'tr',
            {},
            ...cells.map(([value, style], i) =>
              html(
                i ? 'td' : 'th',
                { class: style || null, scope: i ? null : 'row' },
                String(value),
              ),
            ),
          );
        }),
      );
    };
    return { root, render };
  };

  const hue = (term) => (term * 67 + 200) % 360;

  const logs = (select) => {
    const note = html('p', { class: 'nothing' });
    const table = html('table', { class: 'logs' });
    const legend = html('p', { class: 'dim' });
    const root = html('div', {}, note, scroll('Table of the logs', table), legend);
    let all = false;
    const render = (track, id) => {
      const nodes = track.states.at(id);
      const columns = track.act.nodes.map(([label, position]) => [
        label,
        nodes[position] || { log: [] },
      ]);
      const longest = Math.max(0, ...columns.map(([, node]) => node.log.length));
      const commit = Math.max(0, ...columns.map(([, node]) => node.commit || 0));
      // Rows that no log has any more are left out.
      const begin = Math.min(longest, ...columns.map(([, node]) => (node.base ? node.base[0] : 0)));
      const first = all ? begin + 1 : Math.max(begin + 1, longest - ROWS + 1);
      const more = html(
        'button',
        {
          class: 'link',
          type: 'button',
          onclick: () => {
            all = !all;
            render(track, id);
          },
        },
        all ? 'the last only' : 'all',
      );
      set(
        note,
        ...(longest - begin > ROWS
          ? [all ? '' : `${first - 1 - begin} rows before these; `, more]
          : longest
            ? []
            : ['No node has an entry.']),
      );
      const used = new Set();
      const heads = columns.map(([label, node]) =>
        html(
          'th',
          { scope: 'col' },
          `${label}@${node.term === undefined ? 0 : node.term} `,
          html('span', {}, `vote ${node.vote ? name(node.vote - 1) : 'none'}`),
        ),
      );
      const rows = [];
      const snapshots = columns.map(([, node]) =>
        node.snapshot && node.snapshot[0]
          ? `snapshot up to ${node.snapshot[0]}@${node.snapshot[1]}`
          : '',
      );
      if (snapshots.some(Boolean))
        rows.push(
          html(
            'tr',
            {},
            html('th', { scope: 'row' }, ''),
            ...snapshots.map((words) => html('td', {}, words)),
          ),
        );
      for (let index = first; index <= longest; index += 1) {
        const cells = columns.map(([, node]) => node.log[index - 1]).map((cell) => cell || null);
        const there = cells.filter(Boolean);
        const differ = there.some(
          ([term, command]) => term !== there[0][0] || command !== there[0][1],
        );
        rows.push(
          html(
            'tr',
            { class: index === commit ? 'committed' : null },
            html('th', { scope: 'row' }, differ ? `${index} ≠` : String(index)),
            ...cells.map((cell) => {
              if (!cell) return html('td', {});
              const [term, command, bits] = cell;
              const signs = marks(bits);
              signs.split(' ').forEach((sign) => sign && used.add(sign));
              const entry = `${index}@${term}`;
              const open = html(
                'button',
                {
                  class: 'link',
                  type: 'button',
                  title: `why ${entry}`,
                  onclick: () => select(entry),
                },
                `${term} ${text(command)}`,
              );
              return html(
                'td',
                {
                  class: differ ? 'entry differs' : 'entry',
                  style: `border-left-color:hsl(${hue(term)} 60% 55%)`,
                  'data-entry': `${entry} ${text(command)} ${bits}`,
                },
                open,
                signs ? ` ${signs}` : '',
              );
            }),
          ),
        );
      }
      set(
        table,
        html('caption', { class: 'hidden' }, 'The logs, side by side'),
        html('thead', {}, html('tr', {}, html('th', { scope: 'col' }, 'index'), ...heads)),
        html('tbody', {}, ...rows),
      );
      const meanings = {
        '✓': 'committed and applied',
        '(✓)': 'committed, not applied yet',
        '~': 'not on disk yet',
        '■': 'on disk only, deleted from the log in use',
        '✗': 'damaged',
      };
      const parts = [
        commit ? `═ committed up to ${commit}` : '',
        ...Object.entries(meanings)
          .filter(([sign]) => used.has(sign))
          .map(([sign, words]) => `${sign} ${words}`),
      ];
      set(legend, parts.filter(Boolean).join('   '));
    };
    return { root, render };
  };
  return { status, logs, hue };
})();
