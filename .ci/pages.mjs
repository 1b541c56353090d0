// Checks exported pages in a real browser, and exports in the programs that read them.
// Usage: [ONLY=states,usage,…] node pages.mjs RAFTSH PACKAGES SCRATCH [SCREENSHOTS]
// PACKAGES holds the unpacked packages playwright-core, axe-core and mermaid.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [raftsh, packages, scratch, pictures] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = (await import(pathToFileURL(join(packages, 'playwright-core/index.js')).href))
  .default;
const axe = readFileSync(join(packages, 'axe-core/axe.min.js'), 'utf8');

let failed = 0;
const check = (name, holds, found = '') => {
  if (holds) return;
  failed += 1;
  console.error(`FAILED: ${name}${found === '' ? '' : `: ${found}`}`);
};
const step = (words) => console.log(`   ${words}`);

// Runs raftsh in the scratch directory. A session may fail on purpose.
const run = (...words) => {
  try {
    return execFileSync(raftsh, words, {
      cwd: scratch,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return error.stdout;
  }
};

// A generator with a seed, so that every run checks the same sessions.
const random = (seed) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const session = (seed) => {
  const draw = random(seed);
  const size = 3 + draw(4);
  const node = () => `n${1 + draw(size)}`;
  const moves = [
    () => `put leader k${draw(4)}=${draw(100)}`,
    () => `put leader k${draw(4)}=${draw(100)}`,
    () => `put leader k${draw(4)}=${draw(100)}`,
    () => `put n1 k${draw(4)}=${draw(100)}`,
    () => `run ${20 + draw(400)}ms`,
    () => `run ${20 + draw(400)}ms`,
    () => `run ${20 + draw(400)}ms`,
    () => `kill ${node()}`,
    () => `restart ${node()}`,
    () => `restart`,
    () => `pause ${node()}`,
    () => `resume all`,
    () => `isolate ${node()}`,
    () => 'heal',
    () => `timeout ${node()}`,
    () => `disk slow ${node()} 80ms`,
    () => 'disk restore all',
    () => `cut ${node()} ${node()} --one-way`,
    () => `hold ${node()} ${node()}`,
    () => 'release',
    () => `delay ${node()} ${node()} 40ms`,
    () => `disk full ${node()}`,
    () => `corrupt ${node()} --tail`,
    () => `drop --all`,
    () => `step ${1 + draw(9)}`,
    () => `snapshot ${node()}`,
    () => 'set snapshot-every 3',
    () => `member remove ${node()}`,
    () => `member add ${node()}`,
    () => `transfer ${node()}`,
    () => `disk wipe ${node()}`,
    () => 'get leader k1 --read index',
  ];
  const commands = [
    `cluster ${size} --seed ${1 + draw(1000)}`,
    `loss ${draw(3) * 5}%`,
    `duplicate ${draw(2) * 10}%`,
    'run until leader within 3s',
    'put leader k0=0',
    'run 100ms',
  ];
  for (let i = 0; i < 25; i += 1) commands.push(moves[draw(moves.length)]());
  return { draw, commands };
};

let browser;
// A part of the checks, in a browser of its own: what goes wrong in one does not hide the others.
const part = async (work) => {
  const begun = performance.now();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    await work();
  } catch (error) {
    check('a part of the checks ends', false, error.stack);
  }
  await browser.close();
  step(`… ${((performance.now() - begun) / 1000).toFixed(0)} s`);
};
const open = async (file, options = {}) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.problems = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.problems.push(message.text());
  });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) page.problems.push(`asks ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    page.problems.push('a dialog opened');
    dialog.dismiss();
  });
  await visit(page, file, options.hash);
  return page;
};
const visit = async (page, file, hash = '') => {
  page.problems.length = 0;
  await page.goto(pathToFileURL(join(scratch, file)).href + hash);
  await settled(page);
};
const settled = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );

// What the page shows of nodes and logs, read from its tables.
const shown = (page) =>
  page.evaluate(() => {
    const rows = [...document.querySelectorAll('table.status tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    const cells = [...document.querySelectorAll('table.logs tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.dataset.entry || ''),
    );
    return { rows, cells };
  });

const expected = (status, logs) => {
  const rows = status.map((node) => [
    node.node,
    node.state,
    node.role || '-',
    String(node.term),
    node.vote || 'none',
    `${node.last_index}@${node.last_term}`,
    node.commit === null ? '-' : String(node.commit),
    node.applied === null ? '-' : String(node.applied),
  ]);
  const entries = logs.map((node) =>
    node.entries.map((entry) => {
      const bits =
        (entry.durable ? 0 : 1) +
        (entry.damaged ? 4 : 0) +
        (entry.committed ? 8 : 0) +
        (entry.applied ? 16 : 0);
      return `${entry.index}@${entry.term} ${entry.command} ${bits}`;
    }),
  );
  return { rows, entries };
};

const states = async () => {
  step('twenty sessions: the page shows what status and logs show at ten moments each');
  let compared = 0;
  let filled = 0;
  let committed = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const { draw, commands } = session(seed);
    const whole = run(
      '-q',
      '--keep-going',
      '--format',
      'json',
      '-c',
      `${commands.join('; ')}; export s${seed}.html; export s${seed}.jsonl`,
    );
    check(`session ${seed} is exported`, whole.includes('"format":"html"'), whole.slice(-300));
    const events = readFileSync(join(scratch, `s${seed}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const moments = Array.from({ length: 10 }, () => 1 + draw(events.length));
    const asked = moments.map((event) => `goto ${event}; status; logs`).join('; ');
    const answers = run(
      '-q',
      '--keep-going',
      '--format',
      'json',
      '-c',
      `${commands.join('; ')}; ${asked}`,
    )
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .slice(-3 * moments.length);
    const page = await open(`s${seed}.html`);
    for (const [nth, event] of moments.entries()) {
      const [status, logs] = [answers[3 * nth + 1].data.nodes, answers[3 * nth + 2].data.nodes];
      await page.evaluate((id) => {
        window.location.hash = `e=${id}`;
      }, event);
      await page.waitForFunction(
        (id) => document.getElementById('now').textContent.startsWith(`#${id} `),
        event,
      );
      const all = page.locator('section .nothing button', { hasText: 'all' });
      if (await all.count()) await all.first().click();
      const found = await shown(page);
      const wanted = expected(status, logs);
      const rows = found.rows.map((row) => row.slice(0, 8));
      check(
        `session ${seed} event ${event}: status`,
        JSON.stringify(rows) === JSON.stringify(wanted.rows),
        `${JSON.stringify(rows)} for ${JSON.stringify(wanted.rows)}`,
      );
      const columns = wanted.entries.map((_, column) =>
        found.cells
          .map((row) => row[column])
          .filter((cell) => cell && !(Number(cell.split(' ').at(-1)) & 2)),
      );
      const entries = wanted.entries.map((list) =>
        list.filter((entry) => !(Number(entry.split(' ').at(-1)) & 2)),
      );
      check(
        `session ${seed} event ${event}: logs`,
        JSON.stringify(columns) === JSON.stringify(entries),
        `${JSON.stringify(columns)} for ${JSON.stringify(entries)}`,
      );
      compared += 1;
      filled += entries.some((list) => list.length > 1) ? 1 : 0;
      committed += status.some((node) => node.commit > 0) ? 1 : 0;
    }
    check(`session ${seed}: no problems`, page.problems.length === 0, page.problems.join('; '));
    await page.close();
  }
  check('two hundred moments were compared', compared === 200, compared);
  check('many of them have entries', filled > 50, filled);
  check('many of them have committed entries', committed > 50, committed);
  step(`${filled} of ${compared} moments have logs of several entries, ${committed} commits`);
};

const usage = async () => {
  step('playing, seeking, jumping, keys, explanations');
  const page = await open('figure-8.html');
  const now = () => page.evaluate(() => raftsh.player.id());
  await page.keyboard.press('Home');
  check('Home leads to the start', (await now()) === 0);
  await page.keyboard.press(']');
  await page.keyboard.press('Space');
  await page.waitForTimeout(900);
  await page.keyboard.press('Space');
  const played = await now();
  check('it plays', played > 2, played);
  await page.waitForTimeout(300);
  check('it pauses', (await now()) === played);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  check('arrows step', (await now()) === played + 1);
  await page.keyboard.press('Home');
  await page.keyboard.press('l');
  await settled(page);
  check(
    'l leads to a leader',
    (await page.locator('#now').textContent()).includes('became leader'),
  );
  await page.keyboard.press('f');
  await settled(page);
  check('f leads to a fault', (await page.locator('#now').textContent()).includes('was killed'));
  check('the address holds the moment', page.url().includes(`#e=${await now()}`), page.url());
  await page.evaluate(() => {
    window.location.hash = 'e=42&b=main';
  });
  await page.waitForFunction(() => raftsh.player.state.track.name === 'main');
  check('an address leads to a branch and a moment', (await now()) === 42, await now());
  await page.evaluate(() => {
    window.location.hash = 'e=283';
  });
  await page.waitForFunction(() => raftsh.player.id() === 283);
  check('main is left again', (await page.evaluate(() => raftsh.player.state.track.name)) === 'e');
  await settled(page);
  await page.locator('.ring .message').first().click();
  await settled(page);
  const clicked = await page.locator('#detail').textContent();
  check('a click leads to a message', /m\d+ from n\d to n\d: sent at #\d+/.test(clicked), clicked);
  await page.locator('canvas').click({ position: { x: 400, y: 40 } });
  await settled(page);
  check('a click leads to an event', (await page.locator('#detail li').count()) > 0);
  const slider = page.locator('input[type=range]');
  await slider.fill('40');
  await settled(page);
  check('the slider seeks', (await now()) === 40, await now());
  // In (c), entry 2 is on a majority of disks and is not committed.
  await page.keyboard.press('Home');
  for (let nth = 0; nth < 3; nth += 1) await page.keyboard.press('m');
  const third = await now();
  await page.keyboard.press('Home');
  await page.locator('#controls .chip', { hasText: /^c$/ }).click();
  check('the third mark is c', third > 0 && third === (await now()), third);
  await settled(page);
  const why = page.locator('#why details', { hasText: 'why 2@2' });
  check(
    'the page says why 2@2 is not committed in (c)',
    /earlier term.*§5\.4\.2/s.test(await why.textContent()),
    await why.textContent(),
  );
  await why.getByRole('button').last().click();
  await settled(page);
  check('the answer leads to its events', (await page.locator('#detail ol li').count()) > 5);
  await page.selectOption('#beside', { index: 2 });
  await settled(page);
  check('branches stand side by side', (await page.locator('.pane').count()) === 2);
  await page.fill('#events input', 'RequestVote ');
  await settled(page);
  const rows = await page.locator('#events .row .text').allTextContents();
  check(
    'the filter finds',
    rows.length > 5 && rows.every((row) => row.includes('RequestVote')),
    rows.join('|'),
  );
  await page.locator('#picture summary').click();
  await page.selectOption('#branch', { label: 'main' });
  const row = page.locator('#picture [data-e]').last();
  await row.locator('.words').click();
  const drawn = await page.evaluate(() => [raftsh.player.state.track.name, raftsh.player.id()]);
  check(
    'a row of the picture leads to its event',
    drawn[0] === 'e' && drawn[1] === Number(await row.getAttribute('data-e')),
    drawn.join(),
  );
  check('no problems', page.problems.length === 0, page.problems.join('; '));
  await page.close();
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    for (const [width, height] of [
      [390, 844],
      [1024, 768],
      [1600, 1000],
    ]) {
      for (const scheme of ['light', 'dark']) {
        const look = await open('figure-8.html', {
          viewport: { width, height },
          colorScheme: scheme,
          hash: '#e=289',
        });
        await look.screenshot({
          path: join(pictures, `figure-8-${width}-${scheme}.png`),
          fullPage: true,
        });
        await look.close();
      }
    }
  }
};

// What the rules of accessibility say, on wide and narrow screens, in the light and in the dark.
const accessible = async () => {
  step('accessibility, print, reduced motion');
  for (const scheme of ['light', 'dark'])
    for (const width of [390, 1600]) {
      // The page allows no script of another place, and axe is one of the test's.
      const page = await open('figure-8.html', {
        bypassCSP: true,
        colorScheme: scheme,
        viewport: { width, height: 900 },
        hash: '#e=283',
      });
      await page.evaluate(() => {
        document.getElementById('picture').open = true;
      });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run());
      const told = violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 160))
            .join(' ')}`,
      );
      check(`accessible: ${scheme}, ${width}`, violations.length === 0, told.join('\n'));
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      check(`nothing is wider than the page: ${scheme}, ${width}`, wider <= 0, wider);
      await page.close();
    }
  const printed = await open('figure-8.html');
  const { length } = await printed.evaluate(() => raftsh.player.state.track);
  await printed.emulateMedia({ media: 'print' });
  await printed.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const rows = await printed.evaluate(
    () => [...document.querySelectorAll('#events .row')].filter((row) => row.offsetHeight).length,
  );
  check('all events are printed', rows >= length, rows);
  check('it prints', (await printed.pdf({ format: 'A4' })).length > 10_000);
  check('no problems in print', printed.problems.length === 0, printed.problems.join('; '));
  await printed.close();
  for (const reducedMotion of ['reduce', 'no-preference']) {
    const page = await open('figure-8.html', { reducedMotion, hash: '#e=283' });
    const place = () =>
      page.evaluate(() => {
        const { player } = raftsh;
        const circle = () => document.querySelector('.message circle').getAttribute('cx');
        player.views[1](player.state);
        const before = circle();
        player.state.x += 0.5;
        player.views[1](player.state);
        return before === circle();
      });
    check(`messages move: ${reducedMotion}`, (await place()) === (reducedMotion === 'reduce'));
    await page.close();
  }
};

const broken = async (root) => {
  step('a broken promise, with its section');
  run('export', join(root, 'scripts/flaws/commit-earlier-terms.raft'), 'broken.html');
  const page = await open('broken.html');
  await page.keyboard.press('Home');
  await page.keyboard.press('v');
  await settled(page);
  const told = await page.locator('#detail p.bad').textContent();
  check('v leads to what is broken', /promises: .+ \(.*§/.test(told), told);
  const why = await page.locator('#why details', { hasText: 'violated' }).count();
  check('why is answered there', why > 0, why);
  check('no problems', page.problems.length === 0, page.problems.join('; '));
  await page.close();
};

const hostile = async () => {
  step('keys and values cannot become markup');
  const text = `put '<img src=x onerror=window.bad=1>'='</script><script>window.bad=1</script>'; put "a\\u{2028}b"='<!--'; put 'k&lt;'='"]}'; echo '<b id=bad>caption</b>'; mark ok`;
  run('-c', `run until leader; ${text}; run 1s; export '<b>h.html'`);
  const page = await open('<b>h.html');
  await page.keyboard.press('End');
  await settled(page);
  const found = await page.evaluate(() => [
    window.bad,
    document.querySelectorAll('img, #bad, section script').length,
    document.body.textContent.includes('<img src=x onerror=window.bad=1>'),
  ]);
  check(
    'nothing is injected',
    JSON.stringify(found) === JSON.stringify([null, 0, true]) ||
      (found[0] === undefined && found[1] === 0 && found[2]),
    JSON.stringify(found),
  );
  check('no problems', page.problems.length === 0, page.problems.join('; '));
  await page.close();
};

const size = (file) => statSync(join(scratch, file)).size;
const large = async () => {
  step('sizes, and a hundred thousand events');
  run('-c', 'cluster 5; export small.html');
  check('an empty page is small', size('small.html') < 150_000, size('small.html'));
  run('-q', '-c', 'cluster 5; clients 3; run 14s; export ten.html; export ten.jsonl');
  const count = (file) => readFileSync(join(scratch, file), 'utf8').split('\n').length - 1;
  const allowed = 300_000 + 100 * count('ten.jsonl');
  check(
    'a page of ten thousand events is small enough',
    count('ten.jsonl') > 8_000 && size('ten.html') < allowed,
    `${size('ten.html')} bytes for ${count('ten.jsonl')} events`,
  );
  run('-q', '-c', 'cluster 5; clients 3; run 80s; export large.html');
  const page = await open('large.html');
  const measured = async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const { player } = raftsh;
    const events = player.state.track.length;
    const times = [];
    for (let nth = 0; nth < 40; nth += 1) {
      player.go((nth * 7919 * 13) % events);
      const before = performance.now();
      for (const view of player.views) view(player.state);
      times.push(performance.now() - before);
      await frame();
    }
    times.sort((a, b) => a - b);
    player.go(1000);
    const drawn = [];
    const apart = [];
    player.state.speed = 256;
    player.play();
    for (let nth = 0, last = await frame(); nth < 60; nth += 1) {
      const now = await frame();
      apart.push(now - last);
      last = now;
      const before = performance.now();
      for (const view of player.views) view(player.state);
      drawn.push(performance.now() - before);
    }
    player.pause();
    drawn.sort((a, b) => a - b);
    apart.sort((a, b) => a - b);
    return {
      events,
      seek: times[36],
      frame: drawn[54],
      apart: apart[30],
      rows: document.querySelectorAll('#events .row').length,
    };
  };
  // A busy machine only adds to the times: the least of three counts.
  const took = await page.evaluate(measured);
  for (let again = 0; again < 2; again += 1) {
    const next = await page.evaluate(measured);
    for (const time of ['seek', 'frame', 'apart']) took[time] = Math.min(took[time], next[time]);
  }
  step(
    `${took.events} events: p90 of a seek ${took.seek.toFixed(1)} ms, p90 of a frame ${took.frame.toFixed(1)} ms, frames ${took.apart.toFixed(0)} ms apart, ${(size('large.html') / 1e6).toFixed(1)} MB`,
  );
  check('there are a hundred thousand events', took.events > 90_000, took.events);
  check('only rows on the screen exist', took.rows < 100, took.rows);
  check('seeking is quick', took.seek < 100, took.seek);
  check('playing is smooth', took.frame < 50 && took.apart < 100, `${took.frame}, ${took.apart}`);
  check('no problems', page.problems.length === 0, page.problems.join('; '));
  await page.close();
};

// Mermaid's own parser, in the browser that it is made for.
const mermaid = async (files) => {
  step(`${files.length} diagrams by Mermaid's own parser`);
  const page = await browser.newPage();
  await page.setContent('<!DOCTYPE html><title>mermaid</title>');
  await page.addScriptTag({ path: join(packages, 'mermaid/dist/mermaid.min.js') });
  const parse = (text) =>
    page.evaluate(async (source) => {
      try {
        return (await mermaid.parse(source)).diagramType;
      } catch (error) {
        return String(error);
      }
    }, text);
  for (const file of files) {
    const found = await parse(readFileSync(join(scratch, file), 'utf8'));
    check(`${file} is valid`, found === 'sequence', found);
  }
  check(
    'the parser refuses what is wrong',
    (await parse('sequenceDiagram\n n1->x: a\n loop')) !== 'sequence',
  );
  await page.close();
};

// The expression that a log for ShiViz begins with reads all of the rest.
const shiviz = (file) => {
  const [expression, , ...rest] = readFileSync(join(scratch, file), 'utf8').split('\n');
  const body = rest.join('\n');
  const matches = [...body.matchAll(new RegExp(expression, 'g'))];
  check(
    `${file} is read whole`,
    matches.length * 2 === rest.length - 1 && matches.map(([all]) => `${all}\n`).join('') === body,
    matches.length,
  );
  for (const { groups } of matches) JSON.parse(groups.clock);
};

const below = (folder, end) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => join(folder, name));
const everything = async (root) => {
  // What needs an engine that is not here, and what only a tutorial can run, has no page of its own.
  const sources = [
    ...below(join(root, 'scripts/tutorials'), '.md'),
    join(root, 'scripts/engines/18-your-own-raft.md'),
    ...below(join(root, 'scripts'), '.raft').filter((file) => !/engines|riddles/.test(file)),
  ];
  step(`the pages of ${sources.length} tutorials and scripts`);
  const names = sources.map((source, nth) => `${nth}-${basename(source).replace(/\W/g, '-')}`);
  // The next page is written while the browser looks at the one before.
  const write = (nth) =>
    nth < sources.length &&
    new Promise((done) => {
      const words = ['export', sources[nth], `${names[nth]}.html`, `${names[nth]}.mmd`];
      execFile(raftsh, words, { cwd: scratch, maxBuffer: 1 << 30 }, done);
    });
  let written = write(0);
  const page = await open('figure-8.html');
  for (const [nth, source] of sources.entries()) {
    await written;
    written = write(nth + 1);
    await visit(page, `${names[nth]}.html`);
    check(`${source}: no problems`, page.problems.length === 0, page.problems.join('; '));
    const events = await page.evaluate(() =>
      raftsh.data.page.acts.reduce(
        (sum, act) => sum + act.branches.reduce((all, branch) => all + branch.times.length, 0),
        0,
      ),
    );
    check(`${source}: its page has events`, events > 0, events);
    check(
      `${source}: its page is small enough`,
      size(`${names[nth]}.html`) < 300_000 + 100 * events,
      `${size(`${names[nth]}.html`)} bytes, ${events} events`,
    );
  }
  await page.close();
  return names.map((name) => `${name}.mmd`);
};

mkdirSync(scratch, { recursive: true });
const root = resolve(new URL('..', import.meta.url).pathname);
writeFileSync(
  join(scratch, 'wild.raft'),
  `cluster 5 --seed 3\nduplicate 20%\nrun until leader\nput 'end; note over n1: #'='%%{x}%%'\nput 'x:y->>z'='{{x}} <b>'\nput "a\\nb"='loop end'\npartition n1,n2 | n3..n5\nrun 1s\nkill leader\nrun 1s\n`,
);
run('export', 'wild.raft', 'wild.mmd', 'wild.shiviz', 'wild.html');
run('export', join(root, 'scripts/figure-8.raft'), 'figure-8.html');
const parts = {
  states,
  usage,
  accessible,
  broken: () => broken(root),
  hostile,
  large,
  all: async () => mermaid(['wild.mmd', ...(await everything(root))]),
};
shiviz('wild.shiviz');
// `ONLY=usage,large` runs some of the parts.
const only = process.env.ONLY ? process.env.ONLY.split(',') : Object.keys(parts);
for (const name of only) await part(parts[name]);
if (failed) console.error(`${failed} checks of pages failed`);
process.exit(failed ? 1 : 0);
