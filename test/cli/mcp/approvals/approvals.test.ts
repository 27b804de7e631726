import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../../cli/mcp/approvals/approvals';
import { approvalFile, changeFile, digestOf } from '../../../../cli/mcp/approvals/waiting-change';

const WHAT = ['Delete a key.', 'In an account.'];

let now: Date;
let folder: string;
let approvals: Approvals;
beforeEach(() => {
  now = new Date('2026-03-01T12:00:00Z');
  folder = join(mkdtempSync(join(tmpdir(), 'approvals-')), 'private');
  approvals = new Approvals(() => now, folder);
});
afterEach(() => jest.restoreAllMocks());

const approve = (id: string): void => {
  writeFileSync(approvalFile(folder, id), digestOf(readFileSync(changeFile(folder, id), 'utf8')), { mode: 0o600 });
};
const later = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};

it('counts an approval once, and for this change alone', () => {
  expect(approvals.answerTo(WHAT)).toBe('new');
  const { id } = approvals.ask(WHAT);
  expect(approvals.answerTo(WHAT)).toBe('waiting');
  approve(id);
  expect(approvals.answerTo(['Delete another key.'])).toBe('new');
  expect(approvals.answerTo(WHAT)).toBe('approved');
  expect(approvals.answerTo(WHAT)).toBe('new');
  expect(readdirSync(folder)).toEqual([]);
});

it('forgets what nobody approved within five minutes, and an approval that came too late', () => {
  const { id } = approvals.ask(WHAT);
  later(4);
  approve(id);
  later(1);
  expect(approvals.answerTo(WHAT)).toBe('new');
  expect(readdirSync(folder)).toEqual([]);
  expect(approvals.ask(WHAT).id).not.toBe(id);
});

it('takes a file that is gone for a no', () => {
  const { id } = approvals.ask(WHAT);
  renameSync(changeFile(folder, id), join(folder, 'elsewhere'));
  expect(approvals.answerTo(WHAT)).toBe('refused');
});

it('removes what waits when the server ends', () => {
  approvals.ask(WHAT);
  approvals.ask(['Something else.']);
  approvals.close();
  expect(readdirSync(folder)).toEqual([]);
});

describe('nobody but the person themselves approves', () => {
  const tampering: [how: string, tamper: (id: string) => void, why: RegExp][] = [
    [
      'a file that says something else',
      (id) => {
        writeFileSync(changeFile(folder, id), '{}');
      },
      /was changed after it was written/,
    ],
    [
      'an approval of something else',
      (id) => {
        writeFileSync(approvalFile(folder, id), digestOf('x'), { mode: 0o600 });
      },
      /what was approved is not/,
    ],
    [
      'an approval that others could have written',
      (id) => {
        approve(id);
        chmodSync(approvalFile(folder, id), 0o620);
      },
      /is open to others \(mode 620\)/,
    ],
    [
      'a folder that others may enter',
      (id) => {
        approve(id);
        chmodSync(folder, 0o755);
      },
      /is open to others \(mode 755\)/,
    ],
    [
      'a link to another file',
      (id) => {
        approve(id);
        renameSync(approvalFile(folder, id), join(folder, 'elsewhere'));
        symlinkSync(join(folder, 'elsewhere'), approvalFile(folder, id));
      },
      /is a link to another file/,
    ],
    [
      "another user's file",
      (id) => {
        approve(id);
        const own = process.getuid!();
        jest.spyOn(process, 'getuid').mockReturnValue(own + 1);
      },
      /belongs to the user with number \d+, and you are/,
    ],
  ];
  it.each(tampering)('not by %s', (_, tamper, why) => {
    const { id } = approvals.ask(WHAT);
    tamper(id);
    expect(() => approvals.answerTo(WHAT)).toThrow(why);
  });
});
