import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk } from '../../../cli/credentials/disk';
import { placesOf, privateFileOf } from '../../../cli/credentials/places';
import { readState, type Surroundings } from '../../../cli/credentials/profile';
import { readKey, type StaticKey } from '../../../cli/credentials/shared-text';
import type { ProfileState } from '../../../cli/credentials/state';
import { quickDisk, type Life } from './killing';
import { ModelAws, REGION, USER } from './model-aws';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-01-05T01:00:00Z');

/** Where a home is in memory, as on Linux, it takes a fraction of the time. */
const HOMES = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A person with a home directory, an AWS of their own and a clock. */
export class Person {
  now = START;
  readonly home = mkdtempSync(join(HOMES, 'person-'));
  readonly places = placesOf({}, this.home);
  readonly aws = new ModelAws(() => this.now);

  constructor() {
    mkdirSync(join(this.home, '.aws'));
  }

  /** What a program of this person works with, one that may be killed or not. */
  place(life?: Life): Surroundings {
    return {
      disk: life?.disk ?? quickDisk,
      places: this.places,
      aws: life ? life.aws(this.aws) : this.aws,
      now: () => this.now,
      sleep: (milliseconds) => {
        this.now += milliseconds;
        return Promise.resolve();
      },
      // Whoever held a lock was killed: all programs here are one process.
      isAlive: () => false,
    };
  }

  /** The profile as `--init` leaves it. */
  holds(key: StaticKey & { created?: string }, more: Partial<ProfileState> = {}): ProfileState {
    const at = new Date(this.now).toISOString();
    const state: ProfileState = {
      version: 1,
      profile: 'web',
      home: 'private',
      user: USER,
      secret: { id: 'Account_222233334444_User_web-deploy_AccessKey', region: REGION },
      current: { id: key.id, secret: key.secret, since: at, ...(key.created !== undefined && { created: key.created }) },
      lookedAt: at,
      nextLookAt: at,
      ...more,
    };
    mkdirSync(this.places.own, { recursive: true, mode: 0o700 });
    writeFileSync(privateFileOf(this.places.own, 'web'), JSON.stringify(state), { mode: 0o600 });
    return state;
  }

  /** The credentials file with this key among others' lines. */
  hasStaticKey(key: StaticKey): void {
    writeFileSync(
      this.places.credentials,
      `# mine\n[web]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n\n[other]\nregion = x\n`,
      { mode: 0o640 },
    );
  }

  get state(): ProfileState | undefined {
    return readState({ disk: nodeDisk, places: this.places }, 'web');
  }

  get text(): string {
    return readFileSync(this.places.credentials, 'utf8');
  }

  /** The key that a program gets from the credentials file. */
  get staticKey(): StaticKey {
    const { id = '', secret = '' } = readKey(this.text, 'web') ?? {};
    return { id, secret };
  }

  leave(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
