import { spawnSync } from 'node:child_process';
import { TEAM, testOrganization } from '../../helpers/sandbox-organization';
import { Machine } from './machine';
import { live, populate, USERS } from './months';

/** Later than the time of any machine that runs this: `aws` refuses credentials that have expired by its own clock. */
const START = Date.parse('2040-01-02T01:00:00Z');
/** Once with each key of a user; on the days between, and when the key before no longer works, sdk.test.ts reads the same files. */
const CALLS_ON = [0, 31, 121];
const { stdout, status } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
const isThere = status === 0;
if (!isThere) console.warn('There is no `aws` command line here, so this test is skipped; CI installs it (.ci/run).');
const organization = testOrganization('enforcing', [TEAM], { direct: true });

(isThere ? it : it.skip)(
  `the aws command line (${isThere ? stdout.trim() : 'absent'}) makes every call before, between and after two rotations in 131 days, and nobody does anything`,
  async () => {
    const org = organization();
    org.sandbox.clock.set(new Date(START));
    const machine = new Machine(org.sandbox);
    try {
      populate(org, machine, START);
      expect(await machine.keys('credentials', '--init', '--profile', 'laptop')).toMatchObject({ status: 0, error: '' });
      const call = (profile: string) => async () => {
        // Versions before 2.13 and 1.29, Debian's among them, know no AWS_ENDPOINT_URL.
        const asked = ['sts', 'get-caller-identity', '--profile', profile, '--endpoint-url', org.sandbox.url, '--debug'];
        const { status: code, error } = await machine.run('aws', asked);
        return code === 0 ? (/Credential=(\w+)/.exec(error)?.[1] ?? 'unknown') : `failed: ${error.slice(-500)}`;
      };
      const lived = await live(org, machine, START, { laptop: call('laptop'), server: call('server') }, CALLS_ON);
      expect(lived.failed).toEqual([]);
      for (const profile of Object.keys(USERS)) expect(lived.keys[profile]).toHaveLength(3);
    } finally {
      await machine.leave();
    }
  },
);
