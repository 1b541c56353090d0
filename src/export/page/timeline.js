/* A lane for each node: terms as bands, faults as shading, messages as slanted arrows. Only what is
   on the screen is drawn. */
raftsh.timeline = (() => {
  const { html } = raftsh.dom;
  const { text, node: name, sentence, time } = raftsh.words;
  const LEFT = 46;
  const ARROWS = 5000;

  /* Stretches of a node's state, role and term, and of how many links from it are cut. */
  const bands = (track) => {
    if (track.bands) return track.bands;
    const lanes = track.act.nodes.map(() => []);
    const lane = new Map(track.act.nodes.map(([, position], i) => [position, i]));
    for (const change of track.changes) {
      if (!('s' in change || 'r' in change || 't' in change)) continue;
      const list = lanes[lane.get(change.n)];
      if (!list) continue;
      const before = list[list.length - 1] || {};
      const i = raftsh.data.count(track.id, change.e - 1);
      const band = {
        from: list.length ? i : -1,
        state: 's' in change ? text(change.s) : before.state,
        role: 'r' in change ? text(change.r) : before.role,
        term: 't' in change ? change.t : before.term,
      };
      if (list.length && before.from === band.from) list[list.length - 1] = band;
      else list.push(band);
    }
    const cuts = lanes.map(() => []);
    const now = lanes.map(() => new Set());
    for (const [event, from, to, words] of track.links) {
      const at = lane.get(from);
      if (at === undefined) continue;
      if (text(words).includes('cut')) now[at].add(to);
      else now[at].delete(to);
      cuts[at].push({
        from: Math.max(-1, raftsh.data.count(track.id, event - 1)),
        count: now[at].size,
      });
    }
    return (track.bands = {
      lanes,
      cuts,
      starts: lanes.map((list) => list.map((band) => band.from)),
    });
  };

  const make = (section) => {
    const canvas = html('canvas', { role: 'img' });
    const range = { span: 0 };
    const zoom = (by) => {
      range.span = Math.max(8, range.span * by);
      raftsh.player.changed();
    };
    const note = html('span', { class: 'dim' });
    const head = html(
      'div',
      { class: 'head' },
      section.querySelector('h2'),
      html(
        'button',
        { type: 'button', onclick: () => zoom(1 / 1.6), 'aria-label': 'Zoom in' },
        '+',
      ),
      html('button', { type: 'button', onclick: () => zoom(1.6), 'aria-label': 'Zoom out' }, '−'),
      html(
        'button',
        {
          type: 'button',
          onclick: () => {
            const [a, b] = raftsh.player.ends();
            range.span = Math.max(8, (b - a) * 1.04);
            raftsh.player.changed();
          },
        },
        'All',
      ),
      note,
    );
    const legend =
      'The colour of a lane is its term. Thick blue line: leader; brown: candidate; grey: down. ' +
      'Red edge: links cut. Red dashed arrow: lost message; grey dashed arrow: still in flight.';
    section.append(
      head,
      html(
        'div',
        { class: 'lanes', tabindex: 0, role: 'group', 'aria-label': 'Timeline' },
        canvas,
      ),
      html('p', { class: 'dim legend' }, legend),
    );
    let seen = null;

    const colours = () => {
      const style = getComputedStyle(document.documentElement);
      const get = (key) => style.getPropertyValue(`--${key}`).trim();
      return {
        ink: get('ink'),
        dim: get('dim'),
        line: get('line'),
        paper: get('paper'),
        leader: get('leader'),
        candidate: get('candidate'),
        follower: get('follower'),
        bad: get('bad'),
        good: get('good'),
        warn: get('warn'),
        focus: get('focus'),
        band: get('band'),
        strong: get('ink'),
        plain: get('follower'),
      };
    };

    const render = (state) => {
      const { track } = state;
      const lanes = track.act.nodes;
      const pitch = lanes.length > 12 ? 18 : 34;
      const height = 22 + lanes.length * pitch + 8;
      const width = Math.max(200, section.clientWidth - 26);
      const ratio = window.devicePixelRatio || 1;
      if (
        canvas.width !== Math.round(width * ratio) ||
        canvas.height !== Math.round(height * ratio)
      ) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.height = `${height}px`;
      }
      const [begin, end] = raftsh.player.ends();
      if (!range.span)
        range.span = state.byTime
          ? Math.max(8, (end - begin) / 4)
          : Math.min(Math.max(8, end - begin + 2), 90);
      const span = Math.min(range.span, Math.max(8, (end - begin) * 1.04));
      const left = Math.max(
        begin - span * 0.02,
        Math.min(state.x - span / 2, end + span * 0.02 - span),
      );
      const scale = (width - LEFT - 6) / span;
      const xOf = (i) => LEFT + (raftsh.player.place(i) - left) * scale;
      const yOf = (lane) => 22 + lane * pitch + pitch / 2;
      const c = colours();
      const g = canvas.getContext('2d');
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      g.clearRect(0, 0, width, height);
      const lane = new Map(lanes.map(([, position], i) => [position, i]));
      const first = Math.max(-1, raftsh.player.event(left) - 1);
      const last = raftsh.player.event(left + span) + 1;
      seen = { left, scale, first, last, lane, yOf, xOf, track, pitch };
      g.save();
      g.beginPath();
      g.rect(LEFT - 2, 0, width - LEFT + 2, height);
      g.clip();
      drawBands(g, c, track, seen, width);
      const arrows = drawArrows(g, c, track, seen);
      const dots = drawEvents(g, c, track, seen);
      drawMarks(g, c, track, seen, height);
      g.strokeStyle = c.focus;
      g.lineWidth = 2;
      const here = LEFT + (state.x - left) * scale;
      g.beginPath();
      g.moveTo(here, 14);
      g.lineTo(here, height);
      g.stroke();
      g.restore();
      g.font = 'bold 13px system-ui, sans-serif';
      g.fillStyle = c.ink;
      g.textAlign = 'left';
      if (lanes.length > 12) g.font = '11px system-ui, sans-serif';
      lanes.forEach(([label], i) => g.fillText(label, 4, yOf(i) + 4));
      const shown = Math.max(0, Math.min(last, track.length - 1) - Math.max(first, 0) + 1);
      note.textContent = `${shown} of ${track.length} events${arrows ? '' : '; zoom in to see messages'}${dots ? '' : ' and events'}`;
      canvas.setAttribute(
        'aria-label',
        `Timeline: ${lanes.length} lanes, ${shown} of ${track.length} events on the screen. The list of events has them as text.`,
      );
    };

    const drawBands = (g, c, track, view, width) => {
      const { lanes, cuts, starts } = bands(track);
      lanes.forEach((list, at) => {
        const y = view.yOf(at);
        const half = view.pitch / 2 - 2;
        let i = Math.max(0, raftsh.data.count(starts[at], view.first) - 1);
        for (; i < list.length && list[i].from <= view.last; i += 1) {
          const band = list[i];
          const x = Math.max(LEFT - 4, view.xOf(band.from));
          const to = i + 1 < list.length ? view.xOf(list[i + 1].from) : width;
          const off = band.state === 'down' || band.state === 'halted';
          if (!off && band.term > 0) {
            g.fillStyle = `hsl(${raftsh.logs.hue(band.term)} ${c.band})`;
            g.fillRect(x, y - half, to - x, 2 * half);
          }
          if (off || band.state === 'paused') {
            g.fillStyle = off ? c.line : c.warn;
            g.globalAlpha = off ? 0.35 : 0.18;
            g.fillRect(x, y - half, to - x, 2 * half);
            g.globalAlpha = 1;
          }
          g.strokeStyle = off
            ? c.line
            : band.role === 'leader'
              ? c.leader
              : band.role === 'follower'
                ? c.follower
                : c.candidate;
          g.lineWidth = off ? 1 : band.role === 'leader' ? 5 : band.role === 'follower' ? 1.2 : 3;
          g.setLineDash(off ? [2, 5] : band.state === 'paused' ? [8, 4] : []);
          g.beginPath();
          g.moveTo(x, y);
          g.lineTo(to, y);
          g.stroke();
          g.setLineDash([]);
          if (to - x > 20 && view.pitch > 20) {
            g.fillStyle = c.dim;
            g.font = '10px system-ui, sans-serif';
            g.textAlign = 'left';
            const role = band.role === 'follower' ? '' : `${band.role}, `;
            const words = off ? [band.state] : [`${role}term ${band.term}`, String(band.term)];
            const fitting = words.find((one) => g.measureText(one).width < to - x - 8);
            if (fitting) g.fillText(fitting, x + 4, y + half - 1);
          }
        }
        const cut = cuts[at];
        cut.forEach((one, nth) => {
          const to = nth + 1 < cut.length ? cut[nth + 1].from : Infinity;
          if (!one.count || one.from > view.last || to < view.first) return;
          const x = Math.max(LEFT - 4, view.xOf(one.from));
          const until = to === Infinity ? width : view.xOf(to);
          g.fillStyle = c.bad;
          g.globalAlpha = 0.25 + (0.6 * one.count) / Math.max(1, track.act.size - 1);
          g.fillRect(x, y - half, until - x, 3);
          g.globalAlpha = 1;
        });
      });
    };

    const drawArrows = (g, c, track, view) => {
      const visible = raftsh.data
        .flying(track, view.first, view.last)
        .filter((flight) => flight.end !== Infinity || flight.sent >= view.first);
      if (visible.length > ARROWS) return false;
      const dense = visible.length > 600;
      for (const flight of visible) {
        const [from, to] = [view.lane.get(flight.from), view.lane.get(flight.to)];
        if (from === undefined || to === undefined) continue;
        const open = flight.end === Infinity;
        const x0 = view.xOf(flight.sent);
        const x1 = open ? x0 + 14 : view.xOf(flight.end);
        let [y0, y1] = [view.yOf(from), view.yOf(to)];
        if (open) y1 = y0 + Math.sign(y1 - y0) * 12;
        if (flight.lost) y1 -= Math.sign(y1 - y0) * 7;
        g.strokeStyle = flight.lost ? c.bad : open ? c.dim : c.ink;
        g.globalAlpha = dense ? 0.35 : 0.75;
        g.lineWidth = 1;
        g.setLineDash(flight.lost || open ? [4, 3] : []);
        g.beginPath();
        g.moveTo(x0, y0);
        g.lineTo(x1, y1);
        g.stroke();
        g.setLineDash([]);
        if (!dense) tip(g, x0, y0, x1, y1, flight.lost);
        g.globalAlpha = 1;
      }
      return true;
    };

    const tip = (g, x0, y0, x1, y1, lost) => {
      if (lost) {
        g.beginPath();
        g.moveTo(x1 - 3, y1 - 3);
        g.lineTo(x1 + 3, y1 + 3);
        g.moveTo(x1 + 3, y1 - 3);
        g.lineTo(x1 - 3, y1 + 3);
        g.stroke();
        return;
      }
      const angle = Math.atan2(y1 - y0, x1 - x0);
      g.beginPath();
      for (const side of [-0.4, 0.4]) {
        g.moveTo(x1, y1);
        g.lineTo(x1 - 7 * Math.cos(angle + side), y1 - 7 * Math.sin(angle + side));
      }
      g.stroke();
    };

    const drawEvents = (g, c, track, view) => {
      if (view.last - view.first > 4000) return false;
      const { page } = raftsh.data;
      for (let i = Math.max(0, view.first); i <= Math.min(view.last, track.length - 1); i += 1) {
        if (page.kinds[track.kind[i]][1]) continue;
        const at = view.lane.get(track.node[i]);
        if (at === undefined) continue;
        g.fillStyle = c[page.tone(track.text[i])] || c.plain;
        g.beginPath();
        g.arc(view.xOf(i), view.yOf(at), page.tone(track.text[i]) === 'plain' ? 2.5 : 4, 0, 7);
        g.fill();
      }
      return true;
    };

    const drawMarks = (g, c, track, view, height) => {
      g.font = '11px system-ui, sans-serif';
      g.fillStyle = c.dim;
      let free = -Infinity;
      for (const [event, words] of raftsh.moments.names(track)) {
        const i = raftsh.data.count(track.id, event) - 1;
        if (i < view.first || i > view.last) continue;
        const x = view.xOf(i);
        g.strokeStyle = c.line;
        g.lineWidth = 1;
        g.setLineDash([3, 3]);
        g.beginPath();
        g.moveTo(x, 4);
        g.lineTo(x, height);
        g.stroke();
        g.setLineDash([]);
        if (x < free) continue;
        const short = words.length > 28 ? `${words.slice(0, 27)}…` : words;
        g.textAlign = 'left';
        g.fillText(short, x + 3, 11);
        free = x + g.measureText(short).width + 12;
      }
    };

    /* What is nearest to a place on the canvas. */
    const nearest = (px, py) => {
      const { track, lane, yOf, xOf } = seen;
      let best = [22, null];
      const take = (distance, i) => {
        if (distance < best[0]) best = [distance, i];
      };
      if (seen.last - seen.first < 4000) {
        for (let i = Math.max(0, seen.first); i <= Math.min(seen.last, track.length - 1); i += 1) {
          const at = lane.get(track.node[i]);
          if (at !== undefined) take(Math.hypot(xOf(i) - px, yOf(at) - py), i);
        }
        for (const flight of raftsh.data.flying(track, seen.first, seen.last)) {
          if (flight.end === Infinity) continue;
          const [from, to] = [lane.get(flight.from), lane.get(flight.to)];
          if (from === undefined || to === undefined) continue;
          const [x0, y0, x1, y1] = [xOf(flight.sent), yOf(from), xOf(flight.end), yOf(to)];
          const long = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
          const part = Math.max(
            0,
            Math.min(1, ((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / long),
          );
          take(
            2 + Math.hypot(x0 + part * (x1 - x0) - px, y0 + part * (y1 - y0) - py),
            part < 0.5 && flight.sent >= 0 ? flight.sent : flight.end,
          );
        }
      }
      return best[1];
    };
    const at = (pointer) => {
      const box = canvas.getBoundingClientRect();
      return [pointer.clientX - box.left, pointer.clientY - box.top];
    };
    canvas.addEventListener('click', (pointer) => {
      const [px, py] = at(pointer);
      const i = nearest(px, py);
      if (i === null) raftsh.player.goPlace(seen.left + (px - LEFT) / seen.scale);
      else raftsh.player.go(i);
    });
    canvas.addEventListener('mousemove', (pointer) => {
      const i = seen && nearest(...at(pointer));
      canvas.title =
        i === null || i === undefined
          ? ''
          : `#${seen.track.id[i]} ${time(seen.track.time[i])} ${name(seen.track.node[i])} ${sentence(seen.track, i)}`;
    });
    canvas.addEventListener(
      'wheel',
      (wheel) => {
        if (!wheel.ctrlKey && !wheel.shiftKey) return;
        wheel.preventDefault();
        zoom(wheel.deltaY + wheel.deltaX > 0 ? 1.2 : 1 / 1.2);
      },
      { passive: false },
    );
    window.addEventListener('resize', raftsh.player.changed);
    window
      .matchMedia('(prefers-color-scheme: dark)')
      .addEventListener('change', raftsh.player.changed);
    render.reset = () => {
      range.span = 0;
    };
    render.zoom = zoom;
    return render;
  };
  return { make };
})();
