import * as fs from 'node:fs';
import { mkdtempSync, readdirSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { confirm } from '../../../../cli/base/ask';
import { approveAndShow } from '../../../../cli/mcp/approvals/approve-and-show';
import { Approvals } from '../../../../cli/mcp/approvals/approvals';
import { approvalsFolder } from '../../../../cli/mcp/approvals/private-folder';
import { killedEverywhere, type Mortal } from '../../../helpers/mortal';

jest.mock('../../../../cli/base/ask', () => ({ confirm: jest.fn() }));
jest.mock('node:fs', () => ({ __esModule: true, ...jest.requireActual<typeof fs>('node:fs') }));
jest.mock('node:os', () => ({ __esModule: true, ...jest.requireActual<typeof os>('node:os') }));

const WHAT = ['Delete a key.', 'In an account.'];
const real = jest.requireActual<typeof fs>('node:fs');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(os.tmpdir(), 'home-'));
  jest.spyOn(os, 'homedir').mockImplementation(() => home);
  for (const stream of [process.stdin, process.stdout]) stream.isTTY = true;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

/** Kills the process before each change of a file, and in the middle of each write. */
function filesOf(mortal: Mortal): void {
  jest.spyOn(fs, 'writeFileSync').mockImplementation((path, text, options) => {
    mortal.point();
    const whole = text as string;
    try {
      mortal.point();
    } catch (killed) {
      real.writeFileSync(path, whole.slice(0, whole.length / 2), options);
      throw killed;
    }
    real.writeFileSync(path, whole, options);
  });
  jest.spyOn(fs, 'rmSync').mockImplementation((path, options) => {
    mortal.point();
    real.rmSync(path, options);
  });
}
const alive = (): void => {
  for (const name of ['writeFileSync', 'rmSync'] as const) jest.spyOn(fs, name).mockImplementation(real[name] as never);
};
const approve = async (answer: boolean): Promise<void> => {
  jest.mocked(confirm).mockResolvedValue(answer);
  await approveAndShow({});
};
const server = (): Approvals => new Approvals(() => new Date(), approvalsFolder(home));

it.each([
  ['a yes', true, 'approved'],
  ['a no', false, 'refused'],
] as const)('%s that was killed anywhere is given anew, counts once, and never before it was given', async (_, answer, verdict) => {
  const seen = await killedEverywhere(
    () => {
      const approvals = server();
      approvals.ask(WHAT);
      return { approvals, isAnswered: false };
    },
    async (mortal, subject) => {
      filesOf(mortal);
      await approve(answer);
      subject.isAnswered = true;
    },
    async ({ approvals, isAnswered }) => {
      alive();
      let said = answerOf(approvals);
      expect(said === verdict).toBe(isAnswered);
      for (let round = 0; said !== verdict && round < 2; round += 1) {
        // An answer that was half written is none: the change waits on, or has to be asked for anew.
        expect(['waiting', 'new']).toContain(said);
        if (said === 'new') approvals.ask(WHAT);
        await approve(answer);
        said = answerOf(approvals);
      }
      expect([said, answerOf(approvals)]).toEqual([verdict, 'new']);
      approvals.close();
      expect(readdirSync(approvalsFolder(home))).toEqual([]);
    },
  );
  expect(seen).toBe(answer ? 2 : 1);
});

it('a server that was killed while it let a change wait leaves nothing that counts', async () => {
  await killedEverywhere(
    () => undefined,
    (mortal) => {
      filesOf(mortal);
      server().ask(WHAT);
      return Promise.resolve();
    },
    async () => {
      alive();
      const next = server();
      expect(next.answerTo(WHAT)).toBe('new');
      next.ask(WHAT);
      expect(next.answerTo(WHAT)).toBe('waiting');
      next.close();
      for (const left of readdirSync(approvalsFolder(home))) real.rmSync(join(approvalsFolder(home), left));
      await Promise.resolve();
    },
  );
});

/** What the server makes of it; a file that is not what it wrote is no answer. */
function answerOf(approvals: Approvals): string {
  try {
    return approvals.answerTo(WHAT);
  } catch (error) {
    expect(String(error)).toContain('NotPrivateError');
    return 'new';
  }
}
