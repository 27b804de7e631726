import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunction, ownFilesOf, type Bundle } from '../../../lib/constructs/bundle';

const ROOT = join(__dirname, '..', '..', '..');

/** The most that a function's script may have, in bytes: some 5 % above what it has. */
const BUDGETS: Readonly<Record<string, number>> = {
  'key-api': 457_000,
  'key-api/authorizer': 391_000,
  orchestrator: 530_000,
  'mail-events': 390_000,
  'organization-lookup': 216_000,
  reporter: 666_000,
  rotator: 800_000,
  'rotator/cloudtrail': 204_000,
};
const ENTRIES = Object.keys(BUDGETS).filter((name) => existsSync(join(ROOT, 'lambda', name, 'index.ts')));
const functions = ENTRIES.map((entry): [string, Bundle] => [entry, buildFunction(entry)]);
/** Every script that is deployed; one that a function loads when it first needs it is called `function/script`. */
const bundles = new Map<string, Omit<Bundle, 'later'>>(
  functions.flatMap(([entry, { later, ...index }]) => [
    [entry, index],
    ...Object.entries(later).map(([name, script]): [string, Omit<Bundle, 'later'>] => [`${entry}/${name}`, script]),
  ]),
);
const filesOf = (entry: string): string[] => Object.keys(bundles.get(entry)?.contents ?? {});
/** The packages in a bundle, such as `zod` and `@aws-sdk/client-iam`. */
const packagesOf = (entry: string): Set<string> =>
  new Set(filesOf(entry).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));

it('every function has a budget, and so has every script that one loads later', () => {
  const folders = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' });
  const functions = folders.filter((folder) => existsSync(join(ROOT, 'lambda', folder, 'index.ts')));
  expect(functions.sort()).toEqual(ENTRIES.toSorted());
  expect([...bundles.keys()].sort()).toEqual(Object.keys(BUDGETS).sort());
});

it.each(functions)('%s: its own files, found without its packages, are all that make calls in it', (entry, { contents, later }) => {
  const files = [contents, ...Object.values(later).map((script) => script.contents)].flatMap(Object.keys);
  const calling = files.filter(
    (file) => file.startsWith('lambda/') && /\bnew \w+Command\(|\bpaginate\w+\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(ownFilesOf(entry)).toEqual(expect.arrayContaining(calling));
  expect(files).toEqual(expect.arrayContaining(ownFilesOf(entry)));
});

it('no cold start of the rotator reads what a deployment without usageDetail never needs', () => {
  expect(packagesOf('rotator')).not.toContain('@aws-sdk/client-cloudtrail');
  expect(packagesOf('rotator/cloudtrail')).toContain('@aws-sdk/client-cloudtrail');
});

describe.each(Object.keys(BUDGETS))('%s', (entry) => {
  it('stays within its size', () => {
    expect(bundles.get(entry)?.script.byteLength).toBeLessThanOrEqual(BUDGETS[entry] ?? 0);
  });

  it('carries no client without sending one of its commands', () => {
    const sources = filesOf(entry)
      .filter((file) => file.startsWith('lambda/'))
      .map((file) => readFileSync(join(ROOT, file), 'utf8'))
      .join('\n');
    const used = [...sources.matchAll(/import \{([^}]*)\} from '(@aws-sdk\/client-[^']+)'/g)].flatMap(([, names = '', client = '']) =>
      /\b(\w+Command|paginate\w+)\b/.test(names) ? [client] : [],
    );
    const carried = [...packagesOf(entry)].filter((name) => name.startsWith('@aws-sdk/client-'));
    expect(carried.sort()).toEqual([...new Set(used)].sort());
  });

  it('carries no way to credentials but the environment, and no other language', () => {
    const never = /credential-provider-(?!env\/)|token-providers|nested-clients|zod\/.*\/locales\/(?!en\.)|handlebars/;
    expect(filesOf(entry).filter((file) => never.test(file))).toEqual([]);
  });

  it('carries the schemas of the operations that it sends alone', () => {
    const script = Buffer.from(bundles.get(entry)?.script ?? []).toString('utf8');
    const never = /PutBucketAcl|GetBucketCors|CreateEmailTemplate|ListDedicatedIpPools|CreateFunctionUrlConfig|ListLayers|GetRestApis/;
    expect(never.exec(script)).toBeNull();
  });

  it('keeps nothing apart that others share', () => {
    // Both import nothing; the second is for browsers, and no function has it.
    const alone = ['lambda/shared/no-event-streams.ts', 'node_modules/bowser/bowser.mjs'];
    expect(bundles.get(entry)?.apart.filter((file) => !alone.includes(file))).toEqual([]);
    expect(filesOf(entry)).not.toContain(alone[1]);
  });

  it('carries no code for streams of events', () => {
    expect(filesOf(entry).filter((file) => file.includes('/event-streams/'))).toEqual([]);
  });

  it('adds nothing to the traces that Lambda sends', () => {
    expect([...packagesOf(entry)].filter((name) => /xray|opentelemetry/.test(name))).toEqual([]);
  });

  it('carries each package once', () => {
    expect(filesOf(entry).filter((file) => file.lastIndexOf('node_modules/') > 0)).toEqual([]);
  });
});
