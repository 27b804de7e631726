import { randomBytes } from 'node:crypto';
import { approvalsFolder, NotPrivateError, preparePrivateFolder, readPrivate, removePrivate, writePrivate } from './private-folder';
import { APPROVAL_MS, approvalFile, changeFile, digestOf, isExpired, type WaitingChange } from './waiting-change';

/** What a person has said of a change so far; `new`: nobody was asked, or they did not answer in time. */
export type Answer = 'new' | 'waiting' | 'approved' | 'refused';

interface Asked {
  change: WaitingChange;
  /** Of the file as it was written. */
  digest: string;
}

/** The changes for which a server waits; the files are for people, and what counts is what the server itself remembers of them. */
export class Approvals {
  private readonly asked = new Map<string, Asked>();

  constructor(
    private readonly clock: () => Date,
    private readonly folder = approvalsFolder(),
  ) {}

  /** Lets a change wait, called by what it would do; one that waits already goes on waiting. */
  ask(what: readonly string[]): WaitingChange {
    const key = what.join('\n');
    const before = this.asked.get(key);
    if (before) return before.change;
    preparePrivateFolder(this.folder);
    const now = this.clock();
    const expiresAt = new Date(now.getTime() + APPROVAL_MS).toISOString();
    const id = randomBytes(4).toString('hex');
    const change: WaitingChange = { version: 1, id, askedAt: now.toISOString(), expiresAt, what: [...what] };
    const text = JSON.stringify(change, null, 2);
    writePrivate(changeFile(this.folder, id), text);
    this.asked.set(key, { change, digest: digestOf(text) });
    return change;
  }

  /** What a person has said of a change that would do this. An approval counts once, and only for what the person saw. */
  answerTo(what: readonly string[]): Answer {
    const key = what.join('\n');
    const asked = this.asked.get(key);
    if (!asked) return 'new';
    const { change, digest } = asked;
    if (isExpired(change, this.clock())) {
      this.forget(key, change.id);
      return 'new';
    }
    preparePrivateFolder(this.folder);
    const file = changeFile(this.folder, change.id);
    try {
      const text = readPrivate(file);
      const approval = readPrivate(approvalFile(this.folder, change.id));
      if (text === undefined) {
        this.forget(key, change.id);
        return 'refused';
      }
      if (digestOf(text) !== digest) throw new NotPrivateError(`${file} was changed after it was written`);
      if (approval === undefined) return 'waiting';
      if (approval !== digest) throw new NotPrivateError(`what was approved is not what ${file} said when it was written`);
    } catch (error) {
      this.forget(key, change.id);
      throw error;
    }
    this.forget(key, change.id);
    return 'approved';
  }

  /** Removes everything that waits. */
  close(): void {
    for (const [key, { change }] of this.asked) this.forget(key, change.id);
  }

  private forget(key: string, id: string): void {
    this.asked.delete(key);
    removePrivate(approvalFile(this.folder, id));
    removePrivate(changeFile(this.folder, id));
  }
}
