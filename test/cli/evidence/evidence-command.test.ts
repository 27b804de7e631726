import { evidenceCommand, type PackAsked, type VerifyAsked } from '../../../cli/evidence/evidence-command';
import { readBy } from '../../helpers/command-line';

const read = (...args: string[]) => readBy<PackAsked | VerifyAsked>((work) => evidenceCommand(work, work), args);
const PERIOD = ['--from', '2026-01-05', '--to', '2026-01-25'];

it('takes a period and a folder for a new pack', async () => {
  const { asked } = await read(...PERIOD, '--out', 'x', '--profile', 'ops', '--region', 'eu-west-1');
  const pack = { from: '2026-01-05', to: '2026-01-25', out: 'x', stack: 'IamKeyRotation', profile: 'ops', region: 'eu-west-1' };
  expect(asked).toEqual(pack);
});

it('takes a folder to verify, and a key from elsewhere', async () => {
  expect((await read('--verify', 'x')).asked).toEqual({ verify: 'x' });
  expect((await read('--verify', 'x', '--public-key', 'y')).asked).toEqual({ verify: 'x', publicKey: 'y' });
});

it.each([
  [[], '--from, --to and --out are needed to make a pack, --verify to look at one'],
  [['--from', '2026-01-05', '--out', 'x'], '--from, --to and --out are needed to make a pack, --verify to look at one'],
  [['--from', '2026-02-01', '--to', '2026-01-01', '--out', 'x'], '--from 2026-02-01 is after --to 2026-01-01'],
  [['--from', '2026-02-30', '--to', '2026-03-01', '--out', 'x'], '--from: "2026-02-30" must be a day such as 2026-11-30'],
  [['--verify', 'x', '--out', 'y'], '--verify looks at a pack, --from, --to and --out make one: give either'],
  [['--public-key', 'x'], '--public-key goes with --verify'],
])('refuses %j, says why, and does nothing', async (args, message) => {
  const { asked, error, exitCode } = await read(...args);
  expect([asked, exitCode]).toEqual([undefined, 2]);
  expect(error).toContain(message);
});
