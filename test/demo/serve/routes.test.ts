import { request } from 'node:http';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from '../../../demo/story/fingerprint';
import { ask, askJson, evaluation, SANDBOXES, served } from './served';

const controls = served('dry-run');
const FORM = 'application/x-www-form-urlencoded';

/** The status of a request with headers that `fetch` would not let a program choose. */
function statusOf(path: string, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname, port } = new URL(controls().sandbox.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: `/_sandbox/${path}`, headers }, (response) => {
      response.resume().once('end', () => {
        resolve(response.statusCode);
      });
    })
      .once('error', reject)
      .end();
  });
}

describe('mistakes in requests', () => {
  it.each<[string, string | undefined, number, string]>([
    ['clock', '{"advance":"10x"}', 400, 'advance: "10x" must be a number with d, h or m, such as 10d'],
    ['clock', '{"advance":"401d"}', 400, 'advance: 401d is more than 400d, the most at a time'],
    ['clock', '{"advance":10}', 400, 'advance: Invalid input: expected string, received number'],
    ['clock', '{"advance":"1d","to":"2026-04-05"}', 400, 'give {"advance":"10d"} or {"to":"2026-04-05T03:00:00Z"}'],
    ['clock', '{}', 400, 'give {"advance":"10d"} or {"to":"2026-04-05T03:00:00Z"}'],
    ['clock', '{"advanc":"1d"}', 400, 'Unrecognized key: "advanc"'],
    ['clock', 'advance=1d', 400, 'the body must be JSON, such as {"advance":"10d"}; got advance=1d'],
    ['clock', '{"to":"tomorrow"}', 400, 'to: "tomorrow" must be a time such as 2026-04-05T03:00:00Z'],
    ['clock', '{"to":"2025-12-31T00:00:00Z"}', 400, 'to: 2025-12-31T00:00:00.000Z is past, the clock is at 2026-01-05T'],
    ['clock', '{"to":"2036-01-01T00:00:00Z"}', 400, 'is more than 400 days ahead'],
    ['run', '{"now":true}', 400, 'Unrecognized key: "now"'],
    ['run', undefined, 405, '/_sandbox/run is for POST, not GET'],
    ['agree', '{"account":"12"}', 400, 'account: must be an account id of 12 digits'],
    ['agree', '{"account":"999999999999"}', 404, 'there is no account 999999999999'],
    ['mails', '{}', 405, '/_sandbox/mails is for GET, not POST'],
    ['mails/99', undefined, 404, 'there is no mail 99; there are 0'],
    ['mails/99.html', undefined, 404, 'there is no mail 99; there are 0'],
    ['accounts/999999999999', undefined, 404, 'there is no account 999999999999'],
    ['users/222233334444/alice', undefined, 404, 'no user alice in account 222233334444; there are: web-deploy, '],
    ['users/222233334444/%E0%A4', undefined, 400, '%E0%A4 is no part of an address'],
    ['secrets/222233334444/nothing', undefined, 404, 'there is no secret nothing in account 222233334444'],
    ['reports/some-run', undefined, 404, 'there is no report of run some-run; GET /_sandbox/reports lists them'],
    ['reports', '{}', 405, '/_sandbox/reports is for GET, not POST'],
    ['nothing', undefined, 404, 'there is no /_sandbox/nothing; GET /_sandbox/ shows what there is'],
    ['keys', undefined, 400, 'user: is missing: say whose keys'],
    ['keys?user=alise', undefined, 404, 'no user alise; there are: '],
    ['keys?user=alice&acount=1', undefined, 400, 'Unrecognized key: "acount"'],
    ['keys?user=alice&account=222233334444', undefined, 404, 'no user alice in account 222233334444; there are: web-deploy, '],
  ])('%s %s is answered with %i: %s', async (path, body, status, message) => {
    const before = controls().sandbox.clock.now();
    const got = await ask(controls(), path, body === undefined ? {} : { body });
    expect(got.status).toBe(status);
    expect((JSON.parse(got.text) as { error: string }).error).toContain(message);
    expect(controls().sandbox.clock.now()).toEqual(before);
  });

  it('reads no endless body', async () => {
    const { status, text } = await ask(controls(), 'clock', { body: ' '.repeat(70_000) });
    expect([status, JSON.parse(text)]).toEqual([400, { error: 'the body has more than 65536 bytes' }]);
  });

  it.each([
    ['account=12', 'account: must be an account id of 12 digits'],
    ['account=999999999999', 'account 999999999999 is not in the organization; there are: 111122223333 (Acme Management), '],
    ['account=777788889999', 'account 777788889999 (Closed Shop) is SUSPENDED: nobody can sign in'],
    [`account=${SANDBOXES}&user=alise`, `account ${SANDBOXES} has no user alise; it has: alice, `],
    [`account=${SANDBOXES}&user=alice&key=AKIANOSUCHKEY`, `user alice of account ${SANDBOXES} has no key AKIANOSUCHKEY; keys: AKIA`],
    ['account=222233334444&user=console-only', 'user console-only of account 222233334444 has no active key; keys: none'],
  ])('credentials?%s, evaluated by a shell, fails and says why', async (query, message) => {
    const { status, text } = await ask(controls(), `credentials?${query}`);
    expect(status).toBeGreaterThanOrEqual(400);
    const shell = evaluation(text);
    expect(shell).toMatchObject({ status: 1, stdout: '' });
    expect(shell.stderr).toContain(message);
  });

  it('never lets a shell run what a request says', async () => {
    const file = join(tmpdir(), `sandbox-serve-${process.pid}`);
    const user = encodeURIComponent(`a'; touch ${file}; $(touch ${file}) \`touch ${file}\``);
    const { text } = await ask(controls(), `credentials?account=${SANDBOXES}&user=${user}`);
    expect(evaluation(text).status).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('refuses pages of other sites and other host names', async () => {
    const other = await ask(controls(), 'run', { body: '', headers: { origin: 'https://evil.example' } });
    expect(other).toMatchObject({ status: 400 });
    for (const headers of [{ origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      expect(await ask(controls(), 'clock', { body: 'advance=1d', type: FORM, headers })).toMatchObject({ status: 400 });
      expect(await ask(controls(), 'credentials?account=111122223333', { headers })).toMatchObject({ status: 400 });
    }
    expect(await statusOf('credentials?account=111122223333', { host: 'evil.example' })).toBe(400);
    expect(controls().mails).toEqual([]);
  });
});

it('follows a link from another site to a page, and to nothing that a frame or a script could take', async () => {
  const from = { accept: 'text/html', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect(await statusOf('', { ...from, 'sec-fetch-dest': 'document' })).toBe(200);
  expect(await statusOf('', { ...from, 'sec-fetch-dest': 'iframe' })).toBe(400);
  expect(await statusOf('', { ...from, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'document' })).toBe(400);
});

describe('answers', () => {
  it('are pages for browsers, JSON when asked for, and text otherwise', async () => {
    for (const path of ['', 'mails']) {
      expect((await ask(controls(), path, { accept: 'text/html,*/*' })).type).toContain('text/html');
      expect((await ask(controls(), path, { accept: 'application/json' })).type).toBe('application/json');
      expect((await ask(controls(), path)).type).toContain('text/plain');
    }
  });

  it('show the organization without its keys', async () => {
    const { accounts, deployment } = await askJson<{ accounts: { name: string; state: string }[]; deployment: object }>(controls(), '');
    expect(accounts).toContainEqual(expect.objectContaining({ name: 'Closed Shop', state: 'SUSPENDED', users: 1 }));
    expect(deployment).toMatchObject({ dryRun: true, orchestrator: 'iam-key-rotation-orchestrator' });
  });

  it('tell what a DryRun would do, once per key, and nothing changes', async () => {
    const before = fingerprint(controls().sandbox);
    const run = await ask(controls(), 'run', { body: '' });
    expect(run.text).toMatch(/2 schedules fired, 13 would be rotated/);
    const days = await ask(controls(), 'clock', { body: '{"advance":"2d"}' });
    const rows = days.text.split('\n').filter((line) => line.includes('ancient-batch'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain('rotated (planned)');
    expect(days.text).toMatch(/Failed in Legacy: .*AccessDenied.* \(2 times\)/);
    expect(fingerprint(controls().sandbox)).toBe(before);
  });

  it('take one movement of time after the other', async () => {
    const before = controls().sandbox.clock.now().getTime();
    const moved = await Promise.all([1, 2].map(() => askJson<{ from: string; now: string }>(controls(), 'clock', '{"advance":"1d"}')));
    const [first, second] = moved.sort((a, b) => a.from.localeCompare(b.from));
    expect(Date.parse(second!.from)).toBeGreaterThanOrEqual(Date.parse(first!.now));
    expect(controls().sandbox.clock.now().getTime() - before).toBeGreaterThanOrEqual(2 * 86_400_000);
  });

  it('escape what mails and accounts say', async () => {
    const number = controls().mails.findIndex(({ subject }) => subject.includes('<Platform>')) + 1;
    const inbox = await ask(controls(), 'mails', { accept: 'text/html' });
    const mail = await ask(controls(), `mails/${number}`);
    const letter = await ask(controls(), `mails/${number}.html`);
    for (const { text } of [inbox, mail]) {
      expect(text).toContain('Data &lt;Platform&gt; &amp; &quot;Friends&quot;');
      expect(text).not.toContain('<Platform>');
    }
    expect(mail.text).toContain(`<iframe class="letter" sandbox title="The mail" src="/_sandbox/mails/${number}.html"></iframe>`);
    expect(letter.text).toMatch(/^<!doctype html>/);
    expect(letter.policy).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups",
    );
  });
});

describe('pages', () => {
  const page = async (path: string) => (await ask(controls(), path, { accept: 'text/html' })).text;
  const linksOf = (html: string): string[] =>
    [...html.matchAll(/(?:href|src|action)="\/_sandbox\/([^"#]*)/g)].flatMap(([, path]) => path ?? []);

  it('let a day pass, and start a run, from a form; a browser is led to what happened', async () => {
    const before = controls().sandbox.clock.now().getTime();
    const overview = await page('');
    expect(overview).toContain('<form method="post" action="/_sandbox/clock"><input type="hidden" name="advance" value="1d">');
    const { url } = controls().sandbox;
    const headers = { origin: url, 'sec-fetch-site': 'same-origin' };
    const day = await ask(controls(), 'clock', { body: 'advance=1d', type: FORM, accept: 'text/html', headers });
    expect([day.status, day.location]).toEqual([303, '/_sandbox/passage']);
    expect(controls().sandbox.clock.now().getTime() - before).toBeGreaterThanOrEqual(86_400_000);
    const run = await ask(controls(), 'run', { body: '', type: FORM, accept: 'text/html', headers });
    expect([run.status, run.location]).toEqual([303, '/_sandbox/passage']);
    expect(await page('passage')).toMatch(/2 schedules fired/);
    expect((await ask(controls(), 'passage')).text).toMatch(/^Now .*2 schedules fired/);
  });

  it('say in a form’s answer what is wrong with it', async () => {
    const { status, text } = await ask(controls(), 'clock', { body: 'advance=10x', type: FORM });
    expect([status, text]).toEqual([400, expect.stringContaining('\\"10x\\" must be a number with d, h or m')]);
  });

  it('lead to one another, and every link leads somewhere', async () => {
    const seen = new Map<string, string>();
    const open = [''];
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      if (seen.has(path)) continue;
      // Of each kind some are enough.
      const kind = path.replace(/\/.*/, '');
      if ([...seen.keys()].filter((one) => one.replace(/\/.*/, '') === kind).length > 5) continue;
      const { status, text } = await ask(controls(), path, { accept: 'text/html' });
      expect([path, status]).toEqual([path, 200]);
      seen.set(path, text);
      open.push(...linksOf(text).filter((one) => one !== 'run' && one !== 'clock'));
    }
    const kinds = new Set([...seen.keys()].map((path) => path.replace(/\/.*/, '/')));
    expect([...kinds].sort()).toEqual(['', 'accounts/', 'mails', 'mails/', 'passage', 'reports', 'reports/', 'secrets/', 'users/']);
  });

  it('show a user’s keys without a secret, the mails that name them, and where the report has them', async () => {
    const alice = await page(`users/${SANDBOXES}/alice`);
    const { keys } = controls().sandbox.people(SANDBOXES).user('alice');
    for (const { id, secret } of keys) {
      expect(alice).toContain(id);
      expect(alice).not.toContain(secret);
    }
    expect(alice).toContain(`/_sandbox/reports/latest#view=keys&amp;account=${SANDBOXES}&amp;search=alice"`);
    const about = await page(`users/444455556666/both-ancient`);
    const [, mail = ''] = /\/_sandbox\/mails\/(\d+)"/.exec(about) ?? [];
    expect(await page(`mails/${mail}`)).toContain('/_sandbox/users/444455556666/both-ancient"');
  });
});
