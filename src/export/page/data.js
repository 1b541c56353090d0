'use strict';
/* Reads the recorded data: branches as whole tracks of events, and the nodes at any event. */
const raftsh = {};

raftsh.data = (() => {
  let page;
  const rules = new Map();

  const load = (text) => {
    page = JSON.parse(text);
    for (const [text, section] of page.rules) rules.set(text, page.sections[section]);
    page.tone = (text) => page.tone_names[page.tones.charCodeAt(text) - 48];
    page.rule = (text) => rules.get(text);
    return page;
  };

  /* Sums of the values, beginning after `first`. */
  const sums = (values, first) => {
    let sum = first;
    return values.map((value) => (sum += value));
  };

  const own = (branch) => {
    const count = branch.times.length;
    const ids = branch.ids
      ? sums(branch.ids, branch.before)
      : branch.times.map((_, i) => branch.before + i + 1);
    const message = new Array(count).fill(0);
    const other = new Array(count).fill(-1);
    let next = 0;
    branch.kinds.forEach((kind, i) => {
      if (page.kinds[kind][1]) {
        message[i] = branch.messages[next];
        other[i] = branch.others[next];
        next += 1;
      }
    });
    return {
      id: ids,
      time: sums(branch.times, branch.before_us),
      node: branch.nodes,
      kind: branch.kinds,
      cause: branch.causes.map((back, i) => (back ? ids[i] - back : 0)),
      text: branch.texts,
      message,
      other,
    };
  };

  const COLUMNS = ['id', 'time', 'node', 'kind', 'cause', 'text', 'message', 'other'];
  const LATER = ['commands', 'captions'];
  const LISTS = { copies: 0, changes: 'e', links: 0, commands: 0, captions: 0, answers: 'e' };

  /* A branch with what came before it on the branches that it comes from. */
  const track = (act, number) => {
    act.tracks = act.tracks || [];
    if (act.tracks[number]) return act.tracks[number];
    const branch = act.branches[number];
    const mine = own(branch);
    const made = { act, number, name: branch.name, end: branch.end_us, jumps: {} };
    const parent = branch.from === null ? null : track(act, branch.from);
    const kept = parent ? count(parent.id, branch.before) : 0;
    for (const column of COLUMNS)
      made[column] = parent ? parent[column].slice(0, kept).concat(mine[column]) : mine[column];
    for (const [list, key] of Object.entries(LISTS)) {
      const at = (item) => item[key];
      const before = parent
        ? parent[list].filter(
            (item) =>
              // What was said or typed at the parting itself led on along the other branch.
              at(item) < branch.before || (at(item) === branch.before && !LATER.includes(list)),
          )
        : [];
      const after = parent
        ? branch[list].filter(
            (item) => (list !== 'changes' && list !== 'links') || at(item) > branch.before,
          )
        : branch[list];
      made[list] = before.concat(after);
    }
    made.before = parent ? parent.before : branch.before;
    made.start = parent ? parent.start : branch.before_us;
    made.parted = parent ? branch.before : null;
    const names = new Set([
      ...Object.keys(branch.jumps),
      ...Object.keys(parent ? parent.jumps : {}),
    ]);
    for (const name of names) {
      const old =
        parent && parent.jumps[name] ? parent.jumps[name].filter((id) => id <= branch.before) : [];
      made.jumps[name] = old.concat(branch.jumps[name] || []);
    }
    made.length = made.id.length;
    made.flights = flights(made);
    made.states = states(made);
    return (act.tracks[number] = made);
  };

  /* How many of the ascending values are at most this. */
  const count = (values, most) => {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] <= most) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /* The messages: from where to where, from which event to which. */
  const flights = (made) => {
    const open = new Map();
    const all = [];
    const copies = new Map(made.copies.map(([event, message, copy]) => [event, [message, copy]]));
    const begin = (message, from, to, sent, text) => {
      const flight = { message, from, to, sent, end: Infinity, text, lost: false };
      open.set(message, flight);
      all.push(flight);
    };
    for (let i = 0; i < made.length; i += 1) {
      const stage = page.kinds[made.kind[i]][1];
      if (stage === 'sent') begin(made.message[i], made.node[i], made.other[i], i, made.text[i]);
      const copy = copies.get(made.id[i]);
      if (copy && open.has(copy[0])) {
        const of = open.get(copy[0]);
        begin(copy[1], of.from, of.to, i, of.text);
      }
      if (stage === 'delivered' || stage === 'dropped') {
        if (!open.has(made.message[i]))
          begin(made.message[i], made.other[i], made.node[i], -1, made.text[i]);
        const flight = open.get(made.message[i]);
        flight.end = i;
        flight.lost = stage === 'dropped';
        open.delete(made.message[i]);
      }
    }
    all.sort((a, b) => a.sent - b.sent);
    made.byMessage = new Map(all.map((flight) => [flight.message, flight]));
    // Those that never end are looked at one by one; of the others, `latest` tells where to begin.
    made.endless = all.filter((flight) => flight.end === Infinity);
    const ended = all.filter((flight) => flight.end !== Infinity);
    let last = -1;
    made.latest = ended.map((flight) => (last = Math.max(last, flight.end)));
    return ended;
  };

  /* The messages that were sent by one event and had not ended before another. */
  const flying = (track, first, last) => {
    const found = [];
    for (let at = count(track.latest, first - 1); at < track.flights.length; at += 1) {
      const flight = track.flights[at];
      if (flight.sent > last) break;
      if (flight.end >= first) found.push(flight);
    }
    return found.concat(track.endless.filter((flight) => flight.sent <= last));
  };

  const FIELDS = {
    s: 'state',
    r: 'role',
    t: 'term',
    v: 'vote',
    c: 'commit',
    a: 'applied',
    d: 'disk',
    b: 'base',
    p: 'snapshot',
  };

  const apply = (nodes, change) => {
    const node = nodes[change.n] || (nodes[change.n] = { log: [] });
    for (const [short, name] of Object.entries(FIELDS))
      if (short in change) node[name] = change[short];
    if ('z' in change) node.log.length = change.z;
    for (const [first, cells] of change.l || [])
      cells.forEach((cell, i) => {
        node.log[first - 1 + i] = cell === 0 || (cell[0] === 0 && cell[1] === 0) ? null : cell;
      });
    for (const [first, many, marks] of change.m || []) {
      for (let i = first - 1; i < first - 1 + many; i += 1) {
        const [term, text] = node.log[i];
        node.log[i] = [term, text, marks];
      }
    }
  };

  const APART = 2000;
  const copied = (nodes) => nodes.map((node) => ({ ...node, log: node.log.slice() }));

  /* The nodes at any event: copies are kept, and the changes since the nearest are made again. */
  const states = (made) => {
    const kept = [{ done: 0, nodes: [] }];
    let now = { done: 0, nodes: [] };
    return {
      at(event) {
        const changes = made.changes;
        if (now.done > 0 && changes[now.done - 1].e > event) {
          let nearest = kept.length - 1;
          while (nearest > 0 && changes[kept[nearest].done - 1].e > event) nearest -= 1;
          now = { done: kept[nearest].done, nodes: copied(kept[nearest].nodes) };
        }
        while (now.done < changes.length && changes[now.done].e <= event) {
          apply(now.nodes, changes[now.done]);
          now.done += 1;
          if (now.done % APART === 0 && now.done > kept[kept.length - 1].done)
            kept.push({ done: now.done, nodes: copied(now.nodes) });
        }
        return now.nodes;
      },
    };
  };

  return {
    load,
    track,
    count,
    flying,
    get page() {
      return page;
    },
  };
})();

/* Times and words as the shell prints them. */
raftsh.words = (() => {
  const time = (us) => {
    const whole = Math.floor(us / 1000);
    return `${whole}.${String(us % 1000).padStart(3, '0')}ms`;
  };
  const text = (number) => raftsh.data.page.texts[number];
  const node = (position) => `n${position + 1}`;
  const MARKS = [
    [4, '✗'],
    [1, '~'],
    [2, '■'],
    [16, '✓'],
    [8, '(✓)'],
  ];
  const marks = (bits) =>
    MARKS.filter(([bit]) => bits & bit && !(bit === 8 && bits & 16))
      .map(([, sign]) => sign)
      .join(' ');
  const ARROWS = { sent: '→', delivered: '←', dropped: '⇥' };
  /* What happened, without the node at which it did. */
  const sentence = (track, i) => {
    const stage = raftsh.data.page.kinds[track.kind[i]][1];
    const words = text(track.text[i]);
    return stage ? `${ARROWS[stage]} ${node(track.other[i])} m${track.message[i]} ${words}` : words;
  };
  return { time, text, node, marks, sentence };
})();
