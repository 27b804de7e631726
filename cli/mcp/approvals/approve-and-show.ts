import { readdirSync } from 'node:fs';
import { confirm } from '../../base/ask';
import { EXIT, type ExitCode } from '../../base/exit-codes';
import { UsageError } from '../../base/program';
import type { ApproveAsked } from '../approve-command';
import { approvalsFolder, preparePrivateFolder, readPrivate, removePrivate, writePrivate } from './private-folder';
import { approvalFile, changeFile, digestOf, isExpired, readChange } from './waiting-change';

const FILE = /^([0-9a-f]{8})\.json$/;

/** Shows each change that waits, and asks; only a person in a terminal answers. */
export async function approveAndShow({ id }: ApproveAsked): Promise<ExitCode> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError('a person approves a change, in a terminal; there is none here, and no option stands for the answer');
  }
  const folder = approvalsFolder();
  preparePrivateFolder(folder);
  const ids = id === undefined ? readdirSync(folder).flatMap((name) => FILE.exec(name)?.[1] ?? []) : [id];
  let shown = 0;
  for (const one of ids) shown += (await approveOne(folder, one)) ? 1 : 0;
  if (shown > 0) return EXIT.fine;
  process.stdout.write(
    id === undefined ? 'No change is waiting.\n' : `No change ${id} is waiting: it was answered, or five minutes are over.\n`,
  );
  return EXIT.bad;
}

/** Asks about a change; false when it does not wait any more. */
async function approveOne(folder: string, id: string): Promise<boolean> {
  const file = changeFile(folder, id);
  const approval = approvalFile(folder, id);
  const text = readPrivate(file);
  if (text === undefined) return false;
  const change = readChange(file, text);
  if (isExpired(change, new Date())) {
    removePrivate(approval);
    removePrivate(file);
    return false;
  }
  if (readPrivate(approval) !== undefined) return false;
  process.stdout.write(
    `${printable(change.what.join('\n'))}\n\nAsked for by a model, ${change.askedAt}; it waits until ${change.expiresAt}.\n`,
  );
  if (!(await confirm('Shall this be done?', { yes: false }))) {
    removePrivate(file);
    process.stdout.write('Refused. The model is told so when it asks again.\n');
    return true;
  }
  if (isExpired(change, new Date()) || readPrivate(file) === undefined) {
    process.stdout.write('Too late: it does not wait any more. Let the model ask again.\n');
    return true;
  }
  writePrivate(approval, digestOf(text));
  process.stdout.write('Approved. It is done when the model asks again; tell it to go on.\n');
  return true;
}

/** Nothing in a file moves the cursor or hides a line. */
const printable = (text: string): string => text.replaceAll(/[^\P{C}\n]/gu, '?');
