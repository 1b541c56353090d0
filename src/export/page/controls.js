/* Buttons, keys, and the choice of branches. */
raftsh.controls = (() => {
  const { html, by, set } = raftsh.dom;
  const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 1024];
  const JUMPS = {
    election: 'e',
    leader: 'l',
    commit: 'c',
    refusal: 'r',
    fault: 'f',
    violation: 'v',
    mark: 'm',
  };
  const CHIPS = 8;
  const KEYS = [
    ['Space', 'play or pause'],
    ['→ ←', 'the next event, the one before'],
    ['Shift → ←', 'the end of the next command, of the one before'],
    ['Home End', 'the first event, the last'],
    [
      'e l c r f v m',
      'the next election, leader, commit, refusal, fault, violation, mark; with Shift the one before',
    ],
    ['[ ]', 'slower, faster'],
    ['+ −', 'zoom the timeline'],
    ['/', 'filter the events'],
    ['?', 'these keys'],
  ];
  const player = raftsh.player;
  let letters = true;

  const button = (label, words, onclick) =>
    html('button', { type: 'button', title: words, 'aria-label': words, onclick }, label);

  const jump = (kind, back) => {
    const ids = player.state.track.jumps[kind] || [];
    const here = player.id();
    const at = back ? raftsh.data.count(ids, here - 1) - 1 : raftsh.data.count(ids, here);
    if (ids[at] !== undefined) player.goEvent(ids[at]);
  };

  const make = (nav, views) => {
    const play = button('▶', 'Play (Space)', player.toggle);
    const speed = html('select', {
      'aria-label': 'Speed',
      onchange: () => {
        player.state.speed = Number(speed.value);
      },
    });
    const scrub = html('input', {
      type: 'range',
      min: 0,
      step: 1,
      'aria-label': 'Event',
      oninput: () => {
        player.state.playing = false;
        player.go(Number(scrub.value) - 1);
      },
    });
    const scale = html(
      'select',
      {
        'aria-label': 'Scale',
        onchange: () => {
          player.scale(scale.value === 'time');
          speeds();
          views.timeline.reset();
        },
      },
      html('option', { value: 'events' }, 'by event'),
      html('option', { value: 'time' }, 'by time'),
    );
    const speeds = () => {
      const unit = player.state.byTime ? 'ms/s' : 'events/s';
      set(speed, ...SPEEDS.map((value) => html('option', { value }, `${value} ${unit}`)));
      speed.value = String(player.state.speed);
    };
    const command = (back) => {
      const to = views.moments.next(back);
      if (to !== null) player.goEvent(to);
    };
    const jumps = Object.keys(JUMPS).map((kind) => {
      const name = html('span', { class: 'name' });
      const back = button('◂', `The ${kind} before (Shift+${JUMPS[kind].toUpperCase()})`, () =>
        jump(kind, true),
      );
      const next = button('▸', `The next ${kind} (${JUMPS[kind].toUpperCase()})`, () =>
        jump(kind, false),
      );
      return {
        kind,
        name,
        back,
        next,
        group: html(
          'span',
          { class: 'group jump', role: 'group', 'aria-label': kind },
          back,
          name,
          next,
        ),
      };
    });
    const marks = html('span', { class: 'group', role: 'group', 'aria-label': 'Marks' });
    const choices = html('span', { class: 'group' });
    const useLetters = html('input', {
      type: 'checkbox',
      checked: true,
      onchange: () => {
        letters = useLetters.checked;
      },
    });
    const help = by('help');
    const showHelp = () => {
      set(
        help,
        html('h2', { id: 'help-title' }, 'Keys'),
        html(
          'dl',
          {},
          ...KEYS.flatMap(([keys, words]) => [
            html('dt', {}, html('kbd', {}, keys)),
            html('dd', {}, words),
          ]),
        ),
        html('p', {}, html('label', {}, useLetters, ' letters and signs are keys')),
        html(
          'p',
          {},
          'The address of this page holds the event at which you are: #e=42. What is shown at an event is what `goto` shows in raftsh: the moment right after the step or command that brought it about.',
        ),
        html('button', { type: 'button', onclick: () => help.close() }, 'Close'),
      );
      help.showModal();
    };
    nav.append(
      html(
        'span',
        { class: 'group' },
        button('|‹', 'The start (Home)', () => player.go(-1)),
        button('«', 'The end of the command before (Shift+Left)', () => command(true)),
        button('‹', 'The event before (Left)', () => player.go(player.state.i - 1)),
        play,
        button('›', 'The next event (Right)', () => player.go(player.state.i + 1)),
        button('»', 'The end of the next command (Shift+Right)', () => command(false)),
        button('›|', 'The end (End)', () => player.go(Infinity)),
      ),
      scrub,
      html('span', { class: 'group' }, speed, scale),
      ...jumps.map(({ group }) => group),
      marks,
      choices,
      button('?', 'Keys (?)', showHelp),
    );
    speeds();

    const choose = () => {
      const { acts } = raftsh.data.page;
      const { track, other } = player.state;
      const parts = [];
      if (acts.length > 1) {
        const act = html(
          'select',
          {
            'aria-label': 'Cluster',
            onchange: () => {
              const to = acts[Number(act.value)];
              player.show(to, to.open[0], to.open[1]);
            },
          },
          ...acts.map((one, i) =>
            html('option', { value: i }, `cluster ${i + 1} of ${acts.length}`),
          ),
        );
        act.value = String(acts.indexOf(track.act));
        parts.push(html('label', {}, act));
      }
      if (track.act.branches.length > 1) {
        const options = () =>
          track.act.branches.map((branch, i) =>
            html(
              'option',
              { value: i },
              branch.from === null
                ? branch.name
                : `${branch.name} (from ${track.act.branches[branch.from].name} at #${branch.before})`,
            ),
          );
        const main = html(
          'select',
          { id: 'branch', onchange: () => player.show(track.act, Number(main.value), player.id()) },
          ...options(),
        );
        main.value = String(track.number);
        const beside = html(
          'select',
          {
            id: 'beside',
            onchange: () => {
              player.state.other =
                beside.value === '' ? null : raftsh.data.track(track.act, Number(beside.value));
              player.changed();
            },
          },
          html('option', { value: '' }, '–'),
          ...options(),
        );
        beside.value = other ? String(other.number) : '';
        parts.push(html('label', {}, 'branch', main), html('label', {}, 'beside', beside));
      }
      set(choices, ...parts);
      const named = raftsh.moments.marks(track);
      track.jumps.mark = named.map(([event]) => event);
      set(
        marks,
        ...named
          .slice(0, CHIPS)
          .map(([event, name]) =>
            html(
              'button',
              { class: 'chip', type: 'button', onclick: () => player.goEvent(event) },
              name,
            ),
          ),
      );
    };

    const render = (state) => {
      const { track, i, playing } = state;
      play.textContent = playing ? 'Ⅱ' : '▶';
      play.setAttribute('aria-label', playing ? 'Pause (Space)' : 'Play (Space)');
      scrub.max = String(track.length);
      scrub.value = String(i + 1);
      scrub.setAttribute(
        'aria-valuetext',
        i < 0 ? 'start' : `event ${track.id[i]} at ${raftsh.words.time(track.time[i])}`,
      );
      for (const { kind, group, name, back, next } of jumps) {
        const ids = track.jumps[kind] || [];
        group.hidden = kind === 'mark' && !ids.length;
        const here = player.id();
        name.textContent = `${kind} ${ids.length}`;
        back.disabled = !ids.length || ids[0] >= here;
        next.disabled = !ids.length || ids[ids.length - 1] <= here;
      }
    };
    render.reset = choose;

    document.addEventListener('keydown', (key) => {
      const isTyped =
        ['INPUT', 'SELECT', 'TEXTAREA'].includes(key.target.tagName) && key.target !== scrub;
      if (help.open || key.ctrlKey || key.metaKey || key.altKey || isTyped) return;
      // The slider knows the arrows, Home and End itself.
      if (key.target === scrub && key.key.length > 1 && !key.shiftKey) return;
      // What is wider than its place is scrolled with the arrows.
      if (key.target.classList.contains('scroll') && key.key.startsWith('Arrow')) return;
      const onButton = key.target.tagName === 'BUTTON' || key.target.tagName === 'SUMMARY';
      const faster = (by) => {
        const at = SPEEDS.indexOf(player.state.speed) + by;
        if (SPEEDS[at]) {
          player.state.speed = SPEEDS[at];
          speeds();
        }
      };
      const named = {
        ArrowRight: () => (key.shiftKey ? command(false) : player.go(player.state.i + 1)),
        ArrowLeft: () => (key.shiftKey ? command(true) : player.go(player.state.i - 1)),
        Home: () => player.go(-1),
        End: () => player.go(Infinity),
        ' ': onButton ? null : player.toggle,
      };
      const signs = {
        '[': () => faster(-1),
        ']': () => faster(1),
        '+': () => views.timeline.zoom(1 / 1.6),
        '-': () => views.timeline.zoom(1.6),
        '/': () => views.events.focus(),
        '?': showHelp,
      };
      const kind = Object.keys(JUMPS).find((one) => JUMPS[one] === key.key.toLowerCase());
      const act =
        named[key.key] ||
        (letters ? signs[key.key] || (kind ? () => jump(kind, key.shiftKey) : null) : null);
      if (!act) return;
      key.preventDefault();
      act();
    });
    return render;
  };
  return { make };
})();
