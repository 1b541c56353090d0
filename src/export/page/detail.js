/* One event with its causes and effects, and what `why` answers at this moment. */
raftsh.detail = (() => {
  const { html, set, linked } = raftsh.dom;
  const { text, node: name, sentence, time } = raftsh.words;
  const CAUSES = 40;
  const EFFECTS = 30;
  const AHEAD = 20000;
  const go = (id) => raftsh.player.goEvent(id);

  const link = (track, i) =>
    html(
      'button',
      { class: 'link', type: 'button', onclick: () => raftsh.player.go(i) },
      `#${track.id[i]}`,
    );
  const line = (track, i) => {
    const rule = raftsh.data.page.rule(track.text[i]);
    return html(
      'li',
      {},
      link(track, i),
      ` ${time(track.time[i])} ${name(track.node[i])} `,
      html('span', { class: raftsh.data.page.tone(track.text[i]) }, sentence(track, i)),
      rule && !sentence(track, i).includes(rule) ? ` (${rule})` : '',
    );
  };
  /* The place of an event, if the page has it. */
  const find = (track, id) => {
    const i = raftsh.data.count(track.id, id) - 1;
    return i >= 0 && track.id[i] === id ? i : -1;
  };

  const chain = (track, i) => {
    const causes = [];
    let next = track.cause[i];
    while (next && causes.length < CAUSES) {
      const at = find(track, next);
      if (at < 0) break;
      causes.unshift(at);
      next = track.cause[at];
    }
    return [causes, next];
  };
  const effects = (track, i) => {
    const found = [];
    for (let at = i + 1; at < Math.min(track.length, i + AHEAD) && found.length < EFFECTS; at += 1)
      if (track.cause[at] === track.id[i]) found.push(at);
    return found;
  };

  const flight = (track, i) => {
    const one = track.message[i] && track.byMessage.get(track.message[i]);
    if (!one) return null;
    const end =
      one.end === Infinity
        ? ['still in flight at the end']
        : [
            one.lost ? 'lost at ' : 'arrives at ',
            link(track, one.end),
            ` ${time(track.time[one.end])}`,
          ];
    const sent =
      one.sent < 0
        ? ['sent before']
        : ['sent at ', link(track, one.sent), ` ${time(track.time[one.sent])}`];
    return html(
      'p',
      {},
      `m${one.message} from ${name(one.from)} to ${name(one.to)}: `,
      ...sent,
      ', ',
      ...end,
    );
  };

  const promise = (track, i) => {
    const words = text(track.text[i]);
    const broken = raftsh.data.page.properties.find(
      ([property]) => words === `VIOLATED ${property}`,
    );
    return broken
      ? html('p', { class: 'bad' }, `${broken[0]} promises: ${broken[1]} (${broken[2]})`)
      : null;
  };

  const event = (section) => {
    const body = html('div');
    section.append(body);
    return ({ track, i, playing }) => {
      if (playing) return;
      if (i < 0) {
        set(
          body,
          html('p', { class: 'nothing' }, 'Before the first event. Play, step, or click an event.'),
        );
        return;
      }
      const [causes, rest] = chain(track, i);
      const after = effects(track, i);
      set(
        body,
        html('ul', {}, line(track, i)),
        ...[promise(track, i), flight(track, i)].filter(Boolean),
        html(
          'h3',
          {},
          causes.length
            ? 'What led to it, the first cause first'
            : rest
              ? 'What led to it is not in this page'
              : 'A command led to it directly',
        ),
        html('ol', {}, ...causes.map((at) => line(track, at))),
        html(
          'h3',
          {},
          after.length ? 'What it caused directly' : 'It caused no other event directly',
        ),
        html('ul', {}, ...after.map((at) => line(track, at))),
      );
    };
  };

  /* The latest answers: a question is gone once its answer has no sentences. */
  const answers = (track, id) => {
    const now = new Map();
    for (const answer of track.answers) {
      if (answer.e > id) break;
      const question = text(answer.q);
      if (answer.c.length) now.set(question, answer);
      else now.delete(question);
    }
    return now;
  };
  /* What becomes of a question that is not open: an entry may be committed by now. */
  const closed = (track, id, question) => {
    const index = Number(question.split('@')[0]);
    const first = track.changes.find((change) => change.c >= index && change.e <= id);
    const words =
      question.includes('@') && first
        ? `${question}: the entries up to ${index} are committed since #${first.e}.`
        : `${question}: no answer is kept for this moment.`;
    return html('p', {}, ...linked(words, go));
  };
  const rank = (question) =>
    question.startsWith('violated')
      ? 0
      : question === 'leader'
        ? 1
        : question.includes('@')
          ? 2
          : 3;

  const why = (section) => {
    const body = html('div');
    section.append(body);
    const open = new Map();
    let wanted = null;
    const render = ({ track, i, playing }) => {
      if (playing) return;
      const id = i < 0 ? track.before : track.id[i];
      const now = [...answers(track, id).entries()].sort((a, b) => rank(a[0]) - rank(b[0]));
      const asked =
        wanted && !now.some(([question]) => question === wanted) ? closed(track, id, wanted) : null;
      const last = Math.max(0, ...now.map(([, answer]) => answer.e));
      set(
        body,
        ...[asked].filter(Boolean),
        ...now.map(([question, answer]) => {
          const isOpen = open.has(question) ? open.get(question) : rank(question) < 3;
          const holds = answer.h === undefined ? '' : answer.h ? ' holds' : ' does not hold';
          const one = html(
            'details',
            { open: isOpen || question === wanted, 'data-question': question },
            html('summary', {}, html('code', {}, `why ${question}`), holds),
            html('ul', {}, ...answer.c.map((words) => html('li', {}, ...linked(text(words), go)))),
          );
          one.addEventListener('toggle', () => open.set(question, one.open));
          return one;
        }),
        html(
          'p',
          { class: 'nothing' },
          now.length
            ? `As of event #${last}: these answers are kept for the end of each command.`
            : 'No answer is kept for this moment.',
        ),
      );
      wanted = null;
    };
    render.ask = (question) => {
      wanted = question;
      raftsh.player.changed();
      section.scrollIntoView({ block: 'nearest' });
    };
    return render;
  };
  return { event, why };
})();
