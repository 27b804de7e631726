import { readKeyEvents, type KeyEvents } from '../core/read/key-events';
import { globalRegionOf } from '../mail/console';
import { isEnding, useOf } from '../mail/urgency';
import type { AccountResult, ActionResult, KeyUsage } from '../runs/schemas';
import type { Trail } from '../shared/cloudtrail';
import { errorFacts } from '../shared/errors';
import type { Account } from './account';
import { stopsLookingUpAt } from './deadlines';
import { callersOf } from './key-callers';

/** Keys of one account and run, those first that stop working first. */
const MAX_KEYS = 25;
/**
 * Between two look-ups in a region, in milliseconds: CloudTrail takes two a second there from the whole account, so that somebody else can
 * ask, too. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
const PAUSE_MS = 1_000;

const REGION = /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/;

/** What is to be said of a key, and where it was used last. */
interface Asked {
  user: string;
  keyId: string;
  lastRegion: string;
  actions: ActionResult[];
}

/**
 * Asks CloudTrail who makes calls with the keys that are about to stop working, or have just stopped, and are still used; what is known is
 * in their actions. That nothing could be learned is said there and in the log, and is no failure of the run. A DryRun disables nothing, so
 * that nobody is asked.
 */
export async function lookUpUsage(account: Account, result: AccountResult): Promise<void> {
  const { services, invocation, deadline, dryRun } = account;
  const { environment, clock, logger } = services;
  if (environment.USAGE_DETAIL !== true || dryRun) return;
  const until = stopsLookingUpAt(invocation, clock());
  deadline.moveTo(until);
  const trails = new Map<string, PacedTrail>();
  for (const [index, { user, keyId, lastRegion, actions }] of askedOf(result, clock()).entries()) {
    const regions = regionsOf(lastRegion, invocation);
    const usage =
      index >= MAX_KEYS
        ? unasked(regions, `a run looks up ${MAX_KEYS} keys of an account, those that stop working first`)
        : clock() >= until
          ? unasked(regions, 'no time was left for it in this run')
          : await usageOf(
              keyId,
              regions.map((region) => trailIn(account, trails, region)),
            );
    for (const action of actions) action.usage = usage;
    for (const { message, ...failure } of usage.failed) {
      logger.warn('who uses the key was not looked up', { account: account.id, user, keyId, ...failure, reason: message });
    }
  }
}

/** Every key once, those first that stop working, or stopped, first. */
function askedOf({ users }: AccountResult, now: Date): Asked[] {
  const asked = users.flatMap(({ user, keys, actions }) =>
    keys.flatMap((key): Asked[] => {
      const about = actions.filter(
        (action) => action.keyId === key.keyId && action.outcome === 'done' && isEnding(action) && useOf(key, action, now) === 'in-use',
      );
      return about.length === 0 ? [] : [{ user, keyId: key.keyId, lastRegion: key.lastUsedRegion ?? '', actions: about }];
    }),
  );
  const end = ({ actions }: Asked): string => actions.map(({ action, on = '9' }) => (action === 'disable' ? '' : on)).toSorted()[0] ?? '9';
  return asked.toSorted((a, b) => (end(a) < end(b) ? -1 : end(a) > end(b) ? 1 : 0));
}

function regionsOf(lastRegion: string, { partition, region }: Account['invocation']): string[] {
  const last = REGION.test(lastRegion) ? [lastRegion] : [];
  return [...new Set([...last, globalRegionOf(partition) ?? region])];
}

/** What is said of a key that CloudTrail was not asked about. */
const unasked = (regions: readonly string[], message: string): KeyUsage => ({
  regions: [],
  calls: 0,
  callers: [],
  otherCallers: 0,
  failed: regions.map((region) => ({ region, error: 'NotAskedError', message })),
});

/** CloudTrail in one region, which is asked no faster than it answers. */
interface PacedTrail {
  region: string;
  trail: Trail;
  turn: () => Promise<void>;
}

function trailIn({ clients, services: { clock, sleep } }: Account, known: Map<string, PacedTrail>, region: string): PacedTrail {
  const found = known.get(region) ?? { region, trail: clients.trailIn(region), turn: paced(clock, sleep) };
  known.set(region, found);
  return found;
}

function paced(clock: () => Date, sleep: (milliseconds: number) => Promise<void>): () => Promise<void> {
  let next = 0;
  return async () => {
    const wait = next - clock().getTime();
    if (wait > 0) await sleep(wait);
    next = clock().getTime() + PAUSE_MS;
  };
}

async function usageOf(keyId: string, trails: readonly PacedTrail[]): Promise<KeyUsage> {
  const answers = await Promise.all(trails.map(async (asked) => ({ region: asked.region, ...(await answerOf(asked, keyId)) })));
  const read = answers.flatMap((answer) => ('events' in answer ? [answer] : []));
  const failed = answers.flatMap((answer) => ('error' in answer ? [answer] : []));
  return {
    regions: read.map(({ region }) => region),
    ...callersOf(read.flatMap(({ events }) => events)),
    ...(read.some(({ more }) => more) && { newestOnly: true }),
    failed,
  };
}

async function answerOf({ trail, turn }: PacedTrail, keyId: string): Promise<KeyEvents | { error: string; message: string }> {
  try {
    return await readKeyEvents(trail, keyId, turn);
  } catch (cause) {
    return errorFacts(cause);
  }
}
