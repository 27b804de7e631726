import { difference, lengthOf, type Period } from '../../shared/period';

/** The rotation policy that `plan` applies; every age and grace is derived from these periods. */
export interface Policy {
  /** Age at which an active key is rotated. */
  rotate: Period;
  /** Time between a key's successor (or the notice about it) and its being disabled. */
  disableGrace: Period;
  /** Time between a key first seen inactive and its being deleted. */
  deleteGrace: Period;
  /** Age below which an inactive key that we did not supersede is never deleted. */
  deleteAge: Period;
  /** How long before a step people are warned, longest first. */
  warn: readonly Period[];
  /** The scheduled run after this one, so that a warning comes before a step and not after it; tomorrow's when absent. */
  nextRun?: Date;
  /** `proceed`: a step whose time has come is taken although no mail about it was ever accepted. */
  untold: 'wait' | 'proceed';
  /** `retire`: a due key that was never used gets no successor. */
  unusedKeys: 'rotate' | 'retire';
  /** `hold`: a superseded key that is still used is not disabled before `maxHold` is over. */
  whileInUse: 'disable' | 'hold';
  /** Longest time from a key's successor to its being disabled under `whileInUse: hold`. */
  maxHold: Period;
  /** How long after its predecessor, and after anybody fetched it, a key in use loses its secret; secrets are kept when absent. */
  deleteSecretAfter?: Period;
  /**
   * The deployment's own policy, by which every step goes that people have to be told of first; present for a policy of minutes or hours
   * beside it, whose users fetch their key.
   */
  announced?: Policy;
}

/** The policy as settings give it: ages since a key's creation. */
export interface PolicyAges {
  rotate: Period;
  disable: Period;
  delete: Period;
  warn: readonly Period[];
  untold: 'wait' | 'proceed';
  unusedKeys: 'rotate' | 'retire';
  whileInUse: 'disable' | 'hold';
  maxHold: Period;
  deleteSecretAfter?: Period | undefined;
}

/** Turns ages into graces; calendar days are used when rotate, disable and delete are all given in days, exact times otherwise. */
export function policyOf(ages: PolicyAges): Policy {
  const daily = [ages.rotate, ages.disable, ages.delete].every((p) => p.unit === 'days');
  const as = (p: Period): Period => (daily ? p : { unit: 'exact', milliseconds: lengthOf(p) });
  return {
    rotate: as(ages.rotate),
    disableGrace: difference(as(ages.disable), as(ages.rotate)),
    deleteGrace: difference(as(ages.delete), as(ages.disable)),
    deleteAge: as(ages.delete),
    warn: ages.warn.map(as).toSorted((a, b) => lengthOf(b) - lengthOf(a)),
    untold: ages.untold,
    unusedKeys: ages.unusedKeys,
    whileInUse: ages.whileInUse,
    maxHold: as(ages.maxHold),
    ...(ages.deleteSecretAfter && { deleteSecretAfter: as(ages.deleteSecretAfter) }),
  };
}

/** A policy beside the deployment's own as settings give it. */
export interface SideAges {
  rotate: Period;
  disable: Period;
  delete: Period;
  warn: readonly Period[];
}

/** Whether people fetch the keys of a policy as they need them, because mails would come too late. */
export const isByFetching = ({ rotate }: Pick<SideAges, 'rotate'>): boolean => rotate.unit === 'exact';

/**
 * A policy beside the deployment's own: of days, with the deployment's options; of minutes or hours, without any that rests on mails or on
 * IAM's knowledge of use, which is hours old. Secrets are kept under both.
 */
export function sidePolicyOf(ages: SideAges, own: PolicyAges): Policy {
  const options = { ...own, deleteSecretAfter: undefined };
  if (!isByFetching(ages)) return policyOf({ ...options, ...ages });
  const { rotate, disable, delete: remove } = ages;
  const side = policyOf({ ...options, rotate, disable, delete: remove, warn: [], unusedKeys: 'rotate', whileInUse: 'disable' });
  return { ...side, announced: policyOf(own) };
}
