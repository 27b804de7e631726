import { nodeDisk, type Disk } from '../../../cli/credentials/disk';
import type { Aws } from '../../../cli/credentials/aws';

/** The process is gone: whoever catches this does nothing that anybody could see. */
class Killed extends Error {
  override readonly name = 'Killed';
}

const CHANGES = new Set([
  'chmodSync',
  'chownSync',
  'fchmodSync',
  'fsyncSync',
  'linkSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'unlinkSync',
  'writeSync',
]);

/** The files of this machine, without waiting for the disk: no power fails here. */
export const quickDisk: Disk = { ...nodeDisk, fsyncSync: () => undefined };

/**
 * A program that is killed at its nth point: before each change of a file and each call, which is after the one before it, and in the
 * middle of each write.
 */
export class Life {
  private seen = 0;
  isOver = false;
  /** Where it ended. */
  place = '';

  constructor(private readonly killAt = Infinity) {}

  /** Points so far. */
  get points(): number {
    return this.seen;
  }

  private point(name: string): void {
    this.alive();
    this.seen += 1;
    if (this.seen < this.killAt) return;
    this.isOver = true;
    this.place = name;
    this.alive();
  }

  private alive(): void {
    if (this.isOver) throw new Killed(this.place);
  }

  readonly disk: Disk = new Proxy(quickDisk, {
    get: (disk, name: keyof Disk) => {
      const real = disk[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]): unknown => {
        // The system closes files of the dead.
        if (name === 'closeSync') real(...args);
        this.alive();
        if (name === 'closeSync') return undefined;
        if (!CHANGES.has(name) || (name === 'openSync' && args[1] === 'r')) return real(...args);
        this.point(`before ${name}(${String(args[0])})`);
        if (name === 'writeSync' && Buffer.isBuffer(args[1]) && args[1].length > 1) {
          // A write may write less than it was asked to.
          const half = args[1].length >> 1;
          const written = real(args[0], args[1], 0, half);
          this.point(`after half of ${name}`);
          return written;
        }
        return real(...args);
      };
    },
  });

  /** The same for calls to AWS. */
  aws(aws: Aws): Aws {
    return new Proxy(aws, {
      get: (target, name: keyof Aws) => {
        return async (...args: unknown[]): Promise<unknown> => {
          this.point(`before ${name}`);
          return (target[name] as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        };
      },
    });
  }
}
