import { readFileSync } from 'node:fs';
import { START, TEAM, testOrganization } from '../../helpers/sandbox-organization';
import { Machine } from './machine';
import { live, populate, USERS } from './months';

const organization = testOrganization('enforcing', [TEAM], { direct: true });
let machine: Machine;
beforeEach(() => {
  machine = new Machine(organization().sandbox);
});
afterEach(async () => {
  await machine.leave();
});

it('SDK programs that are started on day 0 and never again make every call of 131 days and two rotations, and nobody does anything', async () => {
  const org = organization();
  populate(org, machine, START.getTime());
  expect(await machine.keys('credentials', '--init', '--profile', 'laptop')).toMatchObject({ status: 0, error: '' });
  let [held, server] = ['', (): Promise<string> => Promise.reject(new Error('nothing was started'))];
  const lived = await live(org, machine, START.getTime(), {
    // Reads its credentials once in its life, and asks again when they expire.
    laptop: machine.start('laptop'),
    // The SDK reads static keys once, so this one is started anew whenever they change, which is what --then is for.
    server: async () => {
      const given = readFileSync(machine.credentials, 'utf8');
      if (given !== held) [held, server] = [given, machine.start('server')];
      return server();
    },
  });
  expect(lived.failed).toEqual([]);
  for (const [profile, user] of Object.entries(USERS)) {
    expect(lived.keys[profile]).toHaveLength(3);
    expect(org.user(TEAM, user).keys.map(({ id }) => id)).toContain(lived.keys[profile]?.at(-1));
  }
  expect(readFileSync(machine.credentials, 'utf8')).toMatch(/^\[server\]\naws_access_key_id=AKIA\w+\naws_secret_access_key=\S+\n$/);
});
