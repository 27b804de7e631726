import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marks } from '../../../../demo/bench/document';
import { quietDayOf, quietTable, type QuietDay } from '../../../../demo/bench/parts/quiet-day';
import { assemblyOf, provideAssemblies } from '../../../helpers/sandbox-assemblies';

let day: QuietDay;
beforeAll(async () => {
  await provideAssemblies();
  day = await quietDayOf(assemblyOf('enforcing'));
});

describe('a quiet day', () => {
  it('costs an account its start, five calls of its own, and the reading of its result', () => {
    expect(day.account).toEqual({
      'iam:GenerateCredentialReport': 1,
      'iam:GetCredentialReport': 1,
      'lambda:Invoke': 1,
      's3:GetObject': 2,
      's3:PutObject': 1,
      'sts:AssumeRole': 1,
    });
  });

  it('costs a deployment 43 calls, however many accounts it has', () => {
    expect(day.orchestrator).toEqual({ 'organizations:ListAccounts': 1, 's3:PutObject': 1 });
    expect(day.report).toEqual({ 'events:PutEvents': 1, 's3:GetObject': 2, 's3:ListObjectsV2': 11, 's3:PutObject': 5, 'ses:SendEmail': 1 });
    expect(day.evidence).toEqual({ 's3:GetObject': 8, 's3:ListObjectsV2': 12, 's3:PutObject': 1 });
  });

  it('is in docs/performance.md as it is', () => {
    const page = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'performance.md'), 'utf8');
    const { begin, end } = marks('quiet-day');
    const block = page.slice(page.indexOf(begin), page.indexOf(end));
    const rows = block.split('\n').flatMap((line) =>
      line.startsWith('|')
        ? [
            line
              .split('|')
              .slice(1, -1)
              .map((cell) => cell.trim()),
          ]
        : [],
    );
    const { head, rows: counted } = quietTable(day);
    expect([rows[0], ...rows.slice(2)]).toEqual([head, ...counted]);
  });
});
