import fc from 'fast-check';
import type { Decision } from '../../../../lambda/shared/decision';
import type { AccessKey, UserFacts } from '../../../../lambda/core/plan/user-facts';
import { DAY_MS, type Period } from '../../../../lambda/shared/period';
import { plan } from '../../../../lambda/core/plan/plan';
import { planForced } from '../../../../lambda/core/plan/plan-forced';
import type { Policy } from '../../../../lambda/core/plan/policy';
import { readState } from '../../../../lambda/core/plan/key-state';
import { anyPolicy, anyUser, POLICIES } from '../../../helpers/arbitrary-user';
import { NOW } from '../../../helpers/facts';

const day = (at: Date): number => Math.floor(at.getTime() / DAY_MS);
/** Said once more and differently than in the code under test. */
const lasted = (period: Period, from: Date | undefined): boolean => {
  if (!from) return false;
  return period.unit === 'days' ? day(NOW) >= day(from) + period.days : NOW.getTime() >= from.getTime() + period.milliseconds;
};
const keyOf = (user: UserFacts, keyId: string): AccessKey => user.keys.find((key) => key.id === keyId)!;
const active = (user: UserFacts): AccessKey[] => user.keys.filter((key) => key.status === 'Active');
const stateOf = (user: UserFacts, keyId: string) => user.state.keys.get(keyId) ?? {};
const within = (at: Date | undefined, key: AccessKey): boolean =>
  at !== undefined && at.getTime() >= key.created.getTime() - 5_000 && at.getTime() <= key.created.getTime() + 900_000;
const tagged = (user: UserFacts, key: AccessKey): boolean => within(stateOf(user, key.id).issued, key);
/** Tag, secret and AWS's dates all say that we issued `other`, and it is no older than the key. */
const replaces = (user: UserFacts, key: AccessKey, other: AccessKey): boolean =>
  other.id !== key.id &&
  other.created >= key.created &&
  tagged(user, other) &&
  user.stored.current === other.id &&
  within(user.stored.since, other);
const touched = (decision: Decision): string[] => [
  ...('keyId' in decision ? [decision.keyId] : []),
  ...(decision.action === 'rotate' && decision.makeRoom !== undefined ? [decision.makeRoom] : []),
  // Its user is let in to the one key, and keeps the other one longer.
  ...(decision.action === 'follow-rename' ? [decision.successor] : []),
];

/** Twice as many as a rule needs that is as strict as these. */
const CASES = { numRuns: 10_000, seed: Math.trunc(Math.random() * 0x7fff_ffff) };
const ANYBODY = anyUser();
const UNDISTURBED = anyUser(fc.constant(false));
const INTERRUPTED = anyUser(fc.constant(true));

type Rule = (user: UserFacts, policy: Policy, decisions: Decision[]) => boolean;
const propertyOf = (users: fc.Arbitrary<UserFacts>, rule: Rule) =>
  fc.property(users, anyPolicy, (user, policy) => rule(user, policy, plan(user, policy, NOW)));

/** Making users takes most of the time, so all rules are checked on the same ones. */
const cases = new Map<fc.Arbitrary<UserFacts>, (readonly [UserFacts, Policy, Decision[]])[]>();
function casesOf(users: fc.Arbitrary<UserFacts>): (readonly [UserFacts, Policy, Decision[]])[] {
  const known = cases.get(users);
  if (known) return known;
  const made = fc
    .sample(
      propertyOf(users, () => true),
      CASES,
    )
    .map(([user, policy]) => [user, policy, plan(user, policy, NOW)] as const);
  cases.set(users, made);
  return made;
}

/** Checks a rule over thousands of users and all policies. */
function always(rule: Rule, users = ANYBODY): void {
  const broken = casesOf(users).find((one) => !rule(...one));
  if (broken === undefined) return;
  // The same ones again, for the smallest that breaks the rule.
  fc.assert(propertyOf(users, rule), CASES);
  throw new Error(`a rule is broken for ${fc.stringify(broken)}`);
}
/** A rule on every decision of one kind. */
function each<A extends Decision['action']>(
  action: A,
  rule: (user: UserFacts, decision: Extract<Decision, { action: A }>, policy: Policy) => boolean,
) {
  const concerned = (decision: Decision): decision is Extract<Decision, { action: A }> => decision.action === action;
  return (user: UserFacts, policy: Policy, decisions: Decision[]): boolean =>
    decisions.filter(concerned).every((decision) => rule(user, decision, policy));
}

describe('for any user, policy and moment', () => {
  it('an active key is never deleted, nor an inactive one before its recovery time is over', () => {
    always(
      each('delete', (user, { keyId }, policy) => {
        const key = keyOf(user, keyId);
        return key.status === 'Inactive' && lasted(policy.deleteGrace, stateOf(user, keyId).inactive);
      }),
    );
  });

  it('an inactive key is deleted only if superseded by the stored key or old enough', () => {
    always(
      each('delete', (user, { keyId }, policy) => {
        const key = keyOf(user, keyId);
        const superseded = user.keys.some((other) => replaces(user, key, other));
        return superseded || lasted(policy.deleteAge, key.created);
      }),
    );
  });

  it('a key is disabled only when its stored successor is active and its grace is over, or its notice for this very situation is', () => {
    always(
      each('disable', (user, { keyId }, policy) => {
        const key = keyOf(user, keyId);
        const others = active(user).filter((one) => one.id !== keyId);
        const [other] = others;
        const state = stateOf(user, keyId);
        const reenabled = state.reenabled === undefined || lasted(policy.disableGrace, state.reenabled);
        const superseded = others.some(
          (one) => replaces(user, key, one) && lasted(policy.disableGrace, one.created) && lasted(policy.disableGrace, user.stored.since),
        );
        const told = lasted(policy.disableGrace, state.notice) && state.noticeBeside === (other?.id ?? 'none');
        return key.status === 'Active' && reenabled && (superseded || told);
      }),
    );
  });

  it('the last active key is disabled only under retire, never used, after notice, and past its age', () => {
    always(
      each('disable', (user, { keyId }, policy) => {
        if (active(user).length > 1) return true;
        const key = keyOf(user, keyId);
        return policy.unusedKeys === 'retire' && key.lastUsed === 'never' && lasted(policy.rotate, key.created) && user.keys.length === 1;
      }),
    );
  });

  it('never are all of several active keys disabled', () => {
    always((user, _, decisions) => {
      const disabled = decisions.filter((decision) => decision.action === 'disable').length;
      return active(user).length < 2 || disabled < active(user).length;
    });
  });

  it('a key that we issued and that is no longer current in the secret costs no other key its life', () => {
    always(
      each('disable', (user, { keyId }) => {
        const key = keyOf(user, keyId);
        const others = active(user).filter((one) => one.id !== keyId);
        const gone = others.filter((one) => tagged(user, one) && user.stored.versions.has(one.id) && user.stored.current !== one.id);
        return gone.length === 0 || others.some((one) => replaces(user, key, one));
      }),
    );
  });

  it('a key that we issued, that nobody used and that is in no secret costs no other key a step', () => {
    always((user, _, decisions) => {
      const lost = active(user).filter(
        (key) =>
          (tagged(user, key) && user.memory.get(key.id)?.issued) === true &&
          key.lastUsed === 'never' &&
          !user.stored.versions.has(key.id) &&
          user.keys.length > 1 &&
          !active(user).some((other) => other.id !== key.id && replaces(user, key, other)),
      );
      return lost.length === 0 || decisions.every(({ action }) => action !== 'disable' && action !== 'delete');
    });
  });

  it('a key is removed as lost only by two runs a day apart, with another active key to go on with', () => {
    always(
      each('remove-orphan', (user, { keyId }) => {
        const sights = [stateOf(user, keyId).lost, user.memory.get(keyId)?.lost].map((at) => NOW.getTime() - (at?.getTime() ?? NaN));
        const apart = sights.every((ago) => ago >= 20 * 3_600_000 && ago <= 3 * DAY_MS);
        const { lastUsed } = keyOf(user, keyId);
        return apart && lastUsed === 'never' && tagged(user, keyOf(user, keyId)) && active(user).some((one) => one.id !== keyId);
      }),
      UNDISTURBED,
    );
  });

  it('nothing is disabled or deleted before a day that people were given for it since its grace began, nor untold where that waits', () => {
    const kept = (user: UserFacts, policy: Policy, keyId: string, step: 'disable' | 'delete', since: (Date | undefined)[]): boolean => {
      const promise = user.memory.get(keyId)?.told[step];
      const began = Math.max(...since.map((at) => at?.getTime() ?? 0));
      const valid = promise !== undefined && promise.at.getTime() >= began;
      return valid ? promise.on <= NOW : policy.untold === 'proceed';
    };
    always(
      each('disable', (user, { keyId, successor }, policy) => {
        const { reenabled, behind, notice } = stateOf(user, keyId);
        const by = successor === undefined ? [notice, reenabled] : [keyOf(user, successor).created, user.stored.since, reenabled, behind];
        return kept(user, policy, keyId, 'disable', by);
      }),
    );
    always(each('delete', (user, { keyId }, policy) => kept(user, policy, keyId, 'delete', [stateOf(user, keyId).inactive])));
  });

  it('a key in use is held under hold until the maximum', () => {
    always(
      each('disable', (user, { keyId }, policy) => {
        const { lastUsed } = keyOf(user, keyId);
        const successor = active(user).find((one) => replaces(user, keyOf(user, keyId), one));
        if (policy.whileInUse !== 'hold' || !successor || lastUsed === 'never') return true;
        const longAgo = lastUsed !== undefined && day(NOW) - day(lastUsed.at) > 7;
        return longAgo || lasted(policy.maxHold, successor.created) || (lastUsed !== undefined && lastUsed.at <= successor.created);
      }),
    );
  });

  it('a successor is issued only for the only key, active and due', () => {
    always(
      each('rotate', (user, { keyId, makeRoom }, policy) => {
        const key = keyOf(user, keyId);
        return user.keys.length === 1 && key.status === 'Active' && makeRoom === undefined && lasted(policy.rotate, key.created);
      }),
    );
  });

  it('a key gets exactly one decision, none when the user is skipped or cleaned up, and only keys that exist get one', () => {
    always((user, _, decisions) => {
      const ids = decisions.flatMap(touched);
      const special =
        decisions.some(({ action }) => action === 'skip' || action === 'remove-orphan' || action === 'restore-secret') ||
        user.state.intents.length > 0;
      return (
        new Set(ids).size === ids.length &&
        ids.every((id) => user.keys.some((key) => key.id === id)) &&
        (special || ids.length === user.keys.length)
      );
    });
  });

  it('nothing happens to a user while an invocation may be issuing a key', () => {
    always((user, _, decisions) => {
      if (!user.state.intents.some((intent) => intent.until > NOW)) return true;
      return decisions.length === 1 && decisions[0]?.action === 'skip';
    });
  });

  it('a key is removed as lost only if an intent of ours covers it, no version holds it, it was never used, and another is active', () => {
    always(
      each('remove-orphan', (user, { keyId }) => {
        const key = keyOf(user, keyId);
        const covered = user.state.intents.some(
          ({ at, until, known, ours }) =>
            ours === true &&
            until <= NOW &&
            !known.includes(keyId) &&
            key.created.getTime() >= at.getTime() - 5_000 &&
            key.created.getTime() <= at.getTime() + 60_000,
        );
        const others = active(user).some((one) => one.id !== keyId);
        // Or as in no secret, by two runs a day apart.
        const lost = stateOf(user, keyId).lost !== undefined && tagged(user, key);
        return (
          (covered || lost) && (!user.stored.versions.has(keyId) || user.stored.renamed !== undefined) && key.lastUsed === 'never' && others
        );
      }),
      INTERRUPTED,
    );
  });

  it('one lost key at most is removed, and nothing else is done beside it', () => {
    always((_, __, decisions) => {
      const actions = decisions.map((decision) => decision.action).filter((action) => action !== 'forget' && action !== 'note-unfinished');
      return !actions.includes('remove-orphan') || actions.length === 1;
    }, INTERRUPTED);
  });

  it('only tags of gone keys and of interrupted runs are forgotten', () => {
    always(
      each('forget', (user, { tagKeys }) =>
        tagKeys.every((tagKey) => tagKey.startsWith('key-rotation:') && !user.keys.some((key) => tagKey === `key-rotation:${key.id}`)),
      ),
    );
  });

  it('what is announced lies ahead', () => {
    always((_, __, decisions) => decisions.every((decision) => !('disableOn' in decision) || decision.disableOn > NOW));
    always((_, __, decisions) => decisions.every((decision) => decision.action !== 'warn' || decision.on > NOW));
  });

  it('the user is only looked at: the same facts give the same decisions', () => {
    always((user, policy, decisions) => JSON.stringify(decisions) === JSON.stringify(plan(structuredClone(user), policy, NOW)));
  });
});

it('memories that cannot be true permit nothing: they count as no memory at all', () => {
  const impossible = fc.constantFrom(
    'inactive=2999-01-01T00:00:00Z notice=2999-01-01T00:00:00Z beside=none',
    'inactive=1999-01-01T00:00:00Z notice=1999-01-01T00:00:00Z beside=none reenabled=1999-01-01T00:00:00Z',
    'inactive=yes notice=yes beside=none',
    'INACTIVE=2026-01-01T00:00:00Z',
    'notice=2026-01-01T00:00:00Z',
  );
  const stepOf = (decision: Decision): boolean => decision.action !== 'forget';
  fc.assert(
    fc.property(UNDISTURBED, anyPolicy, impossible, (user, policy, value) => {
      const tags = new Map(user.keys.map((key) => [`key-rotation:${key.id}`, value]));
      const created = new Map(user.keys.map((key) => [key.id, key.created]));
      const lied = plan({ ...user, tags, state: readState(tags, created, NOW) }, policy, NOW);
      const blank = plan({ ...user, tags: new Map(), state: readState(new Map(), created, NOW) }, policy, NOW);
      expect(lied.filter(stepOf)).toEqual(blank.filter(stepOf));
    }),
    { numRuns: 2_000 },
  );
});

it('a forced rotation takes one step for one user or refuses, and never disables', () => {
  fc.assert(
    fc.property(ANYBODY, anyPolicy, (user, policy) => {
      let decisions: Decision[];
      try {
        decisions = planForced(user, policy, NOW);
      } catch (error) {
        return error instanceof Error && error.name === 'ForceRotateRefusedError' && error.message.startsWith('alice: ');
      }
      const steps = decisions.filter(({ action }) => action !== 'forget' && action !== 'note-unfinished');
      const allowed = ['rotate', 'wait', 'remove-orphan', 'blocked', 'note-issued', 'note-lost', 'follow-rename'];
      const room = steps.flatMap((step) => (step.action === 'rotate' && step.makeRoom !== undefined ? [keyOf(user, step.makeRoom)] : []));
      return (
        steps.length === 1 && allowed.includes(steps[0]!.action) && room.every((key) => key.status === 'Inactive' && user.keys.length === 2)
      );
    }),
    { numRuns: 5_000 },
  );
});

/** Disabled and deleted keys, each with its action. */
const offSteps = (user: UserFacts, policy: Policy): string[] =>
  plan(user, policy, NOW).flatMap((decision) =>
    decision.action === 'disable' || decision.action === 'delete' ? [`${decision.action} ${decision.keyId}`] : [],
  );

describe('who can write one thing only makes no key’s step come earlier:', () => {
  const created = (user: UserFacts) => new Map(user.keys.map((key) => [key.id, key.created]));
  const withTags = (user: UserFacts, tags: ReadonlyMap<string, string>): UserFacts => ({
    ...user,
    tags,
    state: readState(tags, created(user), NOW),
  });
  const nothing = { versions: new Set<string>() };
  /** A step that is there with the forged facts and not without them. */
  const earlier = (bare: UserFacts, forged: UserFacts, policy: Policy): string[] => {
    const without = offSteps(bare, policy);
    return offSteps(forged, policy).filter((step) => !without.includes(step));
  };
  const forAny = (rule: (user: UserFacts, policy: Policy) => string[], policies = anyPolicy): void => {
    fc.assert(
      fc.property(UNDISTURBED, policies, (user, policy) => {
        const found = rule(user, policy);
        // Asked thousands of times, `expect` takes longer than the rule.
        if (found.length > 0) expect(found).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  };

  it('secrets, whatever is remembered, and whatever is tagged but that we issued a key', () => {
    forAny((user, policy) => {
      const tags = new Map([...user.tags].map(([key, value]): [string, string] => [key, value.replaceAll(/ ?issued=\S*/g, '')]));
      const memory = new Map([...user.memory].map(([id, { told }]) => [id, { told }]));
      const tagsOnly = { ...withTags(user, tags), memory };
      return earlier({ ...tagsOnly, stored: nothing }, tagsOnly, policy);
    });
  });

  it('tags, where people must be told first', () => {
    const waiting = fc.constantFrom(...POLICIES.filter(({ untold }) => untold === 'wait'));
    forAny((user, policy) => {
      const bare: UserFacts = { ...withTags(user, new Map()), stored: nothing, memory: new Map() };
      return earlier(bare, { ...bare, tags: user.tags, state: user.state }, policy);
    }, waiting);
  });

  it('the memory', () => {
    forAny((user, policy) => {
      const bare: UserFacts = { ...withTags(user, new Map()), stored: nothing, memory: new Map() };
      return earlier(bare, { ...bare, memory: user.memory }, policy);
    });
  });

  it('nor does the memory’s word that we issued a key, with a secret that holds it', () => {
    forAny((user, policy) => {
      const bare: UserFacts = { ...withTags(user, new Map()), stored: nothing, memory: new Map() };
      return earlier(bare, { ...bare, stored: user.stored, memory: user.memory }, policy);
    });
  });
});

it('the users tried are worth trying: every kind of decision occurs', () => {
  const seen = new Set<string>();
  for (const user of fc.sample(ANYBODY, { numRuns: 3_000, seed: 86 })) {
    for (const policy of POLICIES) for (const decision of plan(user, policy, NOW)) seen.add(decision.action);
  }
  expect([...seen].toSorted()).toEqual([
    'announce',
    'blocked',
    'delete',
    'disable',
    'follow-rename',
    'forget',
    'hold',
    'note-inactive',
    'note-issued',
    'note-lost',
    'note-reenabled',
    'note-unfinished',
    'notify',
    'remove-orphan',
    'rotate',
    'skip',
    'wait',
    'warn',
  ]);
});
