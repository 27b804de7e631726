import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matches } from '../../sandbox/services/events/pattern';
import { kindOf } from '../helpers/bus-events';
import { FUNCTIONS, TEAM, TestOrganization } from '../helpers/sandbox-organization';

/** `WRITE_EVENTS=1 npx jest test/whole-runs/events && npx prettier --write docs/events.md` writes the examples as they are now. */
const WRITES = process.env['WRITE_EVENTS'] !== undefined;
const PAGE = join(__dirname, '..', '..', 'docs', 'events.md');
const page = readFileSync(PAGE, 'utf8');

interface Event {
  source: string;
  'detail-type': string;
  detail: Record<string, unknown>;
}
let events: Event[];

beforeAll(async () => {
  const org = await TestOrganization.deployed('enforcing', [TEAM]);
  try {
    org.disturbed = true;
    org.addUser(TEAM, 'web-deploy', [{ ageDays: 90, usedDaysAgo: 1 }], { owner: 'web@acme.example' });
    org.addUser(TEAM, 'no-room', [
      { ageDays: 120, usedDaysAgo: 1 },
      { ageDays: 50, status: 'Inactive' },
    ]);
    org.addUser(TEAM, 'refused', [{ ageDays: 95, usedDaysAgo: 1 }]);
    org.sandbox.faults.add({
      match: { operation: 'CreateAccessKey', input: ({ UserName }) => UserName === 'refused' },
      when: 'before',
      then: { kind: 'error', code: 'AccessDenied', status: 403, message: 'iam:CreateAccessKey is refused by a service control policy' },
    });
    for (const day of [0, 1]) {
      org.goToDay(day, 60);
      await org.run({}, day);
    }
    org.goToDay(1, 180);
    await org.invoke(FUNCTIONS.reporter, {});
    events = org.sandbox.world.events.map(({ source, detailType, detail }) => ({
      source,
      'detail-type': detailType,
      detail: JSON.parse(detail) as Record<string, unknown>,
    }));
  } finally {
    await org.stop();
  }
});

/** Without what is another one in each run. */
const steady = (text: string): string =>
  text
    .replaceAll(/AKIA[A-Z0-9]{16}/g, 'AKIA…')
    .replaceAll(/(\d{8}T\d{6}Z)-[0-9a-f]{8}/g, '$1-…')
    .replaceAll(/T\d\d:\d\d:\d\d\.\d{3}Z/g, 'T…')
    .replaceAll(/s3:\/\/[^/]+/g, 's3://…');

describe('examples', () => {
  const first: Record<string, (event: Event) => boolean> = {
    Action: ({ detail }) => detail['action'] === 'rotate' && detail['outcome'] === 'done',
    Overdue: ({ 'detail-type': type }) => kindOf(type) === 'overdue',
    Failure: ({ 'detail-type': type }) => kindOf(type) === 'failure',
    Run: ({ 'detail-type': type }) => kindOf(type) === 'run',
  };

  it.each(Object.keys(first))('%s is what the sandbox puts', (title) => {
    const found = events.find((event) => first[title]?.(event));
    expect(found).toBeDefined();
    const block = new RegExp(`(### ${title}\n\n\`\`\`json\n)([^\`]*)(\`\`\`)`);
    if (WRITES) {
      const told = JSON.stringify(found, undefined, 2);
      writeFileSync(
        PAGE,
        readFileSync(PAGE, 'utf8').replace(
          block,
          (_, before: string, __, after: string) => `${before}${told}
${after}`,
        ),
      );
    } else {
      const shown = JSON.parse(block.exec(page)?.[2] ?? '{}') as object;
      expect(steady(JSON.stringify(shown))).toBe(steady(JSON.stringify(found)));
    }
  });
});

describe('patterns', () => {
  const [, section = ''] = /## Patterns\n([\s\S]*?)\n## /.exec(page) ?? [];
  const patterns = [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => JSON.parse(text) as Record<string, unknown>);
  const told = (pattern: Record<string, unknown> | undefined): string[] => [
    ...new Set(events.filter((event) => matches(pattern ?? {}, event)).map(({ 'detail-type': type }) => type)),
  ];

  it('take what the page says that they take', () => {
    expect(patterns).toHaveLength(4);
    expect(told(patterns[0]).toSorted()).toEqual(['access key blocked', 'access key overdue', 'key rotation failed']);
    expect(told(patterns[1])).toEqual(['access key rotate']);
    expect(told(patterns[2])).toEqual(['access key rotate']);
    expect(told(patterns[3])).toEqual([]);
  });

  it('of a key that was really issued leave out the one that was refused', () => {
    const users = events.filter((event) => matches(patterns[1] ?? {}, event)).map(({ detail }) => detail['user']);
    expect(users).toContain('web-deploy');
    expect(users).not.toContain('refused');
  });
});
