import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RotationError } from '../../lambda/shared/errors';
import { checkActions, ExpectedActions } from './check-actions';
import { checkChain, readKey, type ChainVerdict } from './check-chain';
import { FILES, isInPeriod, parseAbout, runLine, RUNS_HEAD, type About } from './pack-files';

/** What a pack is worth. */
export interface Verdict extends Pick<ChainVerdict, 'first' | 'last' | 'until' | 'signed' | 'notes'> {
  about: About;
  /** What was changed, taken away or forged, one sentence each; empty when the pack is as it was written. */
  wrong: string[];
  runs: number;
  records: number;
  accounts: number;
}

/** Looks at a pack, with nothing but its files and, when it is given, a key from elsewhere; throws when the folder is no pack. */
export async function verifyPack(
  folder: string,
  keyFile?: string,
  onRecord: (done: number, total: number) => void = () => undefined,
): Promise<Verdict> {
  const about = await aboutOf(folder);
  const given = keyFile === undefined ? undefined : await readKey(keyFile);
  if (keyFile !== undefined && !given) throw new RotationError(`--public-key: there is no file ${keyFile}`);
  const own = await readKey(join(folder, FILES.publicKey)).catch(() => 'broken' as const);
  const expected = new ExpectedActions();
  const runs = new Set<string>();
  const accounts = new Set<string>();
  const lines: string[] = [];
  const keys = { ...(given && { given }), ...(own && own !== 'broken' && { own }) };
  const chain = await checkChain(folder, keys, (stored) => {
    if (!isInPeriod(stored, about)) return;
    runs.add(stored.entry.runId);
    for (const { account } of stored.entry.accounts) accounts.add(account);
    lines.push(runLine(stored));
    expected.add(stored);
  });
  const total = [...expected.groups.values()].reduce((sum, { records }) => sum + records, 0);
  const actions = await checkActions(folder, expected, about.missing, (done) => {
    onRecord(done, total);
  });
  const wrong = [
    ...(own === 'broken' ? [`${FILES.publicKey} was changed: it is no public key`] : []),
    ...chain.wrong,
    ...(await checkRuns(folder, lines)),
    ...actions.wrong,
  ];
  return { ...chain, about, wrong, runs: runs.size, records: actions.records, accounts: accounts.size };
}

async function aboutOf(folder: string): Promise<About> {
  const file = join(folder, FILES.about);
  try {
    return parseAbout(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new RotationError(`${folder} is no evidence pack: ${file} is missing, or not what iam-keys evidence writes`, { cause });
  }
}

async function checkRuns(folder: string, lines: readonly string[]): Promise<string[]> {
  const text = await readFile(join(folder, FILES.runsCsv), 'utf8');
  if (text === [RUNS_HEAD, ...lines].join('')) return [];
  const found = text.split('\r\n');
  const place = [RUNS_HEAD, ...lines].findIndex((line, number) => `${found[number] ?? ''}\r\n` !== line);
  return [`${FILES.runsCsv}: ${place < 0 ? 'it goes on after its last run' : `line ${place + 1} is not what the chain says`}`];
}
