/* Puts the views together and opens the page at the moment that its address names. */
raftsh.start = () => {
  const { html, by, scroll } = raftsh.dom;
  const { player } = raftsh;
  const page = raftsh.data.load(by('data').textContent);
  document.title = `${page.title} – raftsh`;
  by('title').textContent = page.title;

  const pane = (place) => {
    const why = (question) => views.why.ask(question);
    const ring = raftsh.ring.make((i) => player.go(i), why);
    const status = raftsh.logs.status();
    const logs = raftsh.logs.logs(why);
    const head = html('h2', {}, 'Nodes');
    const root = html(
      'div',
      { class: 'pane' },
      html(
        'section',
        { class: 'ring', 'aria-label': `Nodes and messages, ${place}` },
        head,
        ring.root,
      ),
      html(
        'section',
        { 'aria-label': `Status and logs, ${place}` },
        html('h2', {}, 'Status'),
        scroll(`Table of the nodes, ${place}`, status.root),
        html('h2', { style: 'margin-top:12px' }, 'Logs'),
        logs.root,
      ),
    );
    let key = '';
    const render = (track, state, i, x) => {
      ring.render(track, state, i, x);
      const id = i < 0 ? track.before : track.id[i];
      if (key === `${page.acts.indexOf(track.act)}/${track.name}/${id}`) return;
      key = `${page.acts.indexOf(track.act)}/${track.name}/${id}`;
      head.textContent =
        track.act.branches.length > 1
          ? `Nodes on branch ${track.name} at #${id}`
          : `Nodes at #${id}`;
      status.render(track, id);
      logs.render(track, id);
    };
    return { root, render };
  };

  const views = {};
  const panes = [pane('shown'), pane('beside')];
  by('panes').append(panes[0].root);
  views.timeline = raftsh.timeline.make(by('timeline'));
  views.event = raftsh.detail.event(by('detail'));
  views.why = raftsh.detail.why(by('why'));
  views.moments = raftsh.moments.make(by('moments'));
  views.events = raftsh.events.make(by('events'));
  views.controls = raftsh.controls.make(by('controls'), views);
  const both = (state) => {
    panes[0].render(state.track, state, state.i, state.x);
    const two = Boolean(state.other);
    by('panes').classList.toggle('two', two);
    by('panes').parentElement.classList.toggle('two', two);
    if (!two) {
      panes[1].root.remove();
      return;
    }
    by('panes').append(panes[1].root);
    const i = raftsh.data.count(state.other.id, player.id()) - 1;
    panes[1].render(state.other, state, i, player.place(i, state.other));
  };
  const now = (state) => {
    if (state.playing) return;
    const { track, i } = state;
    const words =
      i < 0
        ? 'start'
        : `#${track.id[i]}  ${raftsh.words.time(track.time[i])}  ${raftsh.words.node(track.node[i])}  ${raftsh.words.sentence(track, i)}`;
    by('now').textContent = words;
    by('about').textContent =
      `${track.act.size} nodes, seed ${track.act.seed}, ${track.length} events, ${raftsh.words.time(track.end)}; raftsh ${page.version}`;
  };
  player.views.push(
    views.controls,
    both,
    views.timeline,
    views.event,
    views.why,
    views.moments,
    views.events,
    now,
  );

  /* #e=42, with the branch and the cluster if there are several. */
  const open = () => {
    const wanted = new Map(
      window.location.hash
        .slice(1)
        .split('&')
        .map((part) => part.split('=')),
    );
    const act = page.acts[Number(wanted.get('a') || 1) - 1] || page.acts[0];
    const named = act.branches.findIndex((branch) => branch.name === wanted.get('b'));
    const branch = named >= 0 ? named : act.open[0];
    const event = wanted.has('e') ? Number(wanted.get('e')) || 0 : act.open[1];
    player.show(act, branch, event);
  };
  window.addEventListener('hashchange', open);
  const picture = by('picture');
  if (!picture.querySelector('svg')) picture.remove();
  picture.addEventListener('click', (click) => {
    const row = click.target.closest('[data-e]');
    if (!row) return;
    // The picture is one of the branch at which the page opens.
    const act = page.acts[page.acts.length - 1];
    if (player.state.track.act !== act || player.state.track.number !== act.open[0])
      player.show(act, act.open[0], 0);
    player.goEvent(Number(row.dataset.e));
  });
  open();
};
